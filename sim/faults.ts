// SPDX-License-Identifier: Apache-2.0
/**
 * Stream faults and the stimuli that carry them. A frame as sent is a run of pixels with TLAST on its last
 * beat: as many beats as the network wants make a good frame, fewer or more a bad one. Inside the design a
 * bad frame is cut or padded with zero pixels; outside, it gives no result and one clock of frame_error
 * (nn_ingress, nn_egress).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../generator/processes/make-folder.ts';
import { interpreter } from '../generator/golden/interpret.ts';
import { randomFrom } from '../generator/passes/random.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { beatBits, beatsPerFrame } from '../generator/hardware/hardware.ts';
import { expectedBeats, inputOf, stimulusLines } from './edges.ts';
import type { Tiles } from '../generator/architectures/dataflow/layer/layer.ts';
import type { Dut, RunOptions, SimulationResult } from './simulator.ts';
import { intervalOf, timeLimits, type TimeLimits } from './runs.ts';
import { tileModel } from './tiles.ts';

/** Lengths in beats of the frames sent one after the other, where a good frame has `n`. */
interface Sequence {
  readonly name: string;
  readonly lengths: (n: number) => number[];
}

const sequences: readonly Sequence[] = [
  { name: 'good frames', lengths: (n) => Array<number>(16).fill(n) },
  { name: 'first and last frame bad', lengths: (n) => [1, n + 1, n - 1, n, 2 * n + 1, 1, n, n + 3] },
  { name: 'tlast early', lengths: (n) => [n, 1, n, n >> 1, n, n - 1, n, 2, 1, n] },
  { name: 'tlast missing', lengths: (n) => [n, n + 1, n, n + 5, n, 2 * n, 3 * n - 1, n] },
];

/** Frames of the longest, at most. */
const longestSequence = 12 * 16;

type Ends = Pick<RunOptions, 'stall' | 'burst' | 'blockFrom' | 'blockFor' | 'resetAt'>;

/** One run of the bench. */
export interface Scenario {
  readonly name: string;
  /** Folder of its stimulus and expected beats, below the bench's data folder. */
  readonly sequence: string;
  readonly ends: Ends;
  /** Frames come and go unhindered, so that the interval is the design's own. */
  readonly timed: boolean;
}

/**
 * Stalls of each kind. 95 % leaves the pipeline empty most of the time; a blocked output, with the 16 good
 * frames, fills it to the brim.
 */
function stallsOf(interval: number): readonly { readonly name: string; readonly ends: Ends }[] {
  return [
    { name: 'no stall', ends: { stall: 0 } },
    { name: '30 %', ends: { stall: 30 } },
    { name: '80 %', ends: { stall: 80 } },
    { name: '80 % in bursts', ends: { stall: 80, burst: true } },
    { name: 'output blocked', ends: { stall: 0, blockFrom: interval + 300, blockFor: 12 * interval } },
    { name: 'blocked, then 30 %', ends: { stall: 30, blockFrom: 10, blockFor: 4 * interval } },
    { name: '95 %', ends: { stall: 95 } },
  ];
}

/** Clocks of reset, from the first beats to the middle of the sequence, in every phase of a frame. */
function resetClocks(interval: number): number[] {
  return Array.from({ length: 12 }, (_, i) => 9 + i * (Math.floor(interval / 4) + 7));
}

/** Every sequence under every kind of stall, then resets in mid-frame, after which everything plays again. */
export function scenarios(designs: readonly StreamDesign[]): Scenario[] {
  const interval = Math.max(...designs.map((design) => design.placement.interval));
  const stalled = stallsOf(interval).flatMap(({ name, ends }) =>
    sequences.map(
      (sequence, i): Scenario => ({
        name: `${sequence.name}, ${name}`,
        sequence: sequence.name.replaceAll(' ', '-'),
        ends,
        timed: i === 0 && ends.stall === 0 && !ends.blockFor,
      }),
    ),
  );
  const reset = resetClocks(interval).map((clock, i): Scenario => {
    const sequence = sequences[i % 2]!;
    return {
      name: `${sequence.name}, reset at clock ${clock}`,
      sequence: sequence.name.replaceAll(' ', '-'),
      ends: { stall: i % 3 === 0 ? 0 : 30, resetAt: clock },
      timed: false,
    };
  });
  return [...stalled, ...reset];
}

