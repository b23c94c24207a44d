// SPDX-License-Identifier: Apache-2.0
import { dataflowOf } from '../layers/layers.ts';
import { describe, expect, test } from 'vitest';
import type { BitloomError } from '../../../errors/errors.ts';
import type { TypedGraph, TypedNode } from '../../../ir/graph.ts';
import { loadNetwork } from '../../../network-file/load-network.ts';
import { lower } from '../../../passes/lower.ts';
import { typecheck } from '../../../passes/typecheck.ts';
import type { Fold } from '../../../stream-top/engine.ts';
import { legalFolds, unfolded } from './candidates.ts';
import { chooseFolds } from './choose-folds.ts';
import { divisors } from '../../../hardware/divisors.ts';
import { place } from './place.ts';
import type { Placement } from '../../../stream-top/placement.ts';

const tiny = lower(typecheck((await loadNetwork('tiny')).graph));
const cnv = lower(typecheck((await loadNetwork('cnv')).graph));

/**
 * Clocks of a folding, as the test counts them: windows, or the arriving map in beats of the most pixels that divide.
 */
function cyclesOf(node: TypedNode, { pe, simd, pixels }: Fold): number {
  const { height, width, channels } = node.inputTypes[0]!;
  const results = (node.type.height * node.type.width * node.type.channels) / pe;
  const taps = node.parameters['weights']!.data.length / node.type.channels;
  const arriving = divisors(pixels)
    .filter((n) => width % n === 0)
    .at(-1)!;
  return Math.max((results * taps) / (simd * pixels), (height * width * channels) / simd / arriving);
}

