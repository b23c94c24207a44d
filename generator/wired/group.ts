/**
 * A group of kernels that share their sums: P_k = number of taps where window and kernel k agree, y_k = [P_k >= theta_k].
 *
 * Taps fall into classes by which kernels have the same weight there as the group's first kernel, and every class is counted
 * once, as agreements with that first kernel. Let T be the sum of all classes, A those of the classes where kernel k is
 * the same, B the others, D the number of taps in the latter: T = A + B and P_k = A + D − B. With c = theta_k − D, y_k is
 *
 *     2 A + |c| >= T    if c <= 0        2 B + c <= T    else
 *
 * so the constant is never negative, and neither sum is needed whole: only what it must exceed, half of T.
 *
 * One or two kernels leave at a time. A pair needs three of the four sums over classes where it is (same, same), (same,
 * other), (other, same), (other, other): one that both need, one each of their own, which takes the constant. Then the classes that
 * only this pair told apart become one, by which time the fourth of them may still be taps, uncounted: they add up with the rest.
 */
import { addUp, type Heap } from './add-up.ts';
import { constantOf, type Node, type Operand, type Tap, type Word } from './netlist.ts';

export interface Kernel {
  /** Its number in the layer. */
  readonly filter: number;
  /** 0 or 1 per tap. */
  readonly weights: Uint8Array;
  /** 1 .. taps. */
  readonly threshold: number;
}

export interface Group {
  readonly kernels: readonly Kernel[];
  readonly nodes: readonly Node[];
  /** One bit per kernel, in their order. */
  readonly outputs: readonly Word[];
}

/** Kernels that leave together; their sum is one less than the kernels. */
export type Leaving = readonly (1 | 2)[];

/** Classes by their sign pattern over the kernels that have not left: '1' where the kernel is the same as the first. */
type Classes = Map<string, Heap>;

const empty: Heap = { operands: [], taps: [] };

export function wireGroup(kernels: readonly Kernel[], leaving: Leaving): Group {
  const nodes: Node[] = [];
  const sum = (label: string, heap: Heap, target: 1 | 2 = 1): readonly Operand[] => {
    const { nodes: added, operands } = addUp(label, heap, target);
    nodes.push(...added);
    return operands;
  };
  const compares: { readonly kernel: Kernel; readonly operands: readonly Operand[]; readonly c: number }[] = [];
  let classes = classesOf(kernels);
  let staying = kernels;
  for (const count of leaving) {
    const pair = staying.slice(-count).map((kernel) => ({ kernel, c: kernel.threshold - otherTaps(kernels[0]!, kernel) }));
    staying = staying.slice(0, -count);
    const needs = pair.map(({ c }, i) => patterns(count).filter((pattern) => pattern[i] === (c <= 0 ? '1' : '0')));
    const needed = new Set(needs.flat());
    for (const [pattern, heap] of classes)
      if (needed.has(pattern.slice(-count))) classes.set(pattern, { operands: sum(`n_${pattern}`, heap), taps: [] });

    const over = (suffix: string) => [...classes].flatMap(([pattern, heap]) => (pattern.endsWith(suffix) ? heap.operands : []));
    const common = needs.length === 2 ? needs[0]!.find((pattern) => needs[1]!.includes(pattern))! : null;
    const shared = common === null ? [] : sum(`both_${pair.map(({ kernel }) => kernel.filter).join('_')}`, { operands: over(common), taps: [] });
    pair.forEach(({ kernel, c }, i) => {
      const own = needs[i]!.filter((pattern) => pattern !== common).flatMap(over);
      const half = Math.abs(c) >> 1;
      const addends = half > 0 ? [...own, constantOf(half)] : own;
      const target = shared.length > 0 ? 1 : 2;
      compares.push({ kernel, c, operands: [...shared, ...sum(`own_${kernel.filter}`, { operands: addends, taps: [] }, target)] });
    });
    classes = merged(classes, count);
  }

  const [total] = sum('all', classes.get('')!) as [Word];
  const outputs = new Map<Kernel, Word>();
  const output = (kernel: Kernel, stage: number): Word => {
    const out = { name: `y_${kernel.filter}`, max: 1, stage };
    outputs.set(kernel, out);
    return out;
  };
  for (const { kernel, c, operands } of compares) {
    const stage = Math.max(total.stage, ...operands.map((operand) => operand.stage)) + 1;
    // Half of T is rounded up where 2 A + |c| >= T has |c| even, and 2 B + c <= T has c odd.
    const odd = c % 2 !== 0;
    const unit = c <= 0 ? (odd ? 1 : 'even') : odd ? 'even' : 0;
    nodes.push({ op: 'exceeds', out: output(kernel, stage), operands, unit, total, mirrored: c > 0 });
  }
  const first = kernels[0]!;
  nodes.push({ op: 'atLeast', out: output(first, total.stage + 1), word: total, threshold: first.threshold });
  return { kernels, nodes, outputs: kernels.map((kernel) => outputs.get(kernel)!) };
}

function classesOf(kernels: readonly Kernel[]): Classes {
  const [first, ...others] = kernels as [Kernel, ...Kernel[]];
  const found = new Map<string, Tap[]>();
  first.weights.forEach((weight, index) => {
    const pattern = others.map((kernel) => (kernel.weights[index] === weight ? '1' : '0')).join('');
    const taps = found.get(pattern) ?? [];
    taps.push({ index, inverted: weight === 0 });
    found.set(pattern, taps);
  });
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([pattern, taps]) => [pattern, { operands: [], taps }]));
}

function otherTaps(first: Kernel, kernel: Kernel): number {
  return kernel.weights.reduce((total, weight, index) => total + (weight === first.weights[index] ? 0 : 1), 0);
}

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

