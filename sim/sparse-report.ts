// SPDX-License-Identifier: Apache-2.0
/** What the bench of the sparse engine says of a run, and whether that is all that it must say. */
import { codes } from '../generator/architectures/sparse/program/contracts.ts';
import { fields, type Reported } from './report-lines.ts';
import type { DrivenFrame } from './sparse.ts';

export type Machine = 'maps' | 'vectors';

export interface LayerRun {
  readonly machine: Machine;
  /** A frame that was started; it may have been started before. */
  readonly run: number;
  readonly frame: number;
  readonly layer: number;
  /** Before it started, since the layer before it ended or the frame began. */
  readonly waits: number;
  readonly clocks: number;
  /** Weights other than 0 that multipliers took. */
  readonly weights: number;
  /** Lines, or words, that were looked at. */
  readonly compared: number;
  /** Of them, those that differ. */
  readonly faults: number;
}

/** One of the lines that differ, or the words, as printed; a layer's are looked at when it has ended. */
export interface LineDifference {
  readonly frame: number;
  readonly layer: number;
  readonly line?: number;
  readonly word?: number;
  readonly cycle: number;
  readonly expected: string;
  readonly got: string;
}

export interface FrameRun {
  readonly run: number;
  readonly frame: number;
  readonly code: number;
  /** By the engine's own counter. */
  readonly clocks: number;
  readonly start: number;
  readonly end: number;
  /** Parts of the result, of 16 bytes each, that were looked at, and those that differ. */
  readonly compared: number;
  readonly faults: number;
  /** Rules that the engine broke until now: of AXI, and those that the bench has beside them. */
  readonly broken: number;
}

/** A machine came to the end of a run. */
export interface MachineEnd {
  readonly machine: Machine;
  readonly run: number;
  readonly layers: number;
}

/** A reset: runs `from`..`to` − 1 were cut short. */
export interface Reset {
  readonly cycle: number;
  readonly from: number;
  readonly to: number;
}

export interface SparseResult {
  readonly cycles: number;
  readonly layers: readonly LayerRun[];
  readonly ends: readonly MachineEnd[];
  readonly frames: readonly FrameRun[];
  readonly resets: readonly Reset[];
  readonly differences: readonly LineDifference[];
  /** Lines of differences and broken rules, as printed. */
  readonly mismatches: readonly string[];
  readonly hangs: boolean;
}

/** Code of a frame that did not end because one beside it failed. */
export const aborted = codes.numbers.aborted.value;

/** @param from number of the first frame that was run */
export function parseSparse({ reports, done }: Reported, from = 0): SparseResult {
  const of = <T>(kind: RegExp) =>
    reports
      .filter((line) => kind.test(line))
      .map((line) => {
        const numbers = Object.fromEntries(Object.entries(fields(line)).map(([key, value]) => [key, Number(value)]));
        return { ...numbers, ...('frame' in numbers ? { frame: numbers['frame']! - from } : {}), line } as T & {
          readonly line: string;
        };
      });
  const ends = (machine: Machine) =>
    of<MachineEnd>(machine === 'maps' ? /^MAPS / : /^VECTORS /).map(({ line: _, ...end }) => ({ ...end, machine }));
  return {
    cycles: Number(done['cycle']),
    layers: of<LayerRun>(/^LAYER /).map(({ line, ...layer }) => ({
      ...layer,
      machine: fields(line)['machine'] as Machine,
    })),
    ends: [...ends('maps'), ...ends('vectors')],
    frames: of<FrameRun>(/^FRAME /).map(({ line: _, ...frame }) => frame),
    resets: of<Reset>(/^RESET /).map(({ line: _, ...reset }) => reset),
    differences: reports
      .filter((line) => line.startsWith('MISMATCH') && / (line|word)=/.test(line))
      .map((line): LineDifference => {
        const { expected, got, ...numbers } = fields(line);
        const { frame, ...place } = Object.fromEntries(
          Object.entries(numbers).map(([key, value]) => [key, Number(value)]),
        ) as unknown as LineDifference;
        return { ...place, frame: frame - from, expected: expected!, got: got! };
      }),
    mismatches: reports.filter((line) => /^(MISMATCH|RULE)/.test(line)),
    hangs: reports.some((line) => line.startsWith('HANG')),
  };
}

