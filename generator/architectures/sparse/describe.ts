// SPDX-License-Identifier: Apache-2.0
/** A network on the sparse engine, for the terminal. */
import { fitWords, usage } from '../../hardware/fit.ts';
import type { Report } from '../../report/report.ts';
import { percent, table } from '../../report/tables.ts';
import { layersOf } from './compile/compile.ts';
import type { SynthesisedDesign } from '../../synth/synthesise-design.ts';
import { carryBits, type SparseDesign } from './design.ts';
import { betweenCells, sparseInstances } from './instances.ts';
import { mapBytes, vectorBytes, type ImageBytes } from './image-bytes.ts';

export function describeSparse(
  { typed, compiled, options: { board, clockMhz } }: SparseDesign,
  { layers, totals, weights }: Report,
): string {
  const parts = layersOf(compiled).map((part) =>
    part.machine === 'maps' ? mapBytes(part.layer, compiled.shape) : vectorBytes(part.layer, compiled.shape),
  );
  const bytes = parts.map(({ total, weights, others, empty }, i) => [
    layers[i + 1]!.name,
    total,
    weights || '-',
    others || '-',
    empty,
  ]);
  const sum = (of: (part: ImageBytes) => number) => parts.reduce((all, part) => all + of(part), 0);
  const all = [
    'all',
    sum(({ total }) => total),
    sum(({ weights }) => weights),
    sum(({ others }) => others),
    sum(({ empty }) => empty),
  ];
  const rows = layers
    .slice(1)
    .map((layer) => [
      layer.name,
      layer.kind,
      layer.operations || '-',
      layer.lanes || '-',
      layer.waitsModelled!,
      layer.cyclesModelled,
    ]);
  const { lines } = compiled.shape;
  const used = usage(totals, board);
  const shares = Object.entries(used.percent).map(([name, value]) => `${name} ${value.toFixed(1)} %`);
  return [
    table(['layer', 'kind', 'MACs, zeros counted', 'multipliers', 'waits for weights', 'clocks (model)'], rows),
    table(['layer', 'bytes of the stream', 'coded weights', 'reads, parameters', 'empty'], [...bytes, all]),
    `${typed.name} on ${board.title}, sparse, ${clockMhz} MHz; weights: ${typed.weights.source}, ` +
      `${weights.compressionRatio.toFixed(1)} times smaller than 32-bit floats`,
    `modelled: a frame every ${totals.initiationIntervalCycles} clocks, ${Math.round(totals.framesPerSecond)} ` +
      `frames/s, the memory at 70 % of 19.2 GB/s; activations take ${compiled.layout.lines} of ${lines} lines ` +
      `(${percent(compiled.layout.lines / lines)})`,
    `estimate of the device, without what is between the cells in ${betweenCells.join(', ')}: ` +
      `${shares.join(', ')}; ${fitWords(used)}`,
  ].join('\n');
}

/** Cells by kind: one that stands many times has the sum. */
export function cellTable(design: SparseDesign, { engines }: SynthesisedDesign): string {
  const instances = sparseInstances(design.compiled.shape, carryBits(design));
  const rows = [...new Set(instances.map(({ module }) => module))].map((module) => {
    const { lut, lutRam, ff, dsp, bram36, uram, logicLevels } = engines.get(module)!;
    const times = instances.filter((instance) => instance.module === module).length;
    return [module, times, lut, lutRam, ff, dsp, bram36, uram, logicLevels];
  });
  return table(['cell', 'times', 'LUT', 'LUT-RAM', 'FF', 'DSP', 'BRAM36', 'URAM', 'levels'], rows);
}
