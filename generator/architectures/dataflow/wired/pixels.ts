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

/** A tuple of taps in a kernel, up to its sign: the first is plus. */
interface Tuple {
  readonly first: number;
  readonly minus: readonly boolean[];
  readonly negative: boolean;
}

/** The kernel's tuples; the last one is not negative: `mirrored` says that the kernel is built as its negative. */
function tuplesOf(row: Uint8Array, size: number): { tuples: Tuple[]; mirrored: boolean } {
  const firsts = Array.from({ length: Math.ceil(row.length / size) }, (_, i) => i * size);
  const mirrored = row[firsts.at(-1)!] === 0;
  const plus = mirrored ? 0 : 1;
  const tuples = firsts.map((first) => {
    const signs = [...row.subarray(first, Math.min(row.length, first + size))].map((weight) => weight !== plus);
    const negative = signs[0]!;
    return { first, minus: signs.map((minus) => minus !== negative), negative };
  });
  return { tuples, mirrored };
}

/** The netlist as it grows: words that several kernels need are made once. */
class Sums {
  readonly nodes: Node[] = [];
  private readonly known = new Map<string, Moved>();

  constructor(private readonly bits: number) {}

  private once(name: string, make: () => Moved): Moved {
    const found = this.known.get(name) ?? make();
    this.known.set(name, found);
    return found;
  }

  private pixel(tap: number): Moved {
    const { bits, nodes } = this;
    return this.once(`u_${tap}`, () => {
      const out = { name: `u_${tap}`, max: 2 ** bits - 1, stage: 1 };
      const inputs = Array.from({ length: bits }, (_, bit) => ({ index: tap * bits + bit, inverted: false }));
      nodes.push({ op: 'pixel', out, bits: inputs });
      return { word: out, offset: 2 ** (bits - 1) };
    });
  }

  sum(name: string, parts: readonly (readonly [Moved, negative: boolean])[]): Moved {
    return this.once(name, () => {
      const operands: Operand[] = parts.map(([{ word }, negative]) => (negative ? inverseOf(word) : word));
      const out: Word = {
        name,
        max: operands.reduce((total, { max }) => total + max, 0),
        stage: Math.max(...operands.map(({ stage }) => stage)) + 1,
      };
      this.nodes.push({ op: 'add', out, operands, units: [] });
      const offset = parts.reduce(
        (total, [part, negative]) => total + (negative ? 2 ** widthOf(part.word.max) - 1 - part.offset : part.offset),
        0,
      );
      return { word: out, offset };
    });
  }

  /** Sum over the taps from `first` on with these signs, of which the first is plus. */
  pattern(first: number, minus: readonly boolean[]): Moved {
    const name = `t${first}_${minus.map((m) => (m ? 'm' : 'p')).join('')}`;
    if (minus.length === 1) return this.pixel(first);
    if (minus.length <= 3)
      return this.sum(
        name,
        minus.map((m, i) => [this.pixel(first + i), m] as const),
      );
    const [, b, c, d] = minus as [boolean, boolean, boolean, boolean];
    return this.sum(name, [
      [this.pattern(first, [false, b]), false],
      [this.pattern(first + 2, [false, c !== d]), c],
    ]);
  }

  /** Kernel k's sum over its tuples. */
  kernel(k: number, tuples: readonly Tuple[]): Moved {
    const parts = tuples.map(({ first, minus, negative }) => [this.pattern(first, minus), negative] as const);
    const thirds: Moved[] = [];
    for (let i = 0; i < parts.length; i += 3) {
      const three = parts.slice(i, i + 3);
      thirds.push(three.length === 1 ? three[0]![0] : this.sum(`k${k}_t${i / 3}`, three));
    }
    const { nodes: added, operands } = addUp(`k${k}`, { operands: thirds.map(({ word }) => word), taps: [] });
    this.nodes.push(...added);
    return { word: operands[0] as Word, offset: thirds.reduce((total, part) => total + part.offset, 0) };
  }
}

function build({ taps, bits, weights, thresholds }: PixelWeights, tuple: number): Netlist {
  const half = 2 ** (bits - 1);
  const sums = new Sums(bits);
  const outputs = Array.from(thresholds, (threshold, k): Word | Constant => {
    const row = weights.subarray(k * taps, (k + 1) * taps);
    const ones = row.reduce((total, weight) => total + weight, 0);
    const [least, most] = [-half * ones - (half - 1) * (taps - ones), (half - 1) * ones + half * (taps - ones)];
    if (threshold <= least || threshold > most) return constantOf(threshold <= least ? 1 : 0);

    const { tuples, mirrored } = tuplesOf(row, tuple);
    const { word, offset } = sums.kernel(k, tuples);
    const out = { name: `y_${k}`, max: 1, stage: word.stage + 1 };
    const moved = (mirrored ? 1 - threshold : threshold) + offset;
    sums.nodes.push({ op: 'atLeast', out, word, threshold: moved, mirrored });
    return out;
  });
  return { nodes: sums.nodes, outputs };
}
