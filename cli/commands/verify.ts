// SPDX-License-Identifier: Apache-2.0
/** verify: the files in the output folder against the golden model, in Verilator. */
import { join } from 'node:path';
import { openFolder } from '../../generator/emit/folder.ts';
import { warnOfEdits } from '../../generator/emit/judge.ts';
import { requireFit, type Design } from '../../generator/pipeline.ts';
import { mergeReports, writeJson, type VerificationFile } from '../../generator/report/merge.ts';
import type { Report } from '../../generator/report/report.ts';
import { clocks, percent, table } from '../../generator/report/tables.ts';
import { blaming } from '../../sim/blame.ts';
import { verify as runVerify, type VerifyResult } from '../../sim/verify.ts';
import { memoryVerdict } from './memory-verdict.ts';
import { isSparse, prepareFrom } from './prepare.ts';
import { chosenFrames, stalls, type VerifyCommandOptions } from './verify-options.ts';
import { verdict } from './verdict.ts';
import { verifySparseCommand } from './verify-sparse.ts';
import { writableFile } from '../../generator/files/writable-file.ts';
import type { CommandResult, Console } from './result.ts';
import { provenInBothViews } from './synthesis-view.ts';

/** FST, the traces of GTKWave: a block of type 0 and 329 bytes comes first. */
const waveFile = {
  name: 'a trace (FST)',
  is: (bytes: Uint8Array) => Buffer.from([0, 0, 0, 0, 0, 0, 0, 1, 73]).equals(bytes.subarray(0, 9)),
};

function resultTable({ placement: { engines } }: Design, result: VerifyResult, { layers }: Report): string {
  const expected = new Map(engines.map((engine) => [engine.name, clocks(engine)]));
  const rows = layers.map((layer) => [
    layer.name,
    layer.kind,
    layer.operations || '-',
    layer.operations > 0 ? layer.operationsExecuted : '-',
    layer.lanes || '-',
    expected.get(layer.name) ?? layer.cyclesModelled,
    result.busy.get(layer.name) ?? '-',
    layer.lanes > 0 ? percent(layer.busy) : '-',
    result.mismatchesByLayer.get(layer.name) ?? '-',
  ]);
  return table(
    ['layer', 'kind', 'operations', 'executed', 'lanes', 'clocks (model)', 'clocks (measured)', 'busy', 'mismatches'],
    rows,
  );
}

/** Taps that nobody evaluated, though no output changed. */
function prunedLine({ totals: { operationsDense, operationsExecuted } }: Report): string {
  if (operationsExecuted === null) return 'operations pruned: ? (needs 5 frames)';
  const count = (value: number) => Math.round(value).toLocaleString('en-US');
  if (operationsDense === 0) return 'operations a frame: none';
  return `operations a frame: ${count(operationsDense)}, executed ${count(operationsExecuted)}: ${percent(1 - operationsExecuted / operationsDense)} pruned`;
}

function equal({ operations }: VerifyResult): string {
  const counted = operations.size > 0 ? ', and every count of tiles the model of its schedule' : '';
  return `EQUAL: every beat of every layer equals the golden model${counted}`;
}

export async function verify(options: VerifyCommandOptions, out: Console): Promise<CommandResult> {
  if (isSparse(options)) return verifySparseCommand(options, out);
  const stallPercent = stalls(options.stall ?? '0,30,80');
  // The simulator writes it and says nothing when it cannot.
  const { network, weights, images: pixels, calibration } = options;
  const inputs = { '--network': network, '--weights': weights, '--images': pixels, '--calibration': calibration };
  const wave =
    options.wave === undefined ? undefined : writableFile(options.wave, '--wave', { kind: waveFile, inputs });
  const prepared = await prepareFrom(options, out.warn);
  const { design, request } = prepared;
  requireFit(design);
  const images = await chosenFrames(design.typed, prepared.module, options, 8, out.warn);
  const { frames } = images;
  const folder = openFolder(design, request, options.out);
  warnOfEdits(folder, out.warn);
  if (folder.memoryFaults.length > 0) return memoryVerdict(folder, images.describe, stallPercent);
  const lutLevel = options.lutLevel ?? false;
  const wanted = {
    folder: folder.path,
    frames,
    stalls: stallPercent,
    onProgress: out.progress,
    ...(wave ? { wave } : {}),
  };
  const run = (view: boolean) => blaming(folder.modified, () => runVerify(design, { ...wanted, lutLevel: view }));
  const result = await provenInBothViews(folder, lutLevel, run, out);
  if (wave && !result.waveWritten) out.warn(`no difference and no deadlock: ${options.wave} is not written`);

  const file: VerificationFile = {
    passed: result.passed,
    frames: result.frames,
    warmupFrames: result.warmupFrames,
    mismatches: result.mismatches,
    stallPercent,
    simulator: result.simulator,
    initiationIntervalMeasured: result.initiationIntervalMeasured,
    latencyMeasured: result.latencyMeasured,
    modifiedFiles: folder.modified,
    memoryFaults: [],
    cyclesMeasured: Object.fromEntries(result.busy),
    operationsCounted: Object.fromEntries([...result.operations].map(([name, { executed }]) => [name, executed])),
    sourcesSha256: folder.sourcesSha256,
  };
  writeJson(join(folder.path, 'report', 'verification.json'), file);
  const report = mergeReports(folder.path, folder.sourcesSha256);
  const rate = result.initiationIntervalMeasured
    ? Math.round((design.options.clockMhz * 1e6) / result.initiationIntervalMeasured)
    : null;
  const measured =
    result.initiationIntervalMeasured === null
      ? 'interval: ? (needs 5 frames)'
      : `interval measured ${result.initiationIntervalMeasured} clocks, ${rate!.toLocaleString('en-US')} frames/s at ${design.options.clockMhz} MHz`;
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
      resultTable(design, result, report),
      `${result.frames} frames (${images.describe}), ${result.runs.join(', ')}; weights: ${design.typed.weights.source}; ${result.simulator}`,
      `${measured}; latency ${result.latencyMeasured ?? '?'} clocks; built in ${result.buildSeconds.toFixed(1)} s, ${result.cycles} clocks simulated in ${result.simulateSeconds.toFixed(1)} s`,
      prunedLine(report),
      ...verdict(result),
      result.passed
        ? equal(result)
        : `NOT EQUAL: ${result.mismatches} beats differ${result.faults.length > 0 ? ', and what is said above' : ''}`,
      `in ${folder.path}`,
    ].join('\n'),
    exitCode: result.passed ? 0 : 1,
  };
}
