/** Output channels dealt out to groups, so that all of them have about as many weights. */

/**
 * Heaviest first, each to the group with the fewest weights that has a slot left. All groups have the same number of slots,
 * the fewest that hold every channel.
 *
 * @param nonZeros weights of each channel · @returns channels of each group, and slots
 */
export function dealChannels(nonZeros: ArrayLike<number>, groups: number): { readonly channels: number[][]; readonly slots: number } {
  const slots = Math.ceil(nonZeros.length / groups);
  const channels: number[][] = Array.from({ length: groups }, () => []);
  const load = new Float64Array(groups);
  const order = Array.from({ length: nonZeros.length }, (_, c) => c).sort((a, b) => nonZeros[b]! - nonZeros[a]! || a - b);
  for (const channel of order) {
    let lightest = -1;
    for (let g = 0; g < groups; g++) if (channels[g]!.length < slots && (lightest < 0 || load[g]! < load[lightest]!)) lightest = g;
    channels[lightest]!.push(channel);
    load[lightest]! += nonZeros[channel]!;
  }
  return { channels, slots };
}
