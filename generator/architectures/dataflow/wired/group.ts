// SPDX-License-Identifier: Apache-2.0
/**
 * A group of kernels that share their sums: P_k = number of taps where window and kernel k agree, y_k = [P_k >=
 * theta_k].
 *
 * Taps fall into classes by which kernels have the same weight there as one of them, or its complement, the reference,
 * and every
 * class is counted once, as agreements with the reference. Let T be the sum of all classes, A those of the classes
 * where kernel k is
 * the same, B the others, D the number of taps in the latter: T = A + B and P_k = A + D − B. With c = theta_k − D, y_k
 * is
 *
 *     2 A + |c| >= T    if c <= 0        2 B + c <= T    else
 *
 * so the constant is never negative, and neither sum is needed whole: only what it must exceed, half of T.
 *
 * One or two kernels leave at a time. A pair needs three of the four sums over classes where it is (same, same), (same,
 * other), (other, same), (other, other): one that both need, one each of their own, which takes the constant. Then the
 * classes that
 * only this pair told apart become one, by which time the fourth of them may still be taps, uncounted: they add up with
 * the rest.
 */
import { classesOf } from '../reuse/classes.ts';
import { addUp, type Heap } from './add-up.ts';
import { constantOf, type Netlist, type Node, type Operand, type Word } from './netlist.ts';

export interface Kernel {
  /** Its number in the layer. */
  readonly filter: number;
  /** 0 or 1 per tap. */
  readonly weights: Uint8Array;
  /** 1 .. taps. */
  readonly threshold: number;
}

/** Its outputs are one bit per kernel, in their order. */
export interface Group extends Netlist {
  /** In the order of their numbers. */
  readonly kernels: readonly Kernel[];
  /** The one that the others are compared with, and whether with its complement. */
  readonly first: Kernel;
  readonly complemented: boolean;
}

/** How many kernels leave together, from the last on; their sum is one less than the kernels. */
export type Leaving = readonly (1 | 2)[];

/**
 * Classes by their sign pattern over the kernels that have not left: '1' where the kernel is the same as the reference.
 */
type Classes = Map<string, Heap>;

const empty: Heap = { operands: [], taps: [] };

/** Kernel k's own sum and |c|, in halves; `c` says what is compared. */
interface Compare {
  readonly kernel: Kernel;
  readonly c: number;
  readonly operands: readonly Operand[];
}

/** Adds heaps up; the adders stand in `nodes`. */
class Adders {
  readonly nodes: Node[] = [];

  sum(label: string, heap: Heap, target: 1 | 2 = 1): readonly Operand[] {
    const { nodes, operands } = addUp(label, heap, target);
    this.nodes.push(...nodes);
    return operands;
  }
}

/** One or two kernels that leave: counts the classes that they need, in place, and adds up each one's own. */
function leave(pair: readonly Omit<Compare, 'operands'>[], classes: Classes, adders: Adders): Compare[] {
  const count = pair.length as 1 | 2;
  const needs = pair.map(({ c }, i) => patterns(count).filter((pattern) => pattern[i] === (c <= 0 ? '1' : '0')));
  const needed = new Set(needs.flat());
  for (const [pattern, heap] of classes)
    if (needed.has(pattern.slice(-count)))
      classes.set(pattern, { operands: adders.sum(`n_${pattern}`, heap), taps: [] });

  const over = (suffix: string) =>
    [...classes].flatMap(([pattern, heap]) => (pattern.endsWith(suffix) ? heap.operands : []));
  const common = needs.length === 2 ? needs[0]!.find((pattern) => needs[1]!.includes(pattern))! : null;
  const both = `both_${pair.map(({ kernel }) => kernel.filter).join('_')}`;
  const shared = common === null ? [] : adders.sum(both, { operands: over(common), taps: [] });
  return pair.map(({ kernel, c }, i) => {
    const own = needs[i]!.filter((pattern) => pattern !== common).flatMap(over);
    const half = Math.abs(c) >> 1;
    const addends = half > 0 ? [...own, constantOf(half)] : own;
    const target = shared.length > 0 ? 1 : 2;
    const operands = [...shared, ...adders.sum(`own_${kernel.filter}`, { operands: addends, taps: [] }, target)];
    return { kernel, c, operands };
  });
}

