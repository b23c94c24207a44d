/** Output channels dealt out to groups, so that all of them have about as many weights, at any time. */

/**
 * Heaviest first, each to the group that has a slot left and collides least with it: groups walk the same vectors side by side, so
 * that their weights should be equal stretch by stretch, not in sum alone. All groups have the same number of slots, the
 * fewest that hold every channel.
 *
 * @param stretches weights of each channel in each stretch of the vectors · @returns channels of each group, and slots
 */
export function dealChannels(stretches: readonly ArrayLike<number>[], groups: number): { readonly channels: number[][]; readonly slots: number } {
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
  return { channels, slots };
}
