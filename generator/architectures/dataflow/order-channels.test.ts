// SPDX-License-Identifier: Apache-2.0
import { dataflowOf } from './layers/layers.ts';
import { describe, expect, test } from 'vitest';
import { interpreter } from '../../golden/interpret.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import type { Engine, Fold } from '../../stream-top/engine.ts';
import { calibrationOf } from './map/calibration.ts';
import { formFolds, unfolded } from './map/candidates.ts';
import { engineNodes, nodesFrom } from './map/engine-nodes.ts';
import { lower } from '../../passes/lower.ts';
import { typecheck } from '../../passes/typecheck.ts';
import { channelOrders, orderChannels } from './order-channels.ts';
import { randomFrom } from '../../passes/random.ts';
import { randomNetwork } from '../../passes/random-networks.fixture.ts';

const random = randomFrom('orders of channels');
const graphs = Array.from({ length: 24 }, (_, seed) => lower(typecheck(randomNetwork(random, seed))));

function frameFor({ nodes }: TypedGraph): Uint8Array {
  const { height, width, channels } = nodes[0]!.type;
  return Uint8Array.from({ length: height * width * channels }, () => random() * 256);
}

/** Every engine that can decides early, at some folding of several lanes or tiles. */
function enginesOf(graph: TypedGraph): Engine[] {
  const calibration = calibrationOf(
    graph,
    { frames: Array.from({ length: 4 }, () => frameFor(graph)), path: undefined },
    { frames: Infinity, tiles: 1e5 },
  );
  const folds = new Map<string, Fold>();
  for (const node of graph.nodes) {
    const legal = formFolds(nodesFrom(graph, node, 'early'), 'early');
    const [fold] = legal.filter(({ pe }) => pe > 1).sort((a, b) => a.pe - b.pe || a.simd - b.simd);
    if (fold) folds.set(node.name, fold);
  }
  return engineNodes(graph, folds).map((nodes) => ({
    name: nodes[0]!.name,
    nodes,
    fold: folds.get(nodes[0]!.name) ?? unfolded,
    calibration,
    lutPerBram: 0,
  }));
}

const drawn = graphs.map((graph) => {
  const engines = enginesOf(graph);
  const orders = channelOrders(graph, engines);
  return { graph, engines, orders, ordered: orderChannels(graph, orders) };
});

test('the draw has what the pass changes', () => {
  expect(drawn.filter(({ orders }) => orders.size > 0).length).toBeGreaterThan(12);
  // A pool between two engines, or taken in.
  expect(
    drawn.filter(({ graph, orders }) =>
      graph.nodes.some((node) => dataflowOf(node).lowering.decidesEarly && orders.has(node.name)),
    ).length,
  ).toBeGreaterThan(4);
});

describe('the same network', () => {
  test('gives the same result', () => {
    for (const { graph, ordered } of drawn) {
      const frame = frameFor(graph);
      expect(interpreter(ordered).run(frame)).toEqual(interpreter(graph).run(frame));
    }
  });

  test('would not with channels of one layer in another order alone', () => {
    const { graph, orders } = drawn.find(({ orders }) => orders.size > 4)!;
    const half = new Map([...orders].slice(0, 1));
    const frames = Array.from({ length: 8 }, () => frameFor(graph));
    const results = (of: TypedGraph) => frames.map((frame) => interpreter(of).run(frame));
    expect(results(orderChannels(graph, half))).not.toEqual(results(graph));
  });

  test('input and output keep their order', () => {
    for (const { graph, orders } of drawn) {
      expect(orders.get(graph.nodes[0]!.name)).toBeUndefined();
      expect(orders.get(graph.nodes.at(-1)!.name)).toBeUndefined();
    }
  });

  test('every order is a permutation, on both sides of a stream the same', () => {
    for (const { graph, orders } of drawn)
      for (const node of graph.nodes) {
        const input = orders.get(node.name)?.input;
        expect(input).toEqual(node.inputs.length > 0 ? orders.get(node.inputs[0]!)?.output : undefined);
        if (input) expect([...input].sort((a, b) => a - b)).toEqual(Array.from(input, (_, i) => i));
      }
  });
});

test('without early decision nothing changes', () => {
  for (const { graph, engines } of drawn) {
    const lockstep = engines.map(
      (engine) => ({ ...engine, fold: { ...engine.fold, form: undefined } }) as unknown as Engine,
    );
    expect(channelOrders(graph, lockstep).size).toBe(0);
  }
});
