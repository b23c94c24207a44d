// SPDX-License-Identifier: Apache-2.0
/** Output channels dealt out to groups, so that all of them have about as many weights, at any time. */

/**
 * Heaviest first, each to the group that has a slot left and collides least with it: groups walk the same vectors side
 * by side, so
 * that their weights should be equal stretch by stretch, not in sum alone. All groups have the same number of slots,
 * the
 * fewest that hold every channel.
 *
 * @param stretches weights of each channel in each stretch of the vectors · @returns channels of each group, and slots
 */
export function dealChannels(
  stretches: readonly ArrayLike<number>[],
  groups: number,
): { readonly channels: number[][]; readonly slots: number } {
  const slots = Math.ceil(stretches.length / groups);
  const length = stretches[0]?.length ?? 0;
  const channels: number[][] = Array.from({ length: groups }, () => []);
  const loads = channels.map(() => new Float64Array(length));
  const weights = stretches.map((counts) => Array.from(counts).reduce((sum, n) => sum + n, 0));
  const order = [...stretches.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b);
  for (const channel of order) {
    const counts = stretches[channel]!;
    // What the sum of squares over groups and stretches grows by.
    const collision = (load: Float64Array) => load.reduce((sum, n, i) => sum + n * counts[i]!, 0);
    let [best, least] = [-1, Infinity];
    loads.forEach((load, g) => {
      const cost = channels[g]!.length < slots ? collision(load) : Infinity;
      if (cost < least) [best, least] = [g, cost];
    });
    channels[best]!.push(channel);
    loads[best]!.forEach((n, i, load) => (load[i] = n + counts[i]!));
  }
  exchange(channels, loads, stretches);
  return { channels, slots };
}

/**
 * Exchanges channels of two groups as long as that evens loads out, in stretches and in sum: the heaviest group decides
 * how many words a layer takes.
 */
function exchange(channels: number[][], loads: readonly Float64Array[], stretches: readonly ArrayLike<number>[]): void {
  const sums = loads.map((load) => load.reduce((sum, n) => sum + n, 0));
  const weight = stretches.map((counts) => Array.from(counts).reduce((sum, n) => sum + n, 0));
  /** What the sum of squares changes by when `out` leaves group g for `inn`, half of it. */
  const change = (g: number, out: number, inn: number) => {
    const more = weight[inn]! - weight[out]!;
    let cost = more * (sums[g]! + more / 2);
    for (let i = 0; i < loads[g]!.length; i++) {
      const n = stretches[inn]![i]! - stretches[out]![i]!;
      cost += n * (loads[g]![i]! + n / 2);
    }
    return cost;
  };
  const replace = (g: number, at: number, inn: number) => {
    const out = channels[g]![at]!;
    channels[g]![at] = inn;
    sums[g]! += weight[inn]! - weight[out]!;
    for (let i = 0; i < loads[g]!.length; i++) loads[g]![i]! += stretches[inn]![i]! - stretches[out]![i]!;
  };
  for (let better = true; better; ) {
    better = false;
    for (let g = 0; g < channels.length; g++)
      for (let h = g + 1; h < channels.length; h++)
        for (let i = 0; i < channels[g]!.length; i++)
          for (let k = 0; k < channels[h]!.length; k++) {
            const [a, b] = [channels[g]![i]!, channels[h]![k]!];
            if (change(g, a, b) + change(h, b, a) >= -1e-6) continue;
            replace(g, i, b);
            replace(h, k, a);
            better = true;
          }
  }
}
