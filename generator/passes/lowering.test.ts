// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { interpreter } from '../golden/interpret.ts';
import { consumersOf, nodeByName, type TypedGraph } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';
import { typecheck } from './typecheck.ts';
import { absorbMirrors } from './absorb-mirrors.ts';
import { movePools } from './move-pools.ts';
import { randomFrom } from './random.ts';
import { randomNetwork, randomResidual } from './random-networks.fixture.ts';

const random = randomFrom('lowering');
const networks = Array.from({ length: 60 }, (_, seed) => typecheck(randomNetwork(random, seed)));

function frameFor({ nodes }: TypedGraph): Uint8Array {
  const { height, width, channels } = nodes[0]!.type;
  return Uint8Array.from({ length: height * width * channels }, () => random() * 256);
}

function mirroredCompares({ nodes }: TypedGraph): number {
  return nodes.reduce((sum, node) => sum + (kindOf(node).mirrored?.(node) ?? []).filter((m) => m === 1).length, 0);
}

/** Thresholds that read a pool. */
function poolsBeforeThresholds(graph: TypedGraph): number {
  const reads = (name: string) => kindOf(nodeByName(graph, name));
  return graph.nodes.filter((node) => kindOf(node).mirrored && reads(node.inputs[0]!).behindThreshold).length;
}

test('the draw holds what the passes change', () => {
  expect(networks.filter((graph) => poolsBeforeThresholds(graph) > 0).length).toBeGreaterThan(20);
  expect(networks.filter((graph) => mirroredCompares(graph) > 0).length).toBeGreaterThan(40);
});

/** Every tensor that keeps its name and its place, and above all the scores. */
function sameScores(before: TypedGraph, after: TypedGraph): void {
  for (let i = 0; i < 4; i++) {
    const frame = frameFor(before);
    expect(interpreter(after).run(frame).data).toEqual(interpreter(before).run(frame).data);
  }
}

describe('move-pools', () => {
  test('keeps the function and leaves no pool before a threshold', () => {
    for (const graph of networks) {
      const moved = movePools(graph);
      sameScores(graph, moved);
      expect(poolsBeforeThresholds(moved)).toBe(0);
      expect(moved.nodes.map((n) => n.name).sort()).toEqual(graph.nodes.map((n) => n.name).sort());
    }
  });

  test('keeps the bits behind pool and threshold', () => {
    for (const graph of networks) {
      const moved = movePools(graph);
      const frame = frameFor(graph);
      const [before, after] = [interpreter(graph).trace(frame), interpreter(moved).trace(frame)];
      // What the first dense layer reads: the last map of bits, whichever node gives it.
      const read = (g: TypedGraph) => nodeByName(g, 'hidden').inputs[0]!;
      expect(after.get(read(moved))).toEqual(before.get(read(graph)));
    }
  });

  test('types stay true to the tensors', () => {
    for (const graph of networks.slice(0, 20)) {
      const moved = movePools(graph);
      const tensors = interpreter(moved).trace(frameFor(graph));
      for (const { name, type, inputs, inputTypes } of moved.nodes) {
        expect(tensors.get(name)!.form).toBe(type.element.type === 'bipolar' ? 'bits' : 'ints');
        expect(tensors.get(name)).toMatchObject({
          height: type.height,
          width: type.width,
          channels: type.channels,
        });
        expect(inputTypes).toEqual(inputs.map((input) => nodeByName(moved, input).type));
      }
    }
  });
});

describe('absorb-mirrors', () => {
  test('behind move-pools: keeps the function and leaves no mirrored compare', () => {
    for (const graph of networks) {
      const absorbed = absorbMirrors(movePools(graph));
      sameScores(graph, absorbed);
      expect(mirroredCompares(absorbed)).toBe(0);
    }
  });

  test('by itself leaves a compare alone that reads a pool: a maximum has no weights to invert', () => {
    for (const graph of networks) sameScores(graph, absorbMirrors(graph));
  });

  test('does not change the graph it is given', () => {
    const graph = networks.find((g) => mirroredCompares(g) > 0)!;
    const count = mirroredCompares(graph);
    absorbMirrors(graph);
    expect(mirroredCompares(graph)).toBe(count);
  });
});

describe('forks and joins', () => {
  const residuals = Array.from({ length: 40 }, (_, seed) => typecheck(randomResidual(random, seed)));
  const read = (graph: TypedGraph, name: string) => consumersOf(graph, name).length;

  test('the draw holds sums and pools that a compare shares with another reader', () => {
    const shared = (has: 'negate' | 'behindThreshold') =>
      residuals.filter((graph) =>
        graph.nodes.some((node) => {
          const before = kindOf(node).mirrored && nodeByName(graph, node.inputs[0]!);
          return before && kindOf(before)[has] && read(graph, before.name) > 1;
        }),
      ).length;
    expect(shared('negate')).toBeGreaterThan(10);
    expect(shared('behindThreshold')).toBe(40);
    expect(residuals.filter((graph) => mirroredCompares(graph) > 0).length).toBeGreaterThan(20);
  });

  test('every tensor that keeps its name but for inverted sums stays what it was', () => {
    for (const graph of residuals) {
      const lowered = absorbMirrors(movePools(graph));
      sameScores(graph, lowered);
      const frame = frameFor(graph);
      const [before, after] = [interpreter(graph).trace(frame), interpreter(lowered).trace(frame)];
      for (const { name } of lowered.nodes.filter((node) => !kindOf(node).negate))
        expect(after.get(name)).toEqual(before.get(name));
    }
  });

  test('a pool with a second reader stays before its compare, sums with one are not inverted', () => {
    for (const graph of residuals) {
      const lowered = absorbMirrors(movePools(graph));
      expect(nodeByName(lowered, 'last').inputs).toEqual(['again']);
      for (const node of graph.nodes.filter((n) => kindOf(n).negate && read(graph, n.name) > 1))
        expect(nodeByName(lowered, node.name).parameters).toEqual(node.parameters);
    }
  });

  test('nodes stay in topological order', () => {
    for (const graph of residuals) {
      const seen = new Set<string>();
      for (const node of absorbMirrors(movePools(graph)).nodes) {
        for (const input of node.inputs) expect(seen).toContain(input);
        seen.add(node.name);
      }
    }
  });
});
