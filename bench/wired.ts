// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run bench:wired [-- --only NAME …]`: wired layers of the real cnvW1A1, as Yosys counts them, beside the
 * estimate.
 */
import { join } from 'node:path';
import { cellText } from '../generator/hardware/cell-library.ts';
import { sharedData } from '../generator/images/shared-data.ts';
import { table } from '../generator/report/tables.ts';
import { synthesise, type Resources } from '../generator/synth/synthesise.ts';
import {
  emitWired,
  emitWiredPixels,
  estimateWired,
  wireLayer,
  wirePixels,
  wiredCells,
  type WiredStyle,
} from '../generator/architectures/dataflow/wired/index.ts';
import { parseOptions } from '../sim/programs/options.ts';
import { publishedLayer, publishedNetwork } from '../test/published.ts';
import { vivado } from '../generator/toolchains/vivado/index.ts';

interface Point {
  readonly name: string;
  readonly layer: string;
  /** A part of the layer. */
  readonly taps?: number;
  readonly filters?: number;
  readonly style: WiredStyle;
}

/** 64 x 16 is the shape for which da4ml's general sharing is known: 0.60 LUT per tap and kernel. */
const points: readonly Point[] = [
  { name: '64x16', layer: 'fc0', taps: 64, filters: 16, style: 'xc7' },
  { name: 'conv0', layer: 'conv0', style: 'xc7' },
  { name: 'conv0-portable', layer: 'conv0', style: 'portable' },
  { name: 'conv1', layer: 'conv1', style: 'xc7' },
  { name: 'conv1-xcup', layer: 'conv1', style: 'xcup' },
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
  /** CARRY4, in xcup CARRY8. */
  readonly carries: number;
  readonly levels: number | null;
  readonly latency: number;
}

/** A point's wired layer, and the module that Yosys counts. */
function build(
  { name, layer: layerName, taps, filters, style }: Point,
  network: Awaited<ReturnType<typeof publishedNetwork>>,
) {
  const { weights, ...whole } = publishedLayer(network, layerName);
  const used = { taps: taps ?? whole.taps, bits: whole.bits, thresholds: whole.thresholds.subarray(0, filters) };
  // Of a slice of the taps, thresholds are moved by the taps left out.
  const thresholds = used.thresholds.map((t) => t - Math.round((whole.taps - used.taps) / 2));
  const rows = Uint8Array.from(
    { length: used.taps * thresholds.length },
    (_, i) => weights[Math.floor(i / used.taps) * whole.taps + (i % used.taps)]!,
  );
  const names = { prefix: 'bench', origin: 'bench/wired.ts', style };
  const cells = wiredCells(style).map((cell) => ({ path: `${cell}.v`, text: cellText(cell) }));
  const moduleOf = (files: ReturnType<typeof emitWired>) => ({
    name,
    top: 'bench_wired',
    parameters: {},
    sources: [...files, ...cells],
    memories: [],
  });
  const operations = used.bits * rows.length;
  if (used.bits > 1) {
    const layer = wirePixels({ ...used, weights: rows, thresholds });
    return { name, style, layer, groupSize: null, operations, module: moduleOf(emitWiredPixels(layer, names)) };
  }
  const layer = wireLayer({ ...used, weights: rows, thresholds });
  return { name, style, layer, groupSize: layer.groupSize, operations, module: moduleOf(emitWired(layer, names)) };
}

type Built = ReturnType<typeof build>;

/** Each family's layers as Yosys counts them in that family's cells, by name. */
async function countedBy(built: readonly Built[]): Promise<Map<string, Resources>> {
  const families = {
    xc7: built.filter(({ style }) => style !== 'xcup'),
    xcup: built.filter(({ style }) => style === 'xcup'),
  };
  const results = new Map<string, Resources>();
  for (const family of ['xc7', 'xcup'] as const)
    for (const [name, resources] of await synthesise(
      families[family].map(({ module }) => module),
      { target: vivado.synthesis(family), jobs: 1 },
    ))
      results.set(name, resources);
  return results;
}

/** What Yosys counted, beside the estimate. */
function costOf({ name, style, layer, groupSize, operations }: Built, counted: Resources): WiredCost {
  const { lut, ff, cells: counts, logicLevels } = counted;
  const estimate = estimateWired(layer);
  return {
    name,
    style,
    taps: layer.taps,
    filters: layer.filters,
    groupSize,
    operations,
    lut,
    ff,
    levels: logicLevels.ffToFf,
    routeThrough: counts['route_through'] ?? 0,
    carries: (counts['CARRY4'] ?? 0) + (counts['CARRY8'] ?? 0),
    lutEstimate: estimate.lut,
    ffEstimate: estimate.ff,
    latency: estimate.latency,
  };
}

/** Takes minutes: a layer of 1152 x 128 is 19,000 LUTs. */
export async function wiredCosts(folder: string, wanted: readonly string[]): Promise<WiredCost[]> {
  const network = await publishedNetwork('cnv', join(folder, 'bnn-pynq/params/cifar10/cnvW1A1'));
  const built = points.filter(({ name }) => wanted.includes(name)).map((point) => build(point, network));
  const counted = await countedBy(built);
  return built.map((one) => costOf(one, counted.get(one.name)!));
}

const names = points.map(({ name }) => name);
const { only = names } = parseOptions({
  command: 'npm run bench:wired',
  about: 'Wired layers of the real cnvW1A1: LUTs as Yosys counts them, beside the estimate.',
  options: { only: { type: 'string', array: true, choices: names, describe: 'layers' } },
});
if (!sharedData) console.log('wired layers: ../shared/data is absent');
else {
  const costs = await wiredCosts(sharedData, only);
  console.log(
    table(
      [
        'layer',
        'style',
        'taps',
        'kernels',
        'group',
        'LUT',
        'of them route-throughs',
        'estimate',
        'LUT/operation',
        'FF',
        'estimate',
        'CARRY4, CARRY8',
        'levels',
        'latency',
      ],
      costs.map((c) => [
        c.name,
        c.style,
        c.taps,
        c.filters,
        c.groupSize,
        c.lut,
        c.routeThrough,
        c.style !== 'portable' ? c.lutEstimate : null,
        (c.lut / c.operations).toFixed(4),
        c.ff,
        c.ffEstimate,
        c.carries,
        c.levels,
        c.latency,
      ]),
    ),
  );
}