const outputOf = ({ filter }: Kernel, stage: number): Word => ({ name: `y_${filter}`, max: 1, stage });

/**
 * The kernel's bit. In whole halves t of T and h of |c|: 2 A + |c| >= T is A + h + (|c| odd or T even) > t, and
 * 2 B + c > T is B + h + (c odd and T even) > t.
 */
function exceeds({ kernel, c, operands }: Compare, total: Word): Node & { readonly out: Word } {
  const stage = Math.max(total.stage, ...operands.map((operand) => operand.stage)) + 1;
  const odd = c % 2 !== 0;
  const unit = c <= 0 ? (odd ? 1 : 'even') : odd ? 'even' : 0;
  return { op: 'exceeds', out: outputOf(kernel, stage), operands, unit, total, mirrored: c > 0 };
}

/** `at` is the place of the kernel that the others are compared with. */
export function wireGroup(kernels: readonly Kernel[], leaving: Leaving, at = 0): Group {
  const adders = new Adders();
  const { nodes } = adders;
  const first = kernels[at]!;
  // The fewer zeros, the fewer taps are inverted; its complement serves as well.
  const complemented = 2 * onesOf(first.weights) < first.weights.length;
  const reference = complemented ? first.weights.map((weight) => 1 - weight) : first.weights;
  const compares: Compare[] = [];
  let staying = kernels.filter((kernel) => kernel !== first);
  let classes = heapsOf(reference, staying);
  for (const count of leaving) {
    const pair = staying
      .slice(-count)
      .map((kernel) => ({ kernel, c: kernel.threshold - otherTaps(reference, kernel.weights) }));
    staying = staying.slice(0, -count);
    compares.push(...leave(pair, classes, adders));
    classes = merged(classes, count);
  }

  const [total] = adders.sum('all', classes.get('')!) as [Word];
  const outputs = new Map<Kernel, Word>();
  for (const compare of compares) {
    const node = exceeds(compare, total);
    nodes.push(node);
    outputs.set(compare.kernel, node.out);
  }
  // Agreements with the complement are what is missing to all taps.
  const threshold = complemented ? first.weights.length - first.threshold + 1 : first.threshold;
  const out = outputOf(first, total.stage + 1);
  nodes.push({ op: 'atLeast', out, word: total, threshold, mirrored: complemented });
  outputs.set(first, out);
  return { kernels, first, complemented, nodes, outputs: kernels.map((kernel) => outputs.get(kernel)!) };
}

function heapsOf(reference: Uint8Array, others: readonly Kernel[]): Classes {
  const classes = [
    ...classesOf(
      reference,
      others.map(({ weights }) => weights),
    ),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    classes.map(([pattern, indices]) => [
      pattern,
      { operands: [], taps: indices.map((index) => ({ index, inverted: reference[index] === 0 })) },
    ]),
  );
}

const onesOf = (weights: Uint8Array): number => weights.reduce((total, weight) => total + weight, 0);

const otherTaps = (reference: Uint8Array, weights: Uint8Array): number =>
  weights.reduce((total, weight, index) => total + (weight === reference[index] ? 0 : 1), 0);

const patterns = (count: 1 | 2): string[] => (count === 1 ? ['0', '1'] : ['00', '01', '10', '11']);

/** Classes that only the last `count` kernels told apart become one heap. */
function merged(classes: Classes, count: number): Classes {
  const found: Classes = new Map();
  for (const [pattern, heap] of classes) {
    const prefix = pattern.slice(0, -count);
    const { operands, taps } = found.get(prefix) ?? empty;
    found.set(prefix, { operands: [...operands, ...heap.operands], taps: [...taps, ...heap.taps] });
  }
  return found;
}
