/** Wired first layers against the definition, with windows whose sums are the thresholds, and one less. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../images/shared-data.ts';
import { openWeights } from '../import/index.ts';
import { randomFrom } from '../passes/random.ts';
import { countCells } from '../synth/count-cells.ts';
import { portLevels } from '../synth/logic-levels.ts';
import { netlistOf, netlistSources, simulate } from './bench.fixture.ts';
import { emitWiredPixels, estimateWired, latencyOf, wirePixels, type PixelWeights, type WiredStyle } from './index.ts';

const { failed: noIcarus } = await execa('iverilog', ['-V'], { reject: false });
const { failed: noYosys } = await execa('yosys', ['-V'], { reject: false });

function randomLayer(taps: number, bits: number, filters: number): PixelWeights {
  const random = randomFrom(`${taps} ${bits} ${filters}`);
  const most = taps * 2 ** (bits - 1);
  const weights = Uint8Array.from({ length: taps * filters }, () => (random() < 0.5 ? 1 : 0));
  const thresholds = Array.from({ length: filters }, (_, k) => {
    const row = weights.subarray(k * taps, (k + 1) * taps);
    const least = -row.reduce((total, w) => total + 2 ** (bits - 1) - (w ? 0 : 1), 0);
    return [least, least + 1, most + 1, Math.round((random() - 0.5) * most), Math.round((random() - 0.5) * Math.sqrt(most))][k % 5]!;
  });
  return { taps, bits, weights, thresholds };
}

const sumOf = ({ taps, weights }: PixelWeights, pixels: readonly number[], k: number) =>
  pixels.reduce((total, x, i) => total + (weights[k * taps + i] === 1 ? x : -x), 0);

/** Pixels moved one after the other until the sum is `target`; null where it is out of reach. */
function reaching(layer: PixelWeights, k: number, target: number, start: readonly number[]): number[] | null {
  const half = 2 ** (layer.bits - 1);
  const pixels = [...start];
  for (let i = 0; i < layer.taps; i++) {
    const sign = layer.weights[k * layer.taps + i] === 1 ? 1 : -1;
    const missing = target - sumOf(layer, pixels, k);
    pixels[i] = Math.max(-half, Math.min(half - 1, pixels[i]! + sign * missing));
  }
  return sumOf(layer, pixels, k) === target ? pixels : null;
}

/** Windows and what is expected of them. */
function stimuli(layer: PixelWeights, randoms: number): { windows: Uint8Array[]; outputs: Uint8Array[] } {
  const random = randomFrom('pixels');
  const anyPixels = () => Array.from({ length: layer.taps }, () => Math.floor((random() - 0.5) * 2 ** layer.bits));
  const windows = Array.from({ length: randoms }, anyPixels);
  const half = 2 ** (layer.bits - 1);
  windows.push(Array(layer.taps).fill(-half), Array(layer.taps).fill(half - 1));
  for (let k = 0; k < layer.thresholds.length; k++)
    for (const target of [layer.thresholds[k]!, layer.thresholds[k]! - 1]) {
      const window = reaching(layer, k, target, anyPixels());
      if (window) windows.push(window);
    }
  const outputs = windows.map((pixels) => Uint8Array.from(layer.thresholds, (threshold, k) => (sumOf(layer, pixels, k) >= threshold ? 1 : 0)));
  const bitsOf = (pixels: readonly number[]) => Uint8Array.from({ length: layer.taps * layer.bits }, (_, i) => (pixels[Math.floor(i / layer.bits)]! >> i % layer.bits) & 1);
  return { windows: windows.map(bitsOf), outputs };
}

async function run(layer: PixelWeights, style: WiredStyle, lutLevel: boolean, randoms: number, edit = (text: string) => text) {
  const { windows, outputs } = stimuli(layer, randoms);
  const wired = wirePixels(layer);
  const files = emitWiredPixels(wired, { prefix: 'some', origin: 'a test', style }).map((file) => ({ ...file, text: edit(file.text) }));
  const said = await simulate({ module: 'some_wired', files, latency: latencyOf(wired), windows, outputs, lutLevel });
  return { said, wanted: `checked ${windows.length}` };
}

const views = [['portable', false], ['xilinx', false], ['xilinx', true]] as const;

describe.skipIf(noIcarus)('first layers', () => {
  test.each([[1, 8, 3], [3, 2, 6], [4, 8, 5], [5, 4, 9], [9, 8, 16], [13, 3, 10], [25, 8, 6], [27, 8, 20], [30, 5, 7]])('%i taps of %i bits, %i kernels', async (taps, bits, filters) => {
    for (const [style, lutLevel] of views) {
      const { said, wanted } = await run(randomLayer(taps, bits, filters), style, lutLevel, 60);
      expect(said).toBe(wanted);
    }
  });

  test('a fault shows', async () => {
    const fault = (text: string) => text.replace(/INVERT\(3'b000\)/, "INVERT(3'b001)");
    expect((await run(randomLayer(27, 8, 10), 'xilinx', true, 20, fault)).said).toMatch(/differing outputs/);
  });

  test.skipIf(noYosys)('the netlist of Yosys: the estimated LUTs, few levels, the same bits', async () => {
    const layer = randomLayer(27, 8, 12);
    const wired = wirePixels(layer);
    const folder = mkdtempSync(join(tmpdir(), 'wired-'));
    try {
      const netlist = await netlistOf(emitWiredPixels(wired, { prefix: 'some', origin: 'a test', style: 'xilinx' }), 'some_wired', folder);
      const { lut, ff } = countCells(netlist);
      const estimate = estimateWired(wired);
      expect(Math.abs(estimate.lut - lut)).toBeLessThanOrEqual(0.02 * lut + 2);
      expect(Math.abs(estimate.ff - ff)).toBeLessThanOrEqual(0.02 * ff + 2);
      expect(portLevels(netlist).ffToFf).toBeLessThanOrEqual(6);
      const { windows, outputs } = stimuli(layer, 60);
      const sources = await netlistSources(folder);
      expect(await simulate({ module: 'netlist', files: [], latency: latencyOf(wired), windows, outputs, netlist: sources })).toBe(`checked ${windows.length}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.skipIf(!sharedData)('the first layer of cnvW1A1', async () => {
    const source = openWeights(join(sharedData!, 'bnn-pynq/params/cifar10/cnvW1A1'));
    const weights = source.get('conv0.weights').data as Uint8Array;
    const thresholds = source.get('conv0.thresholds').data as Int32Array;
    for (const [style, lutLevel] of views) {
      const { said, wanted } = await run({ taps: 27, bits: 8, weights, thresholds }, style, lutLevel, 60);
      expect(said).toBe(wanted);
    }
  });
});
