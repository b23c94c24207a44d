// SPDX-License-Identifier: Apache-2.0
/**
 * A first layer as logic: y_k = [s_k >= theta_k], s_k the sum of +x or −x over the taps, x signed numbers of `bits`
 * bits.
 *
 * Taps go in tuples of a few neighbours. A tuple has few sign patterns, half as many up to their negative, and all
 * kernels share their sums; a
 * kernel adds one per tuple and compares with a constant. Everything is unsigned: u = x + 2^(bits − 1), and what is
 * subtracted is added with its bits inverted, which the adders do for nothing. Both move the sum by a known offset:
 *
 *     word = (signed sum) + offset        inverse = 2^width − 1 − word = −(signed sum) + 2^width − 1 − offset
 *
 * A kernel is built as itself or as its negative, whichever leaves its last tuple as it is: −s >= 1 − theta is the
 * opposite of s >= theta.
 */
import { addUp } from './add-up.ts';
import { costOf } from './costs.ts';
import {
  constantOf,
  inverseOf,
  widthOf,
  type Constant,
  type Netlist,
  type Node,
  type Operand,
  type Word,
} from './netlist.ts';

export interface PixelWeights {
  readonly taps: number;
  readonly bits: number;
  /** Row-major [filters][taps]: 1 adds, 0 subtracts. */
  readonly weights: Uint8Array;
  readonly thresholds: ArrayLike<number>;
}

export interface WiredPixels {
  readonly taps: number;
  readonly bits: number;
  readonly filters: number;
  /** Taps of a tuple. */
  readonly tuple: number;
  /** One netlist: its tables serve every kernel. */
  readonly groups: readonly [Netlist];
}

/** A word and how far above the signed sum it is. */
interface Moved {
  readonly word: Word;
  readonly offset: number;
}

const TUPLES = [2, 3, 4];

export function wirePixels(layer: PixelWeights): WiredPixels {
  const built = TUPLES.map((tuple) => ({ tuple, netlist: build(layer, tuple) }));
  const lutOf = ({ nodes }: Netlist) => nodes.reduce((total, node) => total + costOf(node).lut, 0);
  const { tuple, netlist } = built.reduce((a, b) => (lutOf(b.netlist) < lutOf(a.netlist) ? b : a));
  return { taps: layer.taps, bits: layer.bits, filters: layer.thresholds.length, tuple, groups: [netlist] };
}

function build({ taps, bits, weights, thresholds }: PixelWeights, tuple: number): Netlist {
  const half = 2 ** (bits - 1);
  const nodes: Node[] = [];
  const known = new Map<string, Moved>();
  const once = (name: string, make: () => Moved): Moved => {
    const found = known.get(name) ?? make();
    known.set(name, found);
    return found;
  };
  const pixel = (tap: number): Moved =>
    once(`u_${tap}`, () => {
      const out = { name: `u_${tap}`, max: 2 * half - 1, stage: 1 };
      nodes.push({
        op: 'pixel',
        out,
        bits: Array.from({ length: bits }, (_, bit) => ({ index: tap * bits + bit, inverted: false })),
      });
      return { word: out, offset: half };
    });
  const sum = (name: string, parts: readonly (readonly [Moved, negative: boolean])[]): Moved =>
    once(name, () => {
      const operands: Operand[] = parts.map(([{ word }, negative]) => (negative ? inverseOf(word) : word));
      const out: Word = {
        name,
        max: operands.reduce((total, { max }) => total + max, 0),
        stage: Math.max(...operands.map(({ stage }) => stage)) + 1,
      };
      nodes.push({ op: 'add', out, operands, units: [] });
      const offset = parts.reduce(
        (total, [part, negative]) => total + (negative ? 2 ** widthOf(part.word.max) - 1 - part.offset : part.offset),
        0,
      );
      return { word: out, offset };
    });
  /** Sum over the taps from `first` on with these signs, of which the first is plus. */
  const pattern = (first: number, minus: readonly boolean[]): Moved => {
    const name = `t${first}_${minus.map((m) => (m ? 'm' : 'p')).join('')}`;
    if (minus.length === 1) return pixel(first);
    if (minus.length <= 3)
      return sum(
        name,
        minus.map((m, i) => [pixel(first + i), m] as const),
      );
    const [, b, c, d] = minus as [boolean, boolean, boolean, boolean];
    return sum(name, [
      [pattern(first, [false, b]), false],
      [pattern(first + 2, [false, c !== d]), c],
    ]);
  };

  const firsts = Array.from({ length: Math.ceil(taps / tuple) }, (_, i) => i * tuple);
  const outputs = Array.from(thresholds, (threshold, k): Word | Constant => {
    const row = weights.subarray(k * taps, (k + 1) * taps);
    const ones = row.reduce((total, weight) => total + weight, 0);
    const [least, most] = [-half * ones - (half - 1) * (taps - ones), (half - 1) * ones + half * (taps - ones)];
    if (threshold <= least || threshold > most) return constantOf(threshold <= least ? 1 : 0);

    const mirrored = row[firsts.at(-1)!] === 0;
    const plus = mirrored ? 0 : 1;
    const parts = firsts.map((first) => {
      const signs = [...row.subarray(first, Math.min(taps, first + tuple))].map((weight) => weight !== plus);
      const negative = signs[0]!;
      return [
        pattern(
          first,
          signs.map((minus) => minus !== negative),
        ),
        negative,
      ] as const;
    });
    const thirds: Moved[] = [];
    for (let i = 0; i < parts.length; i += 3) {
      const three = parts.slice(i, i + 3);
      thirds.push(three.length === 1 ? three[0]![0] : sum(`k${k}_t${i / 3}`, three));
    }
    const { nodes: added, operands } = addUp(`k${k}`, { operands: thirds.map(({ word }) => word), taps: [] });
    nodes.push(...added);
    const total = operands[0] as Word;
    const offset = thirds.reduce((sumOfOffsets, part) => sumOfOffsets + part.offset, 0);
    const out = { name: `y_${k}`, max: 1, stage: total.stage + 1 };
    nodes.push({
      op: 'atLeast',
      out,
      word: total,
      threshold: (mirrored ? 1 - threshold : threshold) + offset,
      mirrored,
    });
    return out;
  });
  return { nodes, outputs };
}
