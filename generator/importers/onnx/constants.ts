// SPDX-License-Identifier: Apache-2.0
/** Nodes whose inputs are constants, computed: weights behind their quantisers above all. */
import type { Node, Tensor } from './model.ts';
import { bipolarQuantiser, levelOf, quantiser, roundings, type Quantiser } from './quantiser.ts';
import type { Refuse } from './refuse.ts';

export interface Constant extends Tensor {
  /** Of a quantised one: data = integers · scales, element by element. */
  readonly quantised?: {
    readonly integers: readonly number[];
    readonly scales: readonly number[];
    readonly bits: number;
  };
}

export type Constants = Map<string, Constant>;

/** Element operations of two numbers, by operator. */
export const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
};

/** Element `at` of `shape`, of a tensor that is broadcast to it: sizes are aligned at the end. */
function broadcastAt({ shape, data }: Tensor, target: readonly number[], at: number): number {
  if (data.length === 1) return data[0]!;
  let [place, stride, rest] = [0, 1, at];
  for (let i = 1; i <= target.length; i++) {
    const size = target.at(-i)!;
    const own = shape.length - i >= 0 ? shape.at(-i)! : 1;
    if (own > 1) place += (rest % size) * stride;
    stride *= own;
    rest = Math.floor(rest / size);
  }
  return data[place]!;
}

const isQuantiser = ({ operator }: Node) => ['Quant', 'IntQuant', 'BipolarQuant'].includes(operator);

/** A quantiser's rule and its scale, a constant. Refuses bit widths, zero points and roundings that are not known. */
export function quantiserOf(node: Node, constants: Constants, refuse: Refuse): { rule: Quantiser; scale: Constant } {
  const known = (i: number, what: string): Constant =>
    constants.get(node.inputs[i] ?? '') ?? refuse(node, `${what} is computed`, `a constant ${what}`);
  const scale = known(1, 'scale');
  if (node.operator === 'BipolarQuant') return { rule: bipolarQuantiser, scale };
  const one = (i: number, what: string): number => {
    const { data } = known(i, what);
    return data.every((value) => value === data[0])
      ? data[0]!
      : refuse(node, `${what} of several values`, `one ${what}`);
  };
  const [zero, bits] = [one(2, 'zero point'), one(3, 'bit width')];
  if (!Number.isInteger(bits) || bits < 1 || bits > 8) refuse(node, `bit width ${bits}`, '1..8');
  const mode = String(node.attributes.get('rounding_mode') ?? 'ROUND').toUpperCase();
  const round = roundings.get(mode) ?? refuse(node, `rounding_mode ${mode}`, [...roundings.keys()].join(' '));
  const flag = (name: string, absent: number) => Number(node.attributes.get(name) ?? absent) !== 0;
  return { rule: quantiser(bits, flag('signed', 1), flag('narrow', 0), zero, round), scale };
}

function quantisedConstant(node: Node, x: Constant, constants: Constants, refuse: Refuse): Constant {
  const { rule, scale } = quantiserOf(node, constants, refuse);
  if (rule.zero !== 0) refuse(node, `zero point ${rule.zero} on weights`, 'zero point 0');
  const scales = x.data.map((_, i) => broadcastAt(scale, x.shape, i));
  const integers = x.data.map((value, i) => levelOf(rule, value, scales[i]!));
  const data = integers.map((q, i) => q * scales[i]!);
  return { shape: x.shape, data, quantised: { integers, scales, bits: rule.bits } };
}

/** Rows and columns changed; other permutations are refused. */
function transposed(node: Node, x: Constant, refuse: Refuse): Constant {
  const perm = (node.attributes.get('perm') ?? [1, 0]) as readonly number[];
  const [rows, columns] = x.shape as readonly [number, number];
  if (x.shape.length !== 2 || perm.join() !== '1,0')
    refuse(node, `perm [${perm.join(', ')}]`, 'perm [1, 0] of a matrix');
  const turn = (data: readonly number[]) => data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!);
  const { quantised } = x;
  return {
    shape: [columns, rows],
    data: turn(x.data),
    ...(quantised && {
      quantised: { ...quantised, integers: turn(quantised.integers), scales: turn(quantised.scales) },
    }),
  };
}

/** The result of a node of constants; undefined for operators that are not computed here. */
export function folded(node: Node, constants: Constants, refuse: Refuse): Constant | undefined {
  if (node.operator === 'Constant') return node.attributes.get('value') as Tensor | undefined;
  const [a, b] = node.inputs.map((name) => constants.get(name));
  if (a === undefined || node.inputs.some((name) => name !== '' && !constants.has(name))) return undefined;
  if (isQuantiser(node)) return quantisedConstant(node, a, constants, refuse);
  if (node.operator === 'Transpose') return transposed(node, a, refuse);
  if (node.operator === 'Identity') return a;
  const operation = arithmetic[node.operator];
  if (!operation || b === undefined) return undefined;
  const larger = a.data.length >= b.data.length ? a : b;
  const data = larger.data.map((_, i) => operation(broadcastAt(a, larger.shape, i), broadcastAt(b, larger.shape, i)));
  return { shape: larger.shape, data };
}
