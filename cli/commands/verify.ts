// SPDX-License-Identifier: Apache-2.0
/** verify: the files in the output folder against the golden model, in Verilator. */
import { refusal } from '../../generator/report/refusal.ts';
import { join } from 'node:path';
import type { Architecture } from '../../generator/design/architecture.ts';
import { requireFit } from '../../generator/design/fit.ts';
import { openFolder } from '../../generator/emit/folder.ts';
import { warnOfEdits, type OutputFolder } from '../../generator/emit/judge.ts';
import { fail } from '../../generator/errors/errors.ts';
import { writableFile } from '../../generator/files/writable-file.ts';
import { mergeReports, writeJson, type VerificationFile } from '../../generator/report/merge.ts';
import type { Report } from '../../generator/report/report.ts';
import { cell, percent, table } from '../../generator/report/tables.ts';
import { blaming } from '../../sim/blame.ts';
import type { Harness, VerifyResult } from '../../sim/harness/harness.ts';
import { harnessOf } from '../../sim/harness/index.ts';
import { memoryVerdict } from './memory-verdict.ts';
import { inputsOfAny, prepareFrom } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';
import { provenInBothViews } from './synthesis-view.ts';
import { verdict } from './verdict.ts';
import { chosenFrames, stalls, type VerifyCommandOptions } from './verify-options.ts';

/** FST, the traces of GTKWave: a block of type 0 and 329 bytes comes first. */
const waveFile = {
  name: 'a trace (FST)',
  is: (bytes: Uint8Array) => Buffer.from([0, 0, 0, 0, 0, 0, 0, 1, 73]).equals(bytes.subarray(0, 9)),
};

/** The simulator writes it and says nothing when it cannot. */
function traceFile(options: VerifyCommandOptions, { traces }: Harness, { name }: Architecture): string | undefined {
  const { wave } = options;
  if (wave === undefined) return undefined;
  if (!traces)
    fail({
      code: 'NN001',
      where: '--wave',
      got: `${wave} with --arch ${name}`,
      legal: 'without it',
      fix: 'leave --wave out',
    });
  const names = ['network', 'weights', 'images', ...inputsOfAny];
  const inputs = Object.fromEntries(names.map((name) => [`--${name}`, options[name] as string | undefined]));
  return writableFile(wave, '--wave', { kind: waveFile, inputs });
}

/** Layer by layer: work, clocks, differences; waits where layers wait for their weights. */
function resultTable({ layers }: Report, { mismatchesByLayer, waitsMeasured, expected }: VerifyResult): string {
  const shown = waitsMeasured ? layers.slice(1) : layers;
  const waits = waitsMeasured ? ['waits (model)', 'waits'] : [];
  const head = ['layer', 'kind', 'operations', 'executed', 'lanes', ...waits];
  const rows = shown.map((layer) => [
    layer.name,
    layer.kind,
    layer.operations || '-',
    layer.operations > 0 ? layer.operationsExecuted : '-',
    layer.lanes || '-',
    ...(waitsMeasured ? [layer.waitsModelled ?? '-', layer.waitsMeasured ?? null] : []),
    expected?.has(layer.name) ? `~${cell(layer.cyclesModelled)}` : layer.cyclesModelled,
    layer.cyclesMeasured ?? (waitsMeasured ? null : '-'),
    layer.lanes > 0 ? percent(layer.busyInTurn ?? layer.busy) : '-',
    mismatchesByLayer.get(layer.name) ?? (waitsMeasured ? null : '-'),
  ]);
  return table([...head, 'clocks (model)', 'clocks (measured)', 'busy', 'mismatches'], rows);
}

function verificationFile(result: VerifyResult, folder: OutputFolder): VerificationFile {
  return {
    passed: result.passed,
    frames: result.frames,
    warmupFrames: result.warmupFrames,
    mismatches: result.mismatches,
    stallPercent: result.stallPercent,
    simulator: result.simulator,
    initiationIntervalMeasured: result.initiationIntervalMeasured,
    latencyMeasured: result.latencyMeasured,
    modifiedFiles: folder.modified,
    memoryFaults: [],
    cyclesMeasured: Object.fromEntries(result.cyclesMeasured),
    ...(result.waitsMeasured ? { waitsMeasured: Object.fromEntries(result.waitsMeasured) } : {}),
    operationsCounted: Object.fromEntries(result.operationsCounted),
    sourcesSha256: folder.sourcesSha256,
  };
}

/** What failed, where the verdict is not EQUAL. */
export function notProven({ mismatches, compared, faults }: VerifyResult): string {
  const also = faults.length > 0 ? ', and what is said above' : '';
  return `${refusal(mismatches)}: ${mismatches} ${compared} differ${also}`;
}

export async function verify(options: VerifyCommandOptions, out: Console): Promise<CommandResult> {
  const { design, request, module } = await prepareFrom(options, out.warn);
  const harness = harnessOf(design.architecture);
  const stallPercent = stalls(options.stall ?? harness.stalls);
  const wave = traceFile(options, harness, design.architecture);
  requireFit(design, out.warn);
  const images = await chosenFrames(design.typed, module, options, harness.frames, out.warn);
  const folder = openFolder(design, request, options.out);
  warnOfEdits(folder, out.warn);
  if (folder.memoryFaults.length > 0) return memoryVerdict(folder, images.describe, stallPercent);
  const lutLevel = options.lutLevel ?? false;
  const { frames } = images;
  const wanted = {
    folder: folder.path,
    frames,
    stalls: stallPercent,
    onProgress: out.progress,
    ...(wave ? { wave } : {}),
  };
  const run = (view: boolean) => blaming(folder.modified, () => harness.verify(design, { ...wanted, lutLevel: view }));
  const result = await provenInBothViews(folder, lutLevel, run, out);
  if (wave && !result.waveWritten) out.warn(`no difference and no deadlock: ${options.wave} is not written`);
  writeJson(join(folder.path, 'report', 'verification.json'), verificationFile(result, folder));
  const report = mergeReports(folder.path, folder.sourcesSha256);
  const plural = result.frames === 1 ? '' : 's';
  const sources = `weights: ${design.typed.weights.source}; ${result.simulator}`;
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
      `${result.frames} frame${plural} (${images.describe}), ${result.runs.join(', ')}; ${sources}`,
      ...harness.measured(design, report, result),
      ...verdict(result),
      result.passed ? `EQUAL: ${result.equal}` : notProven(result),
      `in ${folder.path}`,
    ].join('\n'),
    exitCode: result.passed ? 0 : 1,
  };
}