/**
 * Random pixels, row-major bytes; a frame's length is its number of beats. Fast designs get the sequence
 * again and again.
 */
function sentFrames(design: StreamDesign, sequence: Sequence, rounds: number): Uint8Array[] {
  const random = randomFrom(`${design.name} ${sequence.name}`);
  const lengths = sequence.lengths(beatsPerFrame(inputOf(design))).map((length) => Math.max(1, length));
  const bytes = beatBits(inputOf(design)) / 8;
  const frame = (length: number) => Uint8Array.from({ length: length * bytes }, () => Math.floor(random() * 256));
  return Array.from({ length: rounds }, () => lengths.map(frame)).flat();
}

/** As many rounds as the slowest design leaves time for, up to 12. */
function roundsOf(designs: readonly StreamDesign[], design: StreamDesign): number {
  const slowest = Math.max(...designs.map((d) => d.placement.interval));
  return Math.min(12, Math.floor(slowest / design.placement.interval));
}

/** What the design sees of a frame: cut to size, or padded with zeros. */
function seenInside(design: StreamDesign, sent: Uint8Array): Uint8Array {
  const { height, width, channels } = design.typed.nodes[0]!.type;
  const frame = new Uint8Array(height * width * channels);
  frame.set(sent.subarray(0, frame.length));
  return frame;
}

/** Numbers of the bad frames of each sequence, by design: each must give one pulse of frame_error. */
export type BadFrames = ReadonlyMap<string, readonly (readonly number[])[]>;

/** Writes stimulus_<dut>.txt and edge_<i>.txt of every sequence into a folder of its name below `folder`. */
export function writeSequences(placed: readonly Dut[], folder: string): BadFrames {
  const bad = new Map<string, (readonly number[])[]>();
  const designs = placed.map((dut) => dut.design);
  for (const sequence of sequences) {
    const name = sequence.name.replaceAll(' ', '-');
    const data = join(folder, name);
    makeFolder(data);
    bad.set(
      name,
      placed.map((dut, index) => {
        const sent = sentFrames(dut.design, sequence, roundsOf(designs, dut.design));
        return writeSequence(dut, index, sent, data).bad;
      }),
    );
  }
  return bad;
}

export interface Sequenced {
  /** Numbers of the bad frames. */
  readonly bad: readonly number[];
  /** What the engines that count tiles must count. */
  readonly tiles: readonly Tiles[];
}

/**
 * Writes stimulus_<index>.txt and edge_<i>.txt.
 * @param frames bytes of each as it is sent, its last beat with TLAST
 */
export function writeSequence(
  { design, edges, counting }: Dut,
  index: number,
  frames: readonly Uint8Array[],
  folder: string,
): Sequenced {
  const counts = tileModel(counting);
  const golden = interpreter(design.lowered);
  const stimulus: string[] = [];
  const expected: string[][] = edges.map(() => []);
  const bad: number[] = [];
  for (const [number, sent] of frames.entries()) {
    const frame = seenInside(design, sent);
    const beats = sent.length / (beatBits(inputOf(design)) / 8);
    const good = sent.length === frame.length;
    if (!good) bad.push(number);
    stimulus.push(...stimulusLines(design, sent, beats, (beat) => beat === beats - 1));
    const tensors = golden.trace(frame);
    counts.add(tensors);
    edges.forEach((edge, i) => {
      // The last edge lies behind the egress.
      if (good || i < edges.length - 1) expected[i]!.push(...expectedBeats(edge, tensors));
    });
  }
  writeFileSync(join(folder, `stimulus_${index}.txt`), `${stimulus.join('\n')}\n`);
  edges.forEach((edge, i) => writeFileSync(join(folder, `edge_${edge.index}.txt`), `${expected[i]!.join('\n')}\n`));
  return { bad, tiles: counts.totals };
}

