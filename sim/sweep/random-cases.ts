// SPDX-License-Identifier: Apache-2.0
/** Random small networks at random foldings. Seed and number make a case, so both bring it back. */
import { dataflowOf } from '../../generator/architectures/dataflow/layers/layers.ts';
import { formFolds, legalFolds } from '../../generator/architectures/dataflow/map/candidates.ts';
import { nodesFrom } from '../../generator/architectures/dataflow/map/engine-nodes.ts';
import type { Fold } from '../../generator/stream-top/engine.ts';
import type { Random } from '../../generator/layer-kind/layer-kind.ts';
import type { TypedGraph, TypedNode } from '../../generator/ir/graph.ts';
import { randomFrom } from '../../generator/passes/random.ts';
import { lower } from '../../generator/passes/lower.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import type { Stream } from '../../generator/index.ts';
import { graphOf, type Blocks, type MapShape } from './blocks.ts';
import type { Case } from './case.ts';

/** Clocks a frame beyond which a folding is left out, so that a batch ends soon. */
const longest = 1000;

const between = (random: Random, low: number, high: number) => low + Math.floor(random() * (high - low + 1));
const pick = <T>(random: Random, values: readonly T[]) => values[Math.floor(random() * values.length)]!;

/** A map of integers or bits, on its way through the network. */
interface Flow<E extends 'bipolar' | 'int'> extends MapShape {
  readonly stream: Stream<E>;
}

function convolved(
  layer: Blocks,
  random: Random,
  name: string,
  x: Flow<'bipolar' | 'int'>,
  padding: readonly [number, number],
): Flow<'int'> {
  const kernel = pick(random, [1, 2, 3, 3, 4, 5]);
  const least = Math.max(0, Math.ceil((kernel - Math.min(x.height, x.width)) / 2));
  const pad = {
    size: between(random, least, kernel - 1),
    value: x.stream.element === 'bipolar' ? pick(random, padding) : between(random, ...padding),
  };
  const [stride, channels] = [between(random, 1, 3), between(random, 1, 8)];
  const outputs = (size: number) => Math.floor((size + 2 * pad.size - kernel) / stride) + 1;
  const stream = layer.conv(name, x.stream, channels, kernel, stride, pad);
  return { stream, height: outputs(x.height), width: outputs(x.width), channels };
}

function dense(layer: Blocks, random: Random, name: string, x: Flow<'bipolar' | 'int'>): Flow<'int'> {
  const channels = between(random, 1, 12);
  return { stream: layer.dense(name, x.stream, channels), height: 1, width: 1, channels };
}

/** A pool in half of the cases, where the map has room for one. */
function maybePooled<E extends 'bipolar' | 'int'>(layer: Blocks, random: Random, name: string, x: Flow<E>): Flow<E> {
  const size = between(random, 1, 3);
  if (random() < 0.5 || size > Math.min(x.height, x.width)) return x;
  return {
    ...x,
    stream: layer.pool(name, x.stream, size),
    height: Math.floor(x.height / size),
    width: Math.floor(x.width / size),
  };
}

function body(layer: Blocks, random: Random): Stream<'scores'> {
  const shape = { height: between(random, 1, 8), width: between(random, 1, 8), channels: between(random, 1, 6) };
  const bits = pick(random, [1, 1, 2, 5, 8]);
  let x: Flow<'bipolar' | 'int'> = { stream: layer.pixels(shape, bits), ...shape };
  const depth = between(random, 1, 3);
  for (let i = 0; i < depth; i++) {
    const padding =
      x.stream.element === 'bipolar' ? ([-1, 1] as const) : ([-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] as const);
    const sums = random() < 0.7 ? convolved(layer, random, `l${i}`, x, padding) : dense(layer, random, `l${i}`, x);
    x = sums;
    if (i === depth - 1 && random() < 0.6) break;
    const pooled = maybePooled(layer, random, `p${i}`, sums);
    const compared: Flow<'bipolar'> = { ...pooled, stream: layer.norm(`n${i}`, pooled.stream) };
    x = pooled === sums ? maybePooled(layer, random, `q${i}`, compared) : compared;
  }
  const values = x.height * x.width * x.channels;
  return layer.decide(x.stream, between(random, 1, Math.min(values, 12)), pick(random, ['first_max', 'highest_bit']));
}

/**
 * Any legal folding that is not too slow to run, with early decision in every fourth layer that can; the fastest where
 * all are.
 */
function randomFold(graph: TypedGraph, node: TypedNode, random: Random): Fold {
  const { cost } = dataflowOf(node);
  const early = nodesFrom(graph, node, 'early');
  const decided = random() < 0.25 ? formFolds(early, 'early') : [];
  const [nodes, folds] = decided.length > 0 ? [early, decided] : [[node], legalFolds(node)];
  const cycles = (fold: Fold) => {
    const engine = { name: node.name, nodes, fold, lutPerBram: 0 };
    return cost.cycles(engine, cost.inputBeat(engine, { lanes: fold.simd, pixels: 1 }));
  };
  const quick = folds.filter((fold) => cycles(fold) <= longest);
  return quick.length > 0 ? pick(random, quick) : folds.at(-1)!;
}

export function randomCase(seed: number, index: number): Case {
  const random = randomFrom(`sweep ${seed} case ${index}`);
  const id = `r${index}`;
  const graph = graphOf(id, seed * 1000 + index, (layer) => body(layer, random));
  const lowered = lower(typecheck(graph));
  const foldable = lowered.nodes.filter((node) => dataflowOf(node).cost.foldAxes);
  const pins = Object.fromEntries(foldable.map((node) => [node.name, randomFold(lowered, node, random)]));
  return { id, replay: `--seed ${seed} --case ${index}`, graph, pins };
}
