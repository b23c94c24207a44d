// SPDX-License-Identifier: Apache-2.0
/** verify of the sparse architecture: the files in the output folder against the golden model, in Verilator. */
import { join } from 'node:path';
import type { SparseDesign } from '../../generator/architectures/sparse/design.ts';
import { openSparse } from '../../generator/architectures/sparse/open-folder.ts';
import { warnOfEdits } from '../../generator/emit/judge.ts';
import { fail } from '../../generator/errors/errors.ts';
import { mergeReports, writeJson, type VerificationFile } from '../../generator/report/merge.ts';
import type { Report } from '../../generator/report/report.ts';
import { percent, table } from '../../generator/report/tables.ts';
import { blaming } from '../../sim/blame.ts';
import { verifySparse, type VerifySparseResult } from '../../sim/verify-sparse.ts';
import type { CommandResult, Console } from './result.ts';
import { provenInBothViews } from './synthesis-view.ts';
import { memoryVerdict } from './memory-verdict.ts';
import { prepareSparse } from './sparse.ts';
import { chosenFrames, stalls, type VerifyCommandOptions } from './verify-options.ts';
import { verdict } from './verdict.ts';

/** Clocks, weights and lines of every layer. */
function resultTable({ layers }: Report, { mismatchesByLayer }: VerifySparseResult): string {
  const rows = layers
    .slice(1)
    .map((layer) => [
      layer.name,
      layer.kind,
      layer.operations || '-',
      layer.operations > 0 ? layer.operationsExecuted : '-',
      layer.lanes || '-',
      layer.waitsModelled!,
      layer.waitsMeasured ?? null,
      layer.cyclesModelled,
      layer.cyclesMeasured,
      layer.operations > 0 ? percent(layer.busyInTurn ?? null) : '-',
      mismatchesByLayer.get(layer.name) ?? null,
    ]);
  return table(
    [
      'layer',
      'kind',
      'MACs',
      'not by 0',
      'multipliers',
      'waits (model)',
      'waits',
      'clocks (model)',
      'clocks',
      'busy',
      'lines that differ',
    ],
    rows,
  );
}

function measuredLine(
  { clockMhz }: SparseDesign,
  { totals }: Report,
  { intervalMeasured, latencyMeasured, busyInConvolutions }: VerifySparseResult,
): string {
  const rate =
    intervalMeasured === null ? '?' : Math.floor((clockMhz * 1e6) / intervalMeasured).toLocaleString('en-US');
  return [
    intervalMeasured === null
      ? 'interval: ? (needs 2 frames)'
      : `measured: a frame every ${intervalMeasured} clocks, ${rate} frames/s at ${clockMhz} MHz`,
    `the first frame took ${latencyMeasured ?? '?'} clocks`,
    `multipliers of convolutions busy with weights that are not 0 in ${percent(busyInConvolutions)} of their clocks`,
    `operations a frame: ${totals.operationsDense} dense, ${totals.operationsExecuted ?? '?'} executed`,
  ].join('; ');
}

const equal =
  'EQUAL: every line of every layer equals the golden model, every weight that is not 0 was multiplied, ' +
  'every layer’s clocks are the model’s within 5 %';
const contained = 'frames that go wrong end with their codes and leave the others right, and so does a reset';

export async function verifySparseCommand(options: VerifyCommandOptions, out: Console): Promise<CommandResult> {
  if (options.wave !== undefined)
    fail({
      code: 'NN001',
      where: '--wave',
      got: `${options.wave} with --arch sparse`,
      legal: 'without it',
      fix: 'leave --wave out',
    });
  const pauses = stalls(options.stall ?? '60');
  const { design, module } = await prepareSparse(options, out, { lying: true });
  const images = await chosenFrames(design.graph, module, options, 3, out.warn);
  const folder = openSparse(design, options.out);
  warnOfEdits(folder, out.warn);
  if (folder.memoryFaults.length > 0) return memoryVerdict(folder, images.describe, pauses);
  const wanted = { folder: folder.path, frames: images.frames, stalls: pauses, onProgress: out.progress };
  const run = (lutLevel: boolean) =>
    blaming(folder.modified, () => verifySparse(design, { ...wanted, compile: { loops: true, lutLevel } }));
  const result = await provenInBothViews(folder, options.lutLevel ?? false, run, out);
  const file: VerificationFile = {
    passed: result.passed,
    frames: result.frames,
    warmupFrames: 0,
    mismatches: result.mismatches,
    stallPercent: result.stallPercent,
    simulator: result.simulator,
    initiationIntervalMeasured: result.intervalMeasured,
    latencyMeasured: result.latencyMeasured,
    modifiedFiles: folder.modified,
    memoryFaults: [],
    cyclesMeasured: Object.fromEntries(result.clocks),
    waitsMeasured: Object.fromEntries(result.waits),
    operationsCounted: Object.fromEntries(result.multiplications),
    sourcesSha256: folder.sourcesSha256,
  };
  writeJson(join(folder.path, 'report', 'verification.json'), file);
  const report = mergeReports(folder.path, folder.sourcesSha256);
  return {
    json: {
      passed: result.passed,
      modified: folder.modified,
      memoryFaults: [],
      images: images.describe,
      first: result.first ?? null,
      faults: result.faults,
      buildSeconds: result.buildSeconds,
      simulateSeconds: result.simulateSeconds,
      cyclesSimulated: result.cycles,
      report,
    },
    text: [
      resultTable(report, result),
      `${result.frames} frame${result.frames === 1 ? '' : 's'} (${images.describe}), ${result.runs.join(', ')}; weights: ${design.graph.weights.source}; ${result.simulator}`,
      `${measuredLine(design, report, result)}`,
      `built in ${result.buildSeconds.toFixed(1)} s, ${result.cycles} clocks simulated in ${result.simulateSeconds.toFixed(1)} s`,
      ...verdict(result),
      result.passed
        ? `${equal}, ${contained}`
        : `NOT EQUAL: ${result.mismatches} lines differ${result.faults.length > 0 ? ', and what is said above' : ''}`,
      `in ${folder.path}`,
    ].join('\n'),
    exitCode: result.passed ? 0 : 1,
  };
}
