// SPDX-License-Identifier: Apache-2.0
/** Constants of the output stage, a word a pass: factors, terms, levels and minima of nn_shared_lanes. */
import { BitloomError } from '../../errors/errors.ts';
import { nodeIssue } from '../../ir/graph.ts';
import { bitsOf, int } from '../../ir/types.ts';
import type { SharedRole } from './layer/role.ts';
import { roleOf, valuesNode } from './layers.ts';
import type { LayerPlan, SharedPlan } from './plan.ts';

/** Inputs of the multiplier in a DSP48E1 that are free beside the sum's. */
const mostFactorBits = 25;

/** By pass and lane, filters in order; lanes beyond a layer's filters at its end. */
export interface Constants {
  readonly factors: readonly number[];
  readonly terms: readonly number[];
  readonly levels: readonly number[];
  readonly minima: readonly number[];
}

export interface OutputStage {
  readonly constants: Constants;
  /** Widths as nn_shared_lanes names them; factorBits and valueBits 0 where there is no residual stream. */
  readonly accBits: number;
  readonly factorBits: number;
  readonly termBits: number;
  readonly sumBits: number;
  readonly shift: number;
  readonly wideBits: number;
  readonly valueBits: number;
  /** Affine maps are clamped before they are added. */
  readonly clamps: boolean;
}

type AffineMap = ReturnType<Extract<SharedRole, { part: 'scale' }>['map']>;

const signedBits = (values: readonly number[]) => bitsOf(int(Math.min(-1, ...values), Math.max(0, ...values)));

/** Values of the residual stream that are kept: two's complement of one width. */
function valueBitsOf(name: string, plans: readonly LayerPlan[]): number {
  const widths = new Set<number>();
  for (const { layer } of plans) {
    const node = valuesNode(layer);
    if (!node) continue;
    const { element } = node.type;
    const bits = bitsOf(element);
    const clamped = element.type === 'int' && element.min === -(2 ** (bits - 1)) && element.max === 2 ** (bits - 1) - 1;
    if (!clamped)
      throw new BitloomError([
        nodeIssue(name, node, 'NN006', {
          got: "values that are no whole two's complement range",
          fix: 'signedFormat(), or --arch dataflow',
        }),
      ]);
    widths.add(bits);
  }
  if (widths.size > 1)
    throw new BitloomError([
      {
        code: 'NN006',
        where: name,
        got: `residual streams of ${[...widths].join(' and ')} bits`,
        fix: 'one format for all values, or --arch dataflow',
      },
    ]);
  return [...widths][0] ?? 0;
}

const affineOf = ({ layer }: LayerPlan) => layer.affine && roleOf(layer.affine, 'scale')!.map(layer.affine);

/** Constants of a layer's lanes. @param offsets by filter, what a unit's sum exceeds the layer's by */
function lanesOf(
  { layer, units, passes, output }: LayerPlan,
  affine: AffineMap | undefined,
  offsets: Int32Array,
  { shift, accBits, valueBits }: Pick<OutputStage, 'shift' | 'accBits' | 'valueBits'>,
): Constants {
  const filters = layer.array.type.channels;
  const theta = layer.compare && roleOf(layer.compare, 'compare')!.thresholds(layer.compare).theta;
  const minimum = layer.pool && roleOf(layer.pool, 'pool')!.pool(layer.pool).minimum;
  const scale = affine ? 2 ** (shift - affine.shift) : 1;
  const half = affine && affine.shift > 0 ? 2 ** (shift - 1) : 0;
  // An idle lane gives what padding is.
  const fill = output?.fill ?? 0;
  const idle = affine
    ? { factor: 0, term: 0, level: fill ? -(2 ** (valueBits - 1)) : 2 ** (valueBits - 1) }
    : { factor: 0, term: fill ? 0 : -(2 ** accBits), level: 0 };
  const lanes = Array.from({ length: passes * units }, (_, filter) => {
    if (filter >= filters) return { ...idle, minimum: 0 };
    const [level, offset] = [theta?.[filter] ?? 0, offsets[filter]!];
    const factor = affine ? affine.a[filter]! * scale : 1;
    return {
      factor,
      term: affine ? affine.b[filter]! * scale - factor * offset + half : -offset - level,
      level: affine ? level : 0,
      minimum: minimum?.[filter] ?? 0,
    };
  });
  return {
    factors: lanes.map(({ factor }) => factor),
    terms: lanes.map(({ term }) => term),
    levels: lanes.map(({ level }) => level),
    minima: lanes.map((lane) => lane.minimum),
  };
}

