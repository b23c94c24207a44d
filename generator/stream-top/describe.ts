// SPDX-License-Identifier: Apache-2.0
/** A design with AXI4-Stream ends, for the terminal. */
import { fitWords } from '../hardware/fit.ts';
import { clocks, percent, table } from '../report/tables.ts';
import type { StreamDesign } from './design.ts';
import { weightBitsUsed } from './placed-cost.ts';

/** Per engine: work, folding, clocks, and the estimate of what it takes. */
export function mappingTable(design: StreamDesign): string {
  const { engines, interval } = design.placement;
  const busy = (operations: number, lanes: number) => percent(operations / (lanes * interval));
  const rows = engines.flatMap((e) => [
    [
      e.name,
      e.title,
      e.operations || '-',
      e.lanes > 0 ? `${e.fold.form ? `${e.fold.form} ` : ''}${e.fold.pe} x ${e.fold.simd} x ${e.fold.pixels}` : '-',
      e.lanes || '-',
      clocks(e),
      e.lanes === 0 ? '-' : e.orders ? percent(null) : busy(e.operations, e.lanes),
      e.estimate.lut,
      e.estimate.bram36,
    ],
    ...(e.turns ?? []).map((turn) => [
      `- ${turn.name}`,
      turn.title,
      turn.operations,
      '-',
      '-',
      turn.cycles,
      busy(turn.operations, e.lanes),
      '-',
      '-',
    ]),
  ]);
  return table(
    ['layer', 'kind', 'operations', 'PE x SIMD x pixels', 'lanes', 'clocks', 'busy', 'LUT (est.)', 'BRAM36 (est.)'],
    rows,
  );
}

/** @param lines what the architecture adds */
export function describeStream(design: StreamDesign, lines: readonly string[] = []): string {
  const { architecture, options, placement, usage } = design;
  const bits = weightBitsUsed(placement);
  const rate = Math.round((options.clockMhz * 1e6) / placement.interval).toLocaleString('en-US');
  const shares = Object.entries(usage.percent).map(([name, value]) => `${name} ${value.toFixed(1)} %`);
  const how = placement.intervalAtMost > placement.interval ? 'expected' : 'modelled';
  const ofTheirs = bits === undefined ? '' : `; weights use ${percent(bits)} of the bits of theirs`;
  const target = `${options.board.title}, ${architecture.name}, ${options.clockMhz} MHz`;
  return [
    mappingTable(design),
    `${design.name} on ${target}; weights: ${design.typed.weights.source}`,
    `${how}: ${placement.interval} clocks a frame, ${rate} frames/s; ` +
      `estimate of the device: ${shares.join(', ')}; ${fitWords(usage)}`,
    `a block RAM counts as ${Math.round(placement.lutPerBram)} LUTs${ofTheirs}`,
    ...lines,
  ].join('\n');
}
