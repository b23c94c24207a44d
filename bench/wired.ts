/** `npm run bench:wired [-- LAYER ...]`: wired layers of the real cnvW1A1, as Yosys counts them, beside the estimate. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedData } from '../generator/images/shared-data.ts';
import { openWeights } from '../generator/import/index.ts';
import { table } from '../generator/report/tables.ts';
import { synthesise } from '../generator/synth/index.ts';
import { emitWired, emitWiredPixels, estimateWired, wireLayer, wirePixels, wiredCells, type WiredStyle } from '../generator/wired/index.ts';

const PIXEL_BITS = 8;
const library = fileURLToPath(new URL('../templates/lib/', import.meta.url));

interface Point {
  readonly name: string;
  readonly layer: string;
  readonly filters?: number;
  readonly style: WiredStyle;
}

/** 64 x 16 is the shape for which da4ml's general sharing is known: 0.60 LUT per tap and kernel. */
const points: readonly Point[] = [
  { name: '64x16', layer: 'fc0', filters: 16, style: 'xc7' },
  { name: 'conv0', layer: 'conv0', style: 'xc7' },
  { name: 'conv1', layer: 'conv1', style: 'xc7' },
  { name: 'conv1-portable', layer: 'conv1', style: 'portable' },
  { name: 'conv2', layer: 'conv2', style: 'xc7' },
  { name: 'conv3', layer: 'conv3', style: 'xc7' },
];

export interface WiredCost {
  readonly name: string;
  readonly taps: number;
  readonly filters: number;
  /** null: one netlist for all kernels. */
  readonly groupSize: number | null;
  /** Of one bit, a window. */
  readonly operations: number;
  readonly style: WiredStyle;
  /** Yosys, route-throughs among them; estimates beside. */
  readonly lut: number;
  readonly routeThrough: number;
  readonly lutEstimate: number;
  readonly ff: number;
  readonly ffEstimate: number;
  readonly carry4: number;
  readonly levels: number | null;
  readonly latency: number;
}

/** Takes minutes: a layer of 1152 x 128 is 19,000 LUTs. */
export async function wiredCosts(folder: string, wanted: readonly string[] = []): Promise<WiredCost[]> {
  const source = openWeights(join(folder, 'bnn-pynq/params/cifar10/cnvW1A1'));
  const cells = (style: WiredStyle) => wiredCells[style].map((cell) => ({ path: `${cell}.v`, text: readFileSync(`${library}${cell}.v`, 'utf8') }));
  const built = points.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).map(({ name, layer: tensor, filters, style }) => {
    const thresholds = (source.get(`${tensor}.thresholds`).data as Int32Array).subarray(0, filters);
    const weights = source.get(`${tensor}.weights`).data as Uint8Array;
    // A slice of a dense layer for the shape that others publish: 64 of its inputs, thresholds moved by the taps left out.
    const rows = weights.length / source.get(`${tensor}.thresholds`).data.length;
    const taps = name === '64x16' ? 64 : rows;
    const used = Uint8Array.from({ length: taps * thresholds.length }, (_, i) => weights[Math.floor(i / taps) * rows + (i % taps)]!);
    const names = { prefix: 'bench', origin: 'bench/wired.ts', style };
    const moduleOf = (files: ReturnType<typeof emitWired>) => ({ name, top: 'bench_wired', parameters: {}, sources: [...files, ...cells(style)], memories: [] });
    if (tensor === 'conv0') {
      const layer = wirePixels({ taps, bits: PIXEL_BITS, weights: used, thresholds });
      return { name, style, layer, groupSize: null, operations: PIXEL_BITS * taps * thresholds.length, module: moduleOf(emitWiredPixels(layer, names)) };
    }
    const layer = wireLayer({ taps, weights: used, thresholds: thresholds.map((t) => t - Math.round((rows - taps) / 2)) });
    return { name, style, layer, groupSize: layer.groupSize, operations: taps * thresholds.length, module: moduleOf(emitWired(layer, names)) };
  });
  const results = await synthesise(built.map(({ module }) => module), { family: 'xc7', jobs: 1 });
  return built.map(({ name, style, layer, groupSize, operations }) => {
    const { lut, ff, cells: counts, logicLevels } = results.get(name)!;
    const estimate = estimateWired(layer);
    return {
      name, style, taps: layer.taps, filters: layer.filters, groupSize, operations, lut, ff, levels: logicLevels.ffToFf,
      routeThrough: counts['route_through'] ?? 0, carry4: counts['CARRY4'] ?? 0, lutEstimate: estimate.lut, ffEstimate: estimate.ff, latency: estimate.latency,
    };
  });
}

if (!sharedData) console.log('wired layers: ../shared/data is absent');
else {
  const costs = await wiredCosts(sharedData, process.argv.slice(2));
  console.log(
    table(
      ['layer', 'style', 'taps', 'kernels', 'group', 'LUT', 'of them route-throughs', 'estimate', 'LUT/operation', 'FF', 'estimate', 'CARRY4', 'levels', 'latency'],
      costs.map((c) => [
        c.name, c.style, c.taps, c.filters, c.groupSize, c.lut, c.routeThrough, c.style !== 'portable' ? c.lutEstimate : null,
        (c.lut / c.operations).toFixed(4), c.ff, c.ffEstimate, c.carry4, c.levels, c.latency,
      ]),
    ),
  );
}
