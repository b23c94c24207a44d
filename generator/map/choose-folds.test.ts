import { describe, expect, test } from 'vitest';
import { BitloomError } from '../errors.ts';
import type { TypedGraph, TypedNode } from '../ir/graph.ts';
import { loadNetwork } from '../load-network.ts';
import { randomFrom } from '../passes/random.ts';
import { randomNetwork } from '../passes/random-networks.fixture.ts';
import { lower, typecheck } from '../pipeline.ts';
import { chooseFolds, legalFolds, unfolded } from './choose-folds.ts';
import { place } from './place.ts';

const cnv = lower(typecheck((await loadNetwork('cnv')).graph));

/** Folds with weights, as the test counts them: output positions × rows × columns over lanes, or the arriving map. */
function cyclesOf(node: TypedNode, pe: number, simd: number): number {
  const { height, width, channels } = node.inputTypes[0];
  const weights = node.parameters['weights'].data.length;
  const positions = node.type.height * node.type.width;
  return Math.max((positions * weights) / (pe * simd), (height * width * channels) / simd);
}

/** All pairs that divide, tried one by one. */
function fewestLanes(node: TypedNode, interval: number): number {
  const convolves = node.attributes['kernel'] !== undefined;
  const { height, width, channels } = node.inputTypes[0];
  const [rows, columns] = [node.type.channels, convolves ? channels : height * width * channels];
  let fewest = Infinity;
  for (let pe = 1; pe <= rows; pe++)
    for (let simd = 1; simd <= columns; simd++)
      if (rows % pe === 0 && columns % simd === 0 && cyclesOf(node, pe, simd) <= interval) fewest = Math.min(fewest, pe * simd);
  return fewest;
}

function weighted({ nodes }: TypedGraph): TypedNode[] {
  return nodes.filter((node) => node.parameters['weights']);
}

describe('chooseFolds', () => {
  test('takes the fewest lanes that reach the interval: brute force on random networks', () => {
    const random = randomFrom('folds');
    for (let i = 0; i < 15; i++) {
      const graph = lower(typecheck(randomNetwork(random, i)));
      for (const interval of [150, 1000, 20_000]) {
        const folds = chooseFolds(graph, interval);
        for (const node of weighted(graph)) {
          const { pe, simd } = folds.get(node.name)!;
          const fewest = fewestLanes(node, interval);
          if (fewest === Infinity) continue;
          expect(pe * simd, `${node.name} at ${interval}`).toBe(fewest);
          expect(cyclesOf(node, pe, simd)).toBeLessThanOrEqual(interval);
        }
      }
    }
  });

  test('where nothing is fast enough it takes the fastest', () => {
    const folds = chooseFolds(cnv, 1);
    for (const node of weighted(cnv)) {
      const { pe, simd } = folds.get(node.name)!;
      const best = Math.min(...legalFolds(node).map((fold) => cyclesOf(node, fold.pe, fold.simd)));
      expect(cyclesOf(node, pe, simd)).toBe(best);
    }
  });

  test('layers that follow their stream stay unfolded', () => {
    const folds = chooseFolds(cnv, 20_000);
    for (const node of cnv.nodes) if (!node.parameters['weights']) expect(folds.get(node.name)).toEqual(unfolded);
  });

  test('a pin is taken as it is; half a pin leaves the other half free', () => {
    expect(chooseFolds(cnv, 20_000, { conv1: { pe: 32, simd: 16 } }).get('conv1')).toEqual({ pe: 32, simd: 16, pixels: 1 });
    // 784·36,864 / (2·pe) ≤ 1,000,000 from 16 PEs on.
    expect(chooseFolds(cnv, 1_000_000, { conv1: { simd: 2 } }).get('conv1')).toEqual({ pe: 16, simd: 2, pixels: 1 });
  });

  test('every wrong pin is named', () => {
    const pins = { conv1: { pe: 5 }, pool1: { pe: 2 }, conv2: { pixels: 2 }, nowhere: { pe: 1 } };
    let issues: string[] = [];
    try {
      chooseFolds(cnv, 20_000, pins);
    } catch (error) {
      issues = (error as BitloomError).issues.map(({ code, where, got }) => `${code} ${where}: ${got}`);
    }
    expect(issues.sort()).toEqual([
      'NN014 cnv › conv1 (binary-conv): pe = 5 must divide 64',
      'NN014 cnv › conv2 (binary-conv): pixels = 2',
      'NN014 cnv › nowhere: a folding for a layer that does not exist',
      'NN014 cnv › pool1 (max-pool): a folding for a layer that has none',
    ]);
  });
});

describe('place', () => {
  test('cycles, operations and lanes of CNV at FINN’s folding are the published ones', () => {
    const pins = {
      conv0: { pe: 16, simd: 3 }, conv1: { pe: 32, simd: 32 }, conv2: { pe: 16, simd: 32 }, conv3: { pe: 16, simd: 32 },
      conv4: { pe: 4, simd: 32 }, conv5: { pe: 1, simd: 32 }, fc0: { pe: 1, simd: 4 }, fc1: { pe: 1, simd: 8 }, fc2: { pe: 4, simd: 1 },
    };
    const { engines, interval } = place(cnv, chooseFolds(cnv, 0, pins));
    const cycles = Object.fromEntries(engines.filter((e) => e.operations > 0).map((e) => [e.name, e.cycles]));
    expect(cycles).toEqual({
      conv0: 900 * 4 * 9, conv1: 784 * 2 * 18, conv2: 144 * 8 * 18, conv3: 100 * 8 * 36, conv4: 9 * 64 * 36,
      conv5: 256 * 72, fc0: 512 * 64, fc1: 512 * 64, fc2: 16 * 512,
    });
    expect(interval).toBe(32_768);
    // The published 59,461,376 MACs count 10 outputs; these files hold 64. The first layer's are of 8-bit pixels.
    const macs = engines.reduce((sum, engine) => sum + engine.macs, 0);
    expect(macs).toBe(59_461_376 + 54 * 512);
    expect(engines.reduce((sum, engine) => sum + engine.operations, 0)).toBe(macs + 7 * 900 * 64 * 27);
  });

  test('streams join: every cell takes the lanes the cell before it gives', () => {
    const { engines } = place(cnv, chooseFolds(cnv, 20_000));
    const cells = engines.flatMap((engine) => engine.cells);
    cells.slice(1).forEach((cell, i) => expect(cell.input).toEqual(cells[i].output));
    for (const engine of engines) expect(engine.cells.at(-1)?.output ?? engine.output).toEqual(engine.output);
  });
});
