/** verify: the files in the output folder against the golden model, in Verilator. */
import { join } from 'node:path';
import { openFolder } from '../emit/folder.ts';
import { fail } from '../errors.ts';
import { requireFit, type Design } from '../pipeline.ts';
import { mergeReports, writeJson, type VerificationFile } from '../report/merge.ts';
import type { Report } from '../report/report.ts';
import { clocks, percent, table } from '../report/tables.ts';
import { verify as runVerify, type VerifyResult } from '../../sim/verify.ts';
import { framesFor } from './frames.ts';
import { prepareFrom, type DesignOptions } from './prepare.ts';
import { writableFile } from '../writable-file.ts';
import type { CommandResult, Console } from './result.ts';

/** Stimulus and expected beats of all frames are held in memory. */
const mostFrames = 100_000;

export interface VerifyCommandOptions extends DesignOptions {
  readonly frames: number;
  readonly stall: string;
  readonly shard: string;
  readonly images?: string | undefined;
  readonly lutLevel?: boolean | undefined;
  readonly wave?: string | undefined;
}

function stalls(text: string): number[] {
  const values = text.split(',');
  if (values.every((v) => /^\d{1,2}$/.test(v) && Number(v) <= 95)) return values.map(Number);
  return fail({ code: 'NN001', where: '--stall', got: JSON.stringify(text), legal: 'percentages 0..95, comma-separated', fix: '--stall 0,30,80' });
}

/** `i/n`: every n-th frame from the i-th (1-based). */
function shard(text: string): { index: number; of: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match && index >= 1 && index <= of) return { index, of };
  return fail({ code: 'NN001', where: '--shard', got: JSON.stringify(text), legal: 'i/n with 1 ≤ i ≤ n', fix: '--shard 1/4' });
}

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
  return table(['layer', 'kind', 'operations', 'executed', 'lanes', 'clocks (model)', 'clocks (measured)', 'busy', 'mismatches'], rows);
}

/** Taps that nobody evaluated, though no output changed. */
function prunedLine({ totals: { operationsDense, operationsExecuted } }: Report): string {
  if (operationsExecuted === null) return 'operations pruned: ? (needs 5 frames)';
  const count = (value: number) => Math.round(value).toLocaleString('en-US');
  return `operations a frame: ${count(operationsDense)}, executed ${count(operationsExecuted)}: ${percent(1 - operationsExecuted / operationsDense)} pruned`;
}

function equal({ operations }: VerifyResult): string {
  const counted = operations.size > 0 ? ', and every count of tiles the model of its schedule' : '';
  return `EQUAL: every beat of every layer equals the golden model${counted}`;
}

function verdict(result: VerifyResult): string[] {
  const lines: string[] = [];
  const f = result.first;
  if (f) lines.push(`first difference: frame ${f.frame}, layer ${f.layer}, y ${f.y}, x ${f.x}, channel ${f.channel}: expected ${f.expected}, got ${f.got}, cycle ${f.cycle} (${f.run})`);
  lines.push(...result.faults.slice(0, 10));
  return lines;
}

export async function verify(options: VerifyCommandOptions, out: Console): Promise<CommandResult> {
  const stallPercent = stalls(options.stall);
  const part = shard(options.shard);
  if (!Number.isInteger(options.frames) || options.frames < 1 || options.frames > mostFrames)
    fail({ code: 'NN001', where: '--frames', got: String(options.frames), legal: `1..${mostFrames}` });
  // The simulator writes it and says nothing when it cannot.
  const wave = options.wave === undefined ? undefined : writableFile(options.wave, '--wave');
  const prepared = await prepareFrom(options, out.warn);
  const { design, request } = prepared;
  requireFit(design);
  const images = await framesFor(prepared, options.images, options.frames);
  const frames = images.frames.filter((_, i) => i % part.of === part.index - 1);
  if (frames.length === 0) fail({ code: 'NN001', where: '--shard', got: `${options.shard} of ${images.frames.length} frames is empty`, fix: 'fewer shards or more frames' });
  const folder = openFolder(design, request, options.out);
  if (folder.modified.length > 0) out.warn(`modified since generated: ${folder.modified.join(' ')}`);
  const result = await runVerify(design, { folder: folder.path, frames, stalls: stallPercent, onProgress: out.progress, lutLevel: options.lutLevel ?? false, ...(wave ? { wave } : {}) });
  if (wave && !result.waveWritten) out.warn(`no difference and no deadlock: ${options.wave} is not written`);

  const file: VerificationFile = {
    frames: result.frames,
    warmupFrames: result.warmupFrames,
    mismatches: result.mismatches,
    stallPercent,
    simulator: result.simulator,
    initiationIntervalMeasured: result.initiationIntervalMeasured,
    latencyMeasured: result.latencyMeasured,
    modifiedFiles: folder.modified,
    cyclesMeasured: Object.fromEntries(result.busy),
    operationsCounted: Object.fromEntries([...result.operations].map(([name, { executed }]) => [name, executed])),
    sourcesSha256: folder.sourcesSha256,
  };
  writeJson(join(folder.path, 'report', 'verification.json'), file);
  const report = mergeReports(folder.path, folder.sourcesSha256);
  const rate = result.initiationIntervalMeasured ? Math.round((design.options.clockMhz * 1e6) / result.initiationIntervalMeasured) : null;
  const measured = result.initiationIntervalMeasured === null ? 'interval: ? (needs 5 frames)' : `interval measured ${result.initiationIntervalMeasured} clocks, ${rate!.toLocaleString('en-US')} frames/s at ${design.options.clockMhz} MHz`;
  return {
    json: { passed: result.passed, modified: folder.modified, images: images.describe, first: result.first ?? null, faults: result.faults, buildSeconds: result.buildSeconds, simulateSeconds: result.simulateSeconds, cyclesSimulated: result.cycles, report },
    text: [
      resultTable(design, result, report),
      `${result.frames} frames (${images.describe}), ${result.runs.join(', ')}; weights: ${design.typed.weights.source}; ${result.simulator}`,
      `${measured}; latency ${result.latencyMeasured ?? '?'} clocks; built in ${result.buildSeconds.toFixed(1)} s, ${result.cycles} clocks simulated in ${result.simulateSeconds.toFixed(1)} s`,
      prunedLine(report),
      ...verdict(result),
      result.passed ? equal(result) : `NOT EQUAL: ${result.mismatches} beats differ${result.faults.length > 0 ? ', and what is said above' : ''}`,
      `in ${folder.path}`,
    ].join('\n'),
    exitCode: result.passed ? 0 : 1,
  };
}