/**
 * @param whole the plan that these layers are of
 * @param accMost greatest sum of any unit
 * @param offsetsOf by layer and filter, what a unit's sum exceeds the layer's by
 */
export function outputStage(
  name: string,
  whole: SharedPlan,
  { layers: plans }: SharedPlan,
  accMost: number,
  offsetsOf: readonly Int32Array[],
): OutputStage {
  const accBits = bitsOf(int(0, accMost));
  const valueBits = whole.valueDepth > 0 ? valueBitsOf(name, whole.layers) : 0;
  const shift = Math.max(0, ...plans.map((plan) => affineOf(plan)?.shift ?? 0));
  const lanes = plans.map((plan, i) => lanesOf(plan, affineOf(plan), offsetsOf[i]!, { shift, accBits, valueBits }));
  const constants = {
    factors: lanes.flatMap((lane) => lane.factors),
    terms: lanes.flatMap((lane) => lane.terms),
    levels: lanes.flatMap((lane) => lane.levels),
    minima: lanes.flatMap((lane) => lane.minima),
  };
  const { factors, terms } = constants;
  const wide = plans.flatMap((plan) => {
    const affine = affineOf(plan);
    return affine
      ? Array.from({ length: plan.layer.array.type.channels }, (_, f) => reach(plan, affine, f)).flat()
      : [];
  });
  const factorBits = valueBits > 0 ? signedBits(factors) : 0;
  if (factorBits > mostFactorBits)
    throw new BitloomError([
      {
        code: 'NN006',
        where: name,
        got: `affine factors of ${factorBits} bits at one shift for all layers`,
        legal: `up to ${mostFactorBits} bits`,
        fix: 'layers whose factors are more alike, or --arch dataflow',
      },
    ]);
  const termBits = signedBits(terms);
  const wideBits = Math.max(valueBits, wide.length > 0 ? signedBits(wide) : 1);
  return {
    constants,
    accBits,
    factorBits,
    termBits,
    shift,
    wideBits,
    valueBits,
    clamps: clampsBeforeAdding(name, whole.layers, affineOf, valueBits),
    sumBits: Math.max(accBits + Math.max(1, factorBits) + 1, termBits + 1, shift + wideBits),
  };
}

/** Least and greatest value of an affine map before it is clamped. */
function reach({ layer }: LayerPlan, { a, b, shift }: AffineMap, filter: number): [number, number] {
  const { element } = layer.array.type;
  if (element.type !== 'int') throw new Error('sums are integers');
  const at = (x: number) => Math.floor((a[filter]! * x + b[filter]! + (shift > 0 ? 2 ** (shift - 1) : 0)) / 2 ** shift);
  const ends = [at(element.min), at(element.max)];
  return [Math.min(...ends), Math.max(...ends)];
}

/** Whether affine maps are clamped before they are added to a shortcut: where the format of one of them makes it so. */
function clampsBeforeAdding(
  name: string,
  plans: readonly LayerPlan[],
  affineOf: (plan: LayerPlan) => AffineMap | undefined,
  valueBits: number,
): boolean {
  const added = plans.filter(({ layer }) => layer.add);
  const clamping = added.filter((plan) => {
    const affine = affineOf(plan)!;
    return Array.from(affine.a, (_, filter) => reach(plan, affine, filter)).some(
      ([least, most]) => least < affine.min || most > affine.max,
    );
  });
  const most = 2 ** (valueBits - 1) - 1;
  for (const plan of clamping.length > 0 ? added : []) {
    const { min, max } = affineOf(plan)!;
    if (min !== -most - 1 || max !== most)
      throw new BitloomError([
        nodeIssue(name, plan.layer.affine!, 'NN006', {
          got: `values of ${min}..${max} added to such of ${valueBits} bits`,
          fix: "the shortcut's format, or everywhere one that holds all values",
        }),
      ]);
  }
  return clamping.length > 0;
}
