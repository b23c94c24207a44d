// SPDX-License-Identifier: Apache-2.0
/**
 * Where tensors lie: bits in nine banks, values side by side. The compiler lays them out so that what is still to be
 * read is
 * never written; the hardware only adds.
 */
export interface Lifetime {
  /** Layer that writes it; −1: there before the first layer, and in the way of the next frame, so never free. */
  readonly from: number;
  /** Last layer that reads it. */
  readonly to: number;
  /** Addresses. */
  readonly size: number;
}

const overlap = (a: Lifetime, b: Lifetime) => a.from < 0 || b.from < 0 || (a.from <= b.to && b.from <= a.to);

/** Base address of each, lowest first fit, the largest first; and the addresses in all. */
export function layOut(tensors: readonly Lifetime[]): { readonly bases: readonly number[]; readonly depth: number } {
  const bases = new Array<number>(tensors.length).fill(0);
  const placed: number[] = [];
  const order = tensors.map((_, i) => i).sort((a, b) => tensors[b]!.size - tensors[a]!.size || a - b);
  for (const i of order) {
    const others = placed.filter((j) => overlap(tensors[i]!, tensors[j]!)).sort((a, b) => bases[a]! - bases[b]!);
    let base = 0;
    for (const j of others)
      if (base + tensors[i]!.size > bases[j]!) base = Math.max(base, bases[j]! + tensors[j]!.size);
    bases[i] = base;
    placed.push(i);
  }
  return { bases, depth: Math.max(1, ...tensors.map(({ size }, i) => bases[i]! + size)) };
}