/** All triples that divide, tried one by one. */
function everyFold(node: TypedNode): Fold[] {
  const convolves = node.attributes['kernel'] !== undefined;
  const { height, width, channels } = node.inputTypes[0]!;
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

/** The price of a placed graph: engines and the cells between them. */
function priceOf(placement: Placement): number {
  return placement.engines.reduce((sum, { estimate }) => sum + estimate.lut! + lutPerBram * estimate.bram36!, 0);
}

function weighted({ nodes }: TypedGraph): TypedNode[] {
  return nodes.filter((node) => node.parameters['weights']);
}

describe('chooseFolds', () => {
  test('legal foldings are all the triples that divide', () => {
    for (const node of weighted(tiny))
      expect(new Set(legalFolds(node).map((f) => JSON.stringify(f)))).toEqual(
        new Set(everyFold(node).map((f) => JSON.stringify(f))),
      );
  });

  test('takes the cheapest chain that reaches the interval: brute force over the foldings of neighbours', () => {
    const layers = weighted(tiny);
    let compared = 0;
    for (const [i, first] of layers.slice(0, -1).entries())
      for (const interval of [400, 1000, 5000]) {
        const pair = [first, layers[i + 1]!] as const;
        const pins = Object.fromEntries(
          tiny.nodes.filter((n) => !pair.includes(n) && dataflowOf(n).cost.foldAxes).map((n) => [n.name, unfolded]),
        );
        const chosen = place(tiny, chooseFolds(tiny, interval, pins, { lutPerBram }), interval, { lutPerBram });
        const prices = legalFolds(pair[0]).flatMap((a) =>
          legalFolds(pair[1]).flatMap((b) => {
            const folds = new Map(tiny.nodes.map((n) => [n.name, n === pair[0] ? a : n === pair[1] ? b : unfolded]));
            const placement = place(tiny, folds, interval, { lutPerBram });
            const slow = placement.engines.some(
              (engine) => engine.cycles > interval && pair.some((n) => n.name === engine.name),
            );
            return slow ? [] : [priceOf(placement)];
          }),
        );
        if (prices.length === 0) continue;
        compared += 1;
        expect(priceOf(chosen), `${first.name} at ${interval}`).toBeCloseTo(Math.min(...prices), 6);
      }
    expect(compared).toBeGreaterThan(4);
  });

  test('where nothing is fast enough it takes the fastest', () => {
    const folds = chooseFolds(cnv, 1, {}, { lutPerBram });
    for (const node of weighted(cnv)) {
      const best = Math.min(...legalFolds(node).map((fold) => cyclesOf(node, fold)));
      expect(cyclesOf(node, folds.get(node.name)!)).toBe(best);
    }
  });

  test('layers that follow their stream stay unfolded', () => {
    const folds = chooseFolds(cnv, 20_000, {}, { lutPerBram });
    for (const node of cnv.nodes) if (!dataflowOf(node).cost.foldAxes) expect(folds.get(node.name)).toEqual(unfolded);
  });

  test('a pin is taken as it is; half a pin leaves the other half free', () => {
    expect(chooseFolds(cnv, 20_000, { conv1: { pe: 32, simd: 16, pixels: 2 } }, { lutPerBram }).get('conv1')).toEqual({
      pe: 32,
      simd: 16,
      pixels: 2,
    });
    // 784·36,864 / (2·pe·pixels) ≤ 1,000,000 from 16 on.
    const { pe, simd, pixels } = chooseFolds(cnv, 1_000_000, { conv1: { simd: 2 } }, { lutPerBram }).get('conv1')!;
    expect(simd).toBe(2);
    expect(pe * pixels).toBeGreaterThanOrEqual(16);
  });

  test('every wrong pin is named', () => {
    const pins = { conv1: { pe: 5 }, pool1: { pe: 2 }, conv2: { pixels: 5 }, nowhere: { pe: 1 } };
    let issues: string[] = [];
    try {
      chooseFolds(cnv, 20_000, pins, { lutPerBram });
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
      conv0: { pe: 16, simd: 3, pixels: 1 },
      conv1: { pe: 32, simd: 32, pixels: 1 },
      conv2: { pe: 16, simd: 32, pixels: 1 },
      conv3: { pe: 16, simd: 32, pixels: 1 },
      conv4: { pe: 4, simd: 32, pixels: 1 },
      conv5: { pe: 1, simd: 32, pixels: 1 },
      fc0: { pe: 1, simd: 4, pixels: 1 },
      fc1: { pe: 1, simd: 8, pixels: 1 },
      fc2: { pe: 4, simd: 1, pixels: 1 },
    };
    const { engines, interval } = place(cnv, chooseFolds(cnv, 0, pins, { lutPerBram }), 0, { lutPerBram });
    const cycles = Object.fromEntries(engines.filter((e) => e.operations > 0).map((e) => [e.name, e.cycles]));
    expect(cycles).toEqual({
      conv0: 900 * 4 * 9,
      conv1: 784 * 2 * 18,
      conv2: 144 * 8 * 18,
      conv3: 100 * 8 * 36,
      conv4: 9 * 64 * 36,
      conv5: 256 * 72,
      fc0: 512 * 64,
      fc1: 512 * 64,
      fc2: 16 * 512,
    });
    expect(interval).toBe(32_768);
    // The published 59,461,376 MACs count 10 outputs; these files hold 64. The first layer's are of 8-bit pixels.
    const macs = engines.reduce((sum, engine) => sum + engine.macs, 0);
    expect(macs).toBe(59_461_376 + 54 * 512);
    expect(engines.reduce((sum, engine) => sum + engine.operations, 0)).toBe(macs + 7 * 900 * 64 * 27);
  });

  test.each([20_000, 900, 1])(
    'streams join: every cell takes the beats the cell before it gives, interval %d',
    (interval) => {
      const { engines } = place(cnv, chooseFolds(cnv, interval, {}, { lutPerBram }), interval, { lutPerBram });
      const cells = engines.flatMap((engine) => engine.cells);
      cells.slice(1).forEach((cell, i) => expect(cell.input).toEqual(cells[i]!.output));
      for (const engine of engines) expect(engine.cells.at(-1)?.output ?? engine.output).toEqual(engine.output);
    },
  );
});