/** Options of the bench for one scenario, without its folders. */
export function runOptions(
  designs: readonly StreamDesign[],
  { ends }: Scenario,
  seed: number,
): Omit<RunOptions, 'memoryFolder' | 'dataFolder'> {
  const limits = designs.map((design) => timeLimits(design, ends.stall, longestSequence));
  const longest = (key: keyof TimeLimits) => Math.max(...limits.map((limit) => limit[key]));
  const watchdog = longest('watchdog') + (ends.blockFor ?? 0);
  return { ...ends, seed, watchdog, drain: longest('drain'), seconds: longest('seconds') };
}

/** The checks of the bench, as the table of mutants names them. */
export type Check =
  | 'edge mismatch'
  | 'surplus'
  | 'stream rule'
  | 'deadlock'
  | 'frame_error'
  | 'interval'
  | 'no result'
  // Of output folders.
  | 'verify'
  | 'refused';

export interface Finding {
  readonly check: Check;
  readonly detail: string;
}

/** The first few of many, and how many more there are. */
function few(cycles: readonly number[]): string {
  return cycles.length > 3 ? `${cycles.slice(0, 3).join(', ')} and ${cycles.length - 3} more` : cycles.join(', ');
}

/**
 * Clocks of frame_error that are missing or too many, in words. The last beat of a bad frame moves into the egress; the
 * pulse is due in the clock behind it (docs/streams.md).
 * @param index of the design in its bench @param bad numbers of the frames that must not give a result
 */
export function frameErrorFaults(
  { edges }: Pick<Dut, 'edges'>,
  index: number,
  bad: readonly number[],
  result: Pick<SimulationResult, 'frameErrors' | 'frames'>,
  nameOf = (frame: number) => `frame ${frame}`,
): string[] {
  const pulses = new Set(result.frameErrors[index] ?? []);
  const ends = result.frames[edges.at(-2)!.index] ?? [];
  const missing = bad.flatMap((frame) => {
    const end = ends[frame];
    if (end === undefined) return [`${nameOf(frame)}, did not come to its end`];
    return pulses.delete(end + 1) ? [] : [`${nameOf(frame)}, gave no frame_error in cycle ${end + 1}`];
  });
  const surplus = [...pulses];
  return surplus.length === 0 ? missing : [...missing, `frame_error for no bad frame in cycles ${few(surplus)}`];
}

/** Everything wrong with a run, upstream edges first; nothing when all is as it must be. */
export function findings(
  placed: readonly Dut[],
  scenario: Scenario,
  badFrames: readonly (readonly number[])[],
  result: SimulationResult,
): Finding[] {
  const found: Finding[] = [];
  const edges = placed.flatMap((dut) => dut.edges.map((edge) => `${dut.design.name}.${edge.engine}`));
  const place = (line: string) => line.replace(/edge=(\d+)/, (_, edge: string) => edges[Number(edge)]!);
  for (const { edge, beat, cycle } of [...result.differences].sort((a, b) => a.edge - b.edge))
    found.push({ check: 'edge mismatch', detail: `${edges[edge]} beat ${beat} cycle ${cycle}` });
  for (const line of result.violations)
    found.push({ check: line.startsWith('SURPLUS') ? 'surplus' : 'stream rule', detail: place(line) });
  const missing = result.edges.findIndex((edge) => !edge.done);
  if (result.stillSince !== null || missing >= 0)
    found.push({ check: 'deadlock', detail: `${edges[missing] ?? 'nothing'} waits, cycle ${result.cycles}` });
  placed.forEach((dut, i) => {
    const wrong = frameErrorFaults(dut, i, badFrames[i]!, result);
    if (wrong.length > 0) found.push({ check: 'frame_error', detail: `${dut.design.name}: ${wrong.join('; ')}` });
  });
  if (scenario.timed)
    for (const { design, edges: own } of placed) {
      const interval = intervalOf(result.frames[own.at(-1)!.index] ?? []);
      const modelled = design.placement.interval;
      if (interval !== null && interval > modelled)
        found.push({
          check: 'interval',
          detail: `${design.name}: ${interval} clocks a frame, modelled ${modelled}`,
        });
    }
  return found;
}
