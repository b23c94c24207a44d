// SPDX-License-Identifier: Apache-2.0
/** gen: network → output folder. check: all that can be said before. */
import { resolve } from 'node:path';
import { inputsOf } from '../../generator/emit/folder.ts';
import { withInputs } from '../../generator/emit/inputs.ts';
import { folderName, planFiles } from '../../generator/emit/plan.ts';
import { generate } from '../../generator/emit/write.ts';
import { describeCalibration } from '../../generator/architectures/dataflow/map/calibration.ts';
import { fitWords, weightBitsUsed } from '../../generator/hardware/fit.ts';
import { fitIssues, requireFit, type Design } from '../../generator/pipeline.ts';
import { estimateReport } from '../../generator/stream-top/estimate-report.ts';
import { clocks, percent, table } from '../../generator/report/tables.ts';
import { warnOfForeign, type GenOptions } from './gen-options.ts';
import { isSparse, prepare, type DesignOptions } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';
import { checkSparse, genSparse } from './sparse.ts';

/** Per engine: work, folding, clocks, and the estimate of what it takes. */
export function mappingTable(design: Design): string {
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

export function summary(design: Design): string {
  const { options, placement, usage } = design;
  const bits = weightBitsUsed(placement);
  const rate = Math.round((options.clockMhz * 1e6) / placement.interval).toLocaleString('en-US');
  const shares = Object.entries(usage.percent).map(([name, value]) => `${name} ${value.toFixed(1)} %`);
  return [
    `${design.name} on ${options.board.title}, ${options.architecture}, ${options.clockMhz} MHz; weights: ${design.typed.weights.source}`,
    `${placement.intervalAtMost > placement.interval ? 'expected' : 'modelled'}: ${placement.interval} clocks a frame, ${rate} frames/s; estimate of the device: ${shares.join(', ')}; ${fitWords(usage)}`,
    `a block RAM counts as ${Math.round(placement.lutPerBram)} LUTs${bits === undefined ? '' : `; weights use ${percent(bits)} of the bits of theirs`}`,
    ...earlyLines(design),
  ].join('\n');
}

/** What early decision goes by, and what it would take in frames that nothing is known of early. */
function earlyLines({ options: { calibration }, placement: { engines, intervalAtMost } }: Design): string[] {
  const early = engines.filter(({ fold }) => fold.form === 'early');
  if (!calibration) return [];
  if (early.length === 0) return [`early decision: nowhere (${describeCalibration(calibration)})`];
  const names = early.map(({ name }) => name).join(' ');
  return [
    `early decision in ${names}: ~ clocks are expected by ${describeCalibration(calibration)}; ${intervalAtMost} a frame if all tiles were looked at`,
  ];
}

export async function gen(options: GenOptions, out: Console): Promise<CommandResult> {
  if (isSparse(options)) return genSparse(options, out);
  const { design, request } = await prepare(options, out.warn);
  requireFit(design);
  const name = folderName(design.name, options.board, design.options.architecture, options.unshared);
  const plan = withInputs(planFiles(design, request), resolve(options.out, name), inputsOf(design, request));
  const written = generate(plan, options.out, name, options);
  warnOfForeign(written, out);
  return {
    json: { folder: written.path, foreign: written.foreign, report: estimateReport(design, request) },
    text: `${mappingTable(design)}\n${summary(design)}\nwritten: ${written.path}`,
    exitCode: 0,
  };
}

export async function check(options: DesignOptions, out: Console): Promise<CommandResult> {
  if (isSparse(options)) return checkSparse(options, out);
  const { design, request } = await prepare(options, out.warn);
  const report = estimateReport(design, request);
  const issues = fitIssues(design);
  return {
    json: { report, issues },
    text: `${mappingTable(design)}\n${summary(design)}`,
    issues,
    exitCode: issues.length > 0 ? 1 : 0,
  };
}
