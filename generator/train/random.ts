// SPDX-License-Identifier: Apache-2.0
/**
 * Seeded pseudo-random numbers (mulberry32, a 32-bit state), so that a training run can be repeated exactly.
 */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number;
  /** Shuffles in place (Fisher-Yates). */
  shuffle(values: Uint32Array): void;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (low: number, high: number) => low + Math.floor(uniform() * (high - low + 1));
  return {
    uniform,
    integer,
    shuffle(values) {
      for (let last = values.length - 1; last > 0; last--) {
        const other = integer(0, last);
        [values[last], values[other]] = [values[other]!, values[last]!];
      }
    },
  };
}
