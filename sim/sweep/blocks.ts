// SPDX-License-Identifier: Apache-2.0
/**
 * Layers whose names carry the case's id while their tensors do not: the same network at another folding has other
 * names and the same random weights.
 */
import {
  batchNormSign,
  binarise,
  binaryConv2d,
  binaryDense,
  decide,
  input,
  maxPool,
  network,
  quantise,
  synthetic,
  threshold,
  type Stream,
} from '../../generator/index.ts';
import { lastNode, nodeByName, type Graph, type WeightReference } from '../../generator/ir/graph.ts';
import { elementCount } from '../../generator/ir/types.ts';
import type { Pins } from '../../generator/architectures/dataflow/map/candidates.ts';
import { inferTypes } from '../../generator/passes/infer-types.ts';
import type { Case } from './case.ts';

export interface MapShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

type Bits = Stream<'bipolar'>;
type Ints = Stream<'int'>;

export interface Blocks {
  /** Pixels as bits (1) or as signed integers of 2..8 bits. */
  pixels(shape: MapShape, bits: 1): Bits;
  pixels(shape: MapShape, bits: number): Bits | Ints;
  conv(
    name: string,
    x: Bits | Ints,
    filters: number,
    kernel: number,
    stride?: number,
    pad?: { size: number; value: number },
  ): Ints;
  dense(name: string, x: Bits | Ints, units: number): Ints;
  norm(name: string, x: Ints, weights?: WeightReference): Bits;
  compare(name: string, x: Ints, weights: WeightReference): Bits;
  pool<E extends 'bipolar' | 'int'>(name: string, x: Stream<E>, size: number): Stream<E>;
  decide(x: Bits | Ints, classes: number, rule?: 'first_max' | 'highest_bit'): Stream<'scores'>;
}

function blocks(id: string, seed: number): Blocks {
  const synthesised = synthetic(seed);
  const named = (name: string) => `${id}_${name}`;
  return {
    pixels(shape, bits) {
      const x = input(named('in'), shape);
      if (bits === 1) return quantise(named('q'), x, binarise(128)) as never;
      const values = Array.from({ length: 256 }, (_, pixel) => (pixel - 128) >> (8 - bits));
      return quantise(named('q'), x, { element: 'int', values, scale: 1 }) as never;
    },
    conv: (name, x, filters, kernel, stride = 1, pad = { size: 0, value: -1 }) =>
      binaryConv2d(named(name), x, { filters, kernel, stride, pad, weights: synthesised, tensors: name }),
    dense: (name, x, units) => binaryDense(named(name), x, { units, weights: synthesised, tensors: name }),
    norm: (name, x, weights = synthesised) => batchNormSign(named(name), x, { weights, tensors: name }),
    compare: (name, x, weights) => threshold(named(name), x, { weights, tensors: name }),
    pool: (name, x, size) => maxPool(named(name), x, { size }),
    decide: (x, classes, rule = 'first_max') => decide(named('class'), x, { classes, rule }),
  };
}

export type Body = (layer: Blocks) => Stream<'scores'>;

export function graphOf(id: string, seed: number, body: Body): Graph {
  return ignoringTheRest(network(id, () => body(blocks(id, seed))));
}

/** Decisions here take the first values of whatever comes, maps too; a network has to say how many are behind them. */
function ignoringTheRest({ name, nodes }: Graph): Graph {
  const before = nodes.slice(0, -1);
  const decision = lastNode({ nodes });
  const values = elementCount(nodeByName({ nodes: inferTypes({ name, nodes: before }) }, decision.inputs[0]!).type);
  const ignore = values - (decision.attributes['classes'] as number);
  return { name, nodes: [...before, { ...decision, attributes: { ...decision.attributes, ignore } }] };
}

/** @param pins by the layer's name without the id */
export function caseOf(id: string, replay: string, graph: Graph, pins: Pins): Case {
  return {
    id,
    replay,
    graph,
    pins: Object.fromEntries(Object.entries(pins).map(([name, fold]) => [`${id}_${name}`, fold])),
  };
}