/** The last run of every frame, in the order of frames. */
export const lastRuns = (result: SparseResult, frames: readonly DrivenFrame[]): (FrameRun | undefined)[] =>
  frames.map((_, i) => result.frames.findLast(({ frame }) => frame === i));

/** Frames that were aborted although none beside them failed. */
export function abortedForNothing({ frames }: SparseResult): FrameRun[] {
  const failed = (run: FrameRun | undefined) => run !== undefined && run.code !== 0 && run.code !== aborted;
  return frames.filter(({ code }, i) => {
    if (code !== aborted) return false;
    const beside = [-1, 1].flatMap((step) => {
      let at = i;
      while (frames[at]?.code === aborted) at += step;
      return frames[at];
    });
    return !beside.some(failed);
  });
}

/** Runs that the bench did not tell of once each, in their order. */
function untoldRuns({ frames, resets }: SparseResult): string[] {
  const cut = new Set(resets.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));
  const due = Array.from({ length: frames.length + cut.size }, (_, run) => run).filter((run) => !cut.has(run));
  return frames.every(({ run }, i) => run === due[i])
    ? []
    : [`runs that ended: ${frames.map(({ run }) => run).join(' ')}; expected ${due.join(' ')}`];
}

/** Layers that a frame that ended well did not run once each, and lines and words that were not looked at. */
function untoldLayers(
  { layers, ends }: SparseResult,
  { run, frame }: FrameRun,
  expected: Readonly<Record<Machine, readonly (readonly unknown[])[]>>,
): string[] {
  return (['maps', 'vectors'] as const).flatMap((machine) => {
    const ran = ends.filter((end) => end.run === run && end.machine === machine).map((end) => end.layers);
    const compared = layers
      .filter((layer) => layer.run === run && layer.machine === machine)
      .map((layer) => `${layer.layer}:${layer.compared}`);
    const due = expected[machine].map((lines, layer) => `${layer}:${lines.length}`);
    return [
      ...(ran.join() === String(due.length)
        ? []
        : [`frame ${frame}: ${ran.join(', ') || 'no'} layers of ${machine} ran, expected ${due.length}`]),
      ...(compared.join() === due.join()
        ? []
        : [
            `frame ${frame}: of layers of ${machine}, ${compared.join(' ') || 'none'} were compared, ` +
              `expected ${due.join(' ')}`,
          ]),
    ];
  });
}

/**
 * What is wrong. Nothing, where frames end once, with their code, aborted ones only beside one that fails; every line,
 * word and result was looked at and is equal; no rule is broken.
 */
export function sparseFaults(result: SparseResult, frames: readonly DrivenFrame[]): string[] {
  const found = [...result.mismatches, ...untoldRuns(result)];
  if (result.hangs) found.push(`no end of frame ${result.frames.length}`);
  lastRuns(result, frames).forEach((run, i) => {
    const { code, mapLayers, vectorLayers, result: pieces } = frames[i]!;
    if (!run) return void found.push(`frame ${i} did not end`);
    if (run.code !== code) found.push(`frame ${i} ended with code ${run.code} in place of ${code}`);
    if (result.frames.filter((other) => other.frame === i && other.code !== aborted).length > 1)
      found.push(`frame ${i} ended more than once`);
    if (run.faults !== 0 || run.broken !== 0)
      found.push(`frame ${i}: ${run.faults} parts of the result differ, ${run.broken} rules broken`);
    if (run.code !== 0 || code !== 0) return;
    if (run.compared !== 4 * pieces.length)
      found.push(`frame ${i}: ${run.compared} parts of the result were compared, expected ${4 * pieces.length}`);
    found.push(...untoldLayers(result, run, { maps: mapLayers, vectors: vectorLayers }));
  });
  for (const { run, clocks, start, end } of result.frames)
    if (Math.abs(end - start - clocks) > 4) found.push(`run ${run} says ${clocks} clocks, ${end - start} have passed`);
  found.push(...abortedForNothing(result).map(({ run }) => `run ${run} was aborted for nothing`));
  found.push(
    ...result.layers
      .filter(({ faults }) => faults !== 0)
      .map(({ machine, frame, layer, faults }) => `frame ${frame}, layer ${layer} of ${machine}: ${faults} differ`),
  );
  return found;
}

export const sparsePassed = (result: SparseResult, frames: readonly DrivenFrame[]) =>
  sparseFaults(result, frames).length === 0;
