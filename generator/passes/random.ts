// SPDX-License-Identifier: Apache-2.0
/** Seeded random numbers for synthetic weights and stimuli: the same on every machine. */
import { createHash } from 'node:crypto';
import type { Random } from '../layer-kind/layer-kind.ts';

/** Uniform in [0, 1), from any text as the seed (mulberry32, T. Ettinger, public domain). */
export function randomFrom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
