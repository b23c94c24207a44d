// SPDX-License-Identifier: Apache-2.0
/** Wired first layers against the definition, with windows whose sums are the thresholds, and one less. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../../../images/shared-data.ts';
import { openWeights } from '../../../import/index.ts';
import { loadNetwork } from '../../../network-file/load-network.ts';
import { askedBy } from '../../../passes/asked-tensors.ts';
import { inferTypes } from '../../../passes/infer-types.ts';
import { lacks } from '../../../../test/absent.ts';
import { countCells } from '../../../synth/count-cells.ts';
import { portLevels } from '../../../synth/logic-levels.ts';
import { netlistOf, netlistSources, simulate } from './bench.fixture.ts';
import { emitWiredPixels, estimateWired, latencyOf, wirePixels, type PixelWeights, type WiredStyle } from './index.ts';
import { randomPixels, stimuli, sumOf } from './pixels.fixture.ts';
import { vivado } from '../../../toolchains/vivado/index.ts';

const asked = askedBy(inferTypes((await loadNetwork('cnv')).graph));

const [noIcarus, noYosys] = [lacks('iverilog'), lacks('yosys')];

async function run(
  layer: PixelWeights,
  style: WiredStyle,
  lutLevel: boolean,
  randoms: number,
  edit = (text: string) => text,
) {
  const { windows, outputs } = stimuli(layer, randoms);
  const wired = wirePixels(layer);
  const files = emitWiredPixels(wired, { prefix: 'some', origin: 'a test', style }).map((file) => ({
    ...file,
    text: edit(file.text),
  }));
  const said = await simulate({ module: 'some_wired', files, latency: latencyOf(wired), windows, outputs, lutLevel });
  return { said, wanted: `checked ${windows.length}` };
}

const views = [
  ['portable', false],
  ['xc7', false],
  ['xc7', true],
  ['xcup', true],
] as const;

describe.skipIf(noIcarus)('first layers', () => {
  test.each([
    [1, 8, 3],
    [3, 2, 6],
    [4, 8, 5],
    [5, 4, 9],
    [9, 8, 16],
    [13, 3, 10],
    [25, 8, 6],
    [27, 8, 20],
    [30, 5, 7],
  ])('%i taps of %i bits, %i kernels', async (taps, bits, filters) => {
    for (const [style, lutLevel] of views) {
      const { said, wanted } = await run(randomPixels(taps, bits, filters), style, lutLevel, 60);
      expect(said).toBe(wanted);
    }
  });

  const beyond = 9 * 128 + 1;
  test.each<[string, number[]]>([
    ['whatever the window', [-beyond, beyond, beyond]],
    ['always', [-beyond]],
    ['but for one kernel', [beyond, 3, -beyond]],
  ])('outputs that are constant %s', async (_, thresholds) => {
    const layer = { ...randomPixels(9, 8, thresholds.length), thresholds };
    for (const [style, lutLevel] of views) {
      const { said, wanted } = await run(layer, style, lutLevel, 10);
      expect(said).toBe(wanted);
    }
  });

  test('windows meet every threshold that can be met, and miss it by one', () => {
    const layer = randomPixels(27, 8, 20);
    const { windows } = stimuli(layer, 0);
    // Two's complement of 8 bits, the lowest first.
    const pixelsOf = (window: Uint8Array) =>
      Array.from({ length: 27 }, (_, tap) =>
        window.subarray(tap * 8, tap * 8 + 8).reduce((sum, bit, i) => sum + bit * (i === 7 ? -128 : 1 << i), 0),
      );
    const sums = (k: number) => windows.map((window) => sumOf(layer, pixelsOf(window), k));
    let met = 0;
    for (const [k, threshold] of Array.from(layer.thresholds).entries()) {
      const row = layer.weights.subarray(k * 27, (k + 1) * 27);
      const least = row.reduce((sum, weight) => sum - (weight ? 128 : 127), 0);
      const most = row.reduce((sum, weight) => sum + (weight ? 127 : 128), 0);
      for (const wanted of [threshold, threshold - 1].filter((sum) => sum >= least && sum <= most)) {
        expect(sums(k)).toContain(wanted);
        met += 1;
      }
    }
    expect(met).toBeGreaterThan(25);
  });

  test.each([
    ['a sign', /INVERT\(3'b000\)/, "INVERT(3'b001)"],
    ['a pixel of another tuple', /\.b\(u_1\)/, '.b(u_4)'],
    ['a threshold one higher', /THRESHOLD\((\d+)\)/, (_: string, value: string) => `THRESHOLD(${Number(value) + 1})`],
  ] as const)('a fault shows: %s', async (_, pattern, after) => {
    const fault = (text: string) => {
      const edited = text.replace(pattern, after as string);
      expect(edited).not.toBe(text);
      return edited;
    };
    expect((await run(randomPixels(27, 8, 10), 'xc7', true, 20, fault)).said).toMatch(/differing outputs/);
  });

  test.skipIf(noYosys).each(['xc7', 'xcup', 'portable'] as const)(
    'the netlist of Yosys, %s: the estimated LUTs, few levels, the same bits',
    async (style) => {
      const layer = randomPixels(27, 8, 12);
      const wired = wirePixels(layer);
      const folder = mkdtempSync(join(tmpdir(), 'wired-'));
      try {
        const netlist = await netlistOf(
          emitWiredPixels(wired, { prefix: 'some', origin: 'a test', style }),
          'some_wired',
          folder,
          style,
        );
        const { lut, ff } = countCells(netlist, vivado.synthesis('xc7'));
        const estimate = estimateWired(wired);
        // The estimate is of primitives.
        if (style !== 'portable') expect(Math.abs(estimate.lut - lut)).toBeLessThanOrEqual(0.02 * lut + 2);
        expect(Math.abs(estimate.ff - ff)).toBeLessThanOrEqual(0.02 * ff + 2);
        expect(portLevels(netlist, vivado.synthesis('xc7')).ffToFf).toBeLessThanOrEqual(6);
        const { windows, outputs } = stimuli(layer, 60);
        const sources = await netlistSources(folder);
        expect(
          await simulate({
            module: 'netlist',
            files: [],
            latency: latencyOf(wired),
            windows,
            outputs,
            netlist: sources,
          }),
        ).toBe(`checked ${windows.length}`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  test.skipIf(!sharedData)('the first layer of cnvW1A1', async () => {
    const source = openWeights(join(sharedData!, 'bnn-pynq/params/cifar10/cnvW1A1'), () => asked);
    const weights = source.get('conv0.weights').data as Uint8Array;
    const thresholds = source.get('conv0.thresholds').data as Int32Array;
    for (const [style, lutLevel] of views) {
      const { said, wanted } = await run({ taps: 27, bits: 8, weights, thresholds }, style, lutLevel, 60);
      expect(said).toBe(wanted);
    }
  });
});
