import { describe, expect, test } from 'vitest';
import { BitloomError } from '../errors.ts';
import type { TypedGraph, TypedNode } from '../ir/graph.ts';
import { loadNetwork } from '../load-network.ts';
import { randomFrom } from '../passes/random.ts';
import { randomNetwork } from '../passes/random-networks.fixture.ts';
import { lower, typecheck } from '../pipeline.ts';
import { kindOf } from '../layers/index.ts';
import type { Fold } from '../layers/layer-kind.ts';
import { chooseFolds, legalFolds, unfolded } from './choose-folds.ts';
import { place } from './place.ts';

const cnv = lower(typecheck((await loadNetwork('cnv')).graph));

/** Clocks of a folding, as the test counts them: windows, results one by one, or the arriving map. */
function cyclesOf(node: TypedNode, { pe, simd, pixels }: Fold): number {
  const { height, width, channels } = node.inputTypes[0];
  const results = (node.type.height * node.type.width * node.type.channels) / pe;
  const taps = node.parameters['weights'].data.length / node.type.channels;
  return Math.max((results * taps) / (simd * pixels), results, (height * width * channels) / simd);
}

/** All triples that divide, tried one by one. */
function everyFold(node: TypedNode): Fold[] {
  const convolves = node.attributes['kernel'] !== undefined;
  const { height, width, channels } = node.inputTypes[0];
  const [rows, columns] = [node.type.channels, convolves ? channels : height * width * channels];
  const windows = convolves && node.attributes['stride'] === 1 ? node.type.width : 1;
  const folds: Fold[] = [];
  for (let pe = 1; pe <= rows; pe++)
    for (let simd = 1; simd <= columns; simd++)
      for (let pixels = 1; pixels <= windows; pixels++)
        if (rows % pe === 0 && columns % simd === 0 && windows % pixels === 0) folds.push({ pe, simd, pixels });
  return folds;
}

const lutPerBram = 367;

function priceOf(node: TypedNode, fold: Fold): number {
  const { lut, bram36 } = kindOf(node).cost.estimate({ name: node.name, nodes: [node], fold }, fold.simd);
  return lut! + lutPerBram * bram36!;
}

function weighted({ nodes }: TypedGraph): TypedNode[] {
  return nodes.filter((node) => node.parameters['weights']);
}

describe('chooseFolds', () => {
  test('takes the cheapest folding that reaches the interval: brute force on random networks', () => {
    const random = randomFrom('folds');
    for (let i = 0; i < 15; i++) {
      const graph = lower(typecheck(randomNetwork(random, i)));
      for (const interval of [150, 1000, 20_000]) {
        const folds = chooseFolds(graph, interval, {}, lutPerBram);
        for (const node of weighted(graph)) {
          const fold = folds.get(node.name)!;
          const enough = everyFold(node).filter((f) => cyclesOf(node, f) <= interval);
          if (enough.length === 0) continue;
          expect(cyclesOf(node, fold)).toBeLessThanOrEqual(interval);
          expect(priceOf(node, fold), `${node.name} at ${interval}`).toBe(Math.min(...enough.map((f) => priceOf(node, f))));
        }
      }
    }
  });

  test('where nothing is fast enough it takes the fastest', () => {
    const folds = chooseFolds(cnv, 1);
    for (const node of weighted(cnv)) {
      const best = Math.min(...legalFolds(node).map((fold) => cyclesOf(node, fold)));
      expect(cyclesOf(node, folds.get(node.name)!)).toBe(best);
    }
  });

  test('layers that follow their stream stay unfolded', () => {
    const folds = chooseFolds(cnv, 20_000);
    for (const node of cnv.nodes) if (!node.parameters['weights']) expect(folds.get(node.name)).toEqual(unfolded);
  });

  test('a pin is taken as it is; half a pin leaves the other half free', () => {
    expect(chooseFolds(cnv, 20_000, { conv1: { pe: 32, simd: 16, pixels: 2 } }).get('conv1')).toEqual({ pe: 32, simd: 16, pixels: 2 });
    // 784·36,864 / (2·pe·pixels) ≤ 1,000,000 from 16 on.
    const { pe, simd, pixels } = chooseFolds(cnv, 1_000_000, { conv1: { simd: 2 } }).get('conv1')!;
    expect(simd).toBe(2);
    expect(pe * pixels).toBeGreaterThanOrEqual(16);
  });

  test('every wrong pin is named', () => {
    const pins = { conv1: { pe: 5 }, pool1: { pe: 2 }, conv2: { pixels: 5 }, nowhere: { pe: 1 } };
    let issues: string[] = [];
    try {
      chooseFolds(cnv, 20_000, pins);
    } catch (error) {
      issues = (error as BitloomError).issues.map(({ code, where, got }) => `${code} ${where}: ${got}`);
    }
    expect(issues.sort()).toEqual([
      'NN014 cnv › conv1 (binary-conv): pe = 5 must divide 64',
      'NN014 cnv › conv2 (binary-conv): pixels = 5 must divide 12',
      'NN014 cnv › nowhere: a folding for a layer that does not exist',
      'NN014 cnv › pool1 (max-pool): a folding for a layer that has none',
    ]);
  });
});

describe('place', () => {
  test('cycles, operations and lanes of CNV at FINN’s folding are the published ones', () => {
    const pins = {
      conv0: { pe: 16, simd: 3, pixels: 1 }, conv1: { pe: 32, simd: 32, pixels: 1 }, conv2: { pe: 16, simd: 32, pixels: 1 }, conv3: { pe: 16, simd: 32, pixels: 1 },
      conv4: { pe: 4, simd: 32, pixels: 1 }, conv5: { pe: 1, simd: 32, pixels: 1 }, fc0: { pe: 1, simd: 4, pixels: 1 }, fc1: { pe: 1, simd: 8, pixels: 1 }, fc2: { pe: 4, simd: 1, pixels: 1 },
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
