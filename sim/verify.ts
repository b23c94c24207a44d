// SPDX-License-Identifier: Apache-2.0
/** RTL against golden: the files that lie in an output folder, driven with images, every edge compared bit for bit. */
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fromBeat, positionOf } from '../generator/tensor/pack.ts';
import { isSigned } from '../generator/ir/types.ts';
import type { Tiles } from '../generator/architectures/dataflow/layer/layer.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { workFolder } from '../generator/processes/work-folder.ts';
import { cacheFolder } from './cache.ts';
import { disturbances } from './damaged.ts';
import { beatsOf, fullQueues, type Edge } from './edges.ts';
import { frameErrorFaults, writeSequence } from './faults.ts';
import { readSources } from '../generator/verilog/read-sources.ts';
import { intervalOf, runsFor, timeLimits, warmupFrames, type Run } from './runs.ts';
import { tileFaults } from './tiles.ts';
import { writeVectors } from './vectors.ts';
import {
  benchText,
  buildSimulator,
  duts,
  runSimulator,
  streamsPassed,
  verilatorVersion,
  type Difference,
  type Dut,
  type RunOptions,
  type SimulationResult,
} from './simulator.ts';

export interface VerifyOptions {
  readonly folder: string;
  /** Frames of pixels. */
  readonly frames: readonly Uint8Array[];
  readonly stalls: readonly number[];
  /** FST of the cycles around the first difference, or those before a design without one stood still. */
  readonly wave?: string;
  /** Simulates device primitives LUT by LUT in place of their cells' models. */
  readonly lutLevel?: boolean;
  readonly onProgress?: (text: string) => void;
}

/** The first difference, in the network's own terms. */
export interface Located {
  readonly frame: number;
  readonly layer: string;
  readonly y: number;
  readonly x: number;
  readonly channel: number;
  readonly expected: number;
  readonly got: number;
  readonly cycle: number;
  readonly run: string;
}

export interface VerifyResult {
  readonly passed: boolean;
  /** What each run did: `stall 30 %`. */
  readonly runs: readonly string[];
  readonly frames: number;
  readonly warmupFrames: number;
  readonly mismatches: number;
  /** Beats that differ, by engine or layer. */
  readonly mismatchesByLayer: ReadonlyMap<string, number>;
  readonly stallPercent: readonly number[];
  readonly simulator: string;
  readonly initiationIntervalMeasured: number | null;
  readonly latencyMeasured: number | null;
  /** Clocks per frame in which the lanes of each engine with lanes worked. */
  readonly busy: ReadonlyMap<string, number>;
  /** Tap operations per frame of each engine that counts them, by its registers. */
  readonly operations: ReadonlyMap<string, { readonly dense: number; readonly executed: number }>;
  readonly first: Located | undefined;
  /** The FST asked for shows something and is there. */
  readonly waveWritten: boolean;
  /** In some run beats stopped before all had come. */
  readonly stoodStill: boolean;
  /** Other faults: surplus beats, broken stream rules, deadlocks. */
  readonly faults: readonly string[];
  readonly buildSeconds: number;
  readonly simulateSeconds: number;
  readonly cycles: number;
}

/** @param edges those of the design in which the difference is */
export function locate(edges: readonly Edge[], difference: Difference, run: string): Located {
  const edge = edges[difference.edge - edges[0]!.index]!;
  const { stream, tap } = edge;
  const beats = beatsOf(edge);
  const fields = tap ? { lanes: tap.bits / tap.elementBits, pixels: 1, elementBits: tap.elementBits } : stream;
  const signed = isSigned((tap ? tap.node : stream).type.element);
  const expected = fromBeat(difference.expected, fields, signed);
  const got = fromBeat(/^[0-9a-f]+$/i.test(difference.got) ? difference.got : '0', fields, signed);
  const field = Math.max(
    0,
    expected.findIndex((value, i) => value !== got[i]),
  );
  return {
    frame: Math.floor(difference.beat / beats),
    layer: edge.engine,
    ...(tap ? tap.locate(difference.beat % beats, field) : positionOf(stream, difference.beat % beats, field)),
    expected: expected[field]!,
    got: got[field]!,
    cycle: difference.cycle,
    run,
  };
}

/** What a design that stands still looks like from its edges. */
function standstill(
  design: StreamDesign,
  edges: readonly Edge[],
  { stillSince, edges: seen }: SimulationResult,
): string {
  const taken = seen.map((edge) => edge.taken);
  const beats = edges.map((edge, i) => `${edge.engine} ${taken[i]}`).join(', ');
  return [`no progress since cycle ${stillSince}`, ...fullQueues(design, edges, taken), `beats taken ${beats}`].join(
    '; ',
  );
}

/** The runs, as many at a time as there are cores; results in the runs' order. */
async function simulateAll(
  program: string,
  runs: readonly RunOptions[],
  onDone: (done: number) => void,
): Promise<SimulationResult[]> {
  const results: SimulationResult[] = [];
  const waiting = [...runs.entries()];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results[next[0]] = await runSimulator(program, next[1]);
      onDone(++done);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

/** A run, its frames, and what they must lead to. */
interface Judged extends Run {
  /** Folder of its stimulus and expected beats. */
  readonly data: string;
  /** Frames that go in. */
  readonly sent: number;
  readonly bad: readonly number[];
  readonly tiles: readonly Tiles[];
  readonly nameOf: (frame: number) => string;
}

/** What is wrong with a run besides beats that differ. */
function faultsOf(dut: Dut, { bad, tiles, nameOf }: Judged, result: SimulationResult): string[] {
  const engine = (_: string, edge: string) => dut.edges[Number(edge)]?.engine ?? edge;
  const place = (line: string) => line.replace(/edge=(\d+)/, engine);
  const still = result.stillSince === null ? [] : [standstill(dut.design, dut.edges, result)];
  const found = [...result.violations.map(place), ...still, ...frameErrorFaults(dut, 0, bad, result, nameOf)];
  // Where beats are missing or wrong, so are tiles.
  return streamsPassed(result) ? [...found, ...tileFaults(dut.counting, tiles, result)] : found;
}

/** The runs of a design: good frames under every stall, and frames in which something goes wrong. */
function planRuns(dut: Dut, { frames, stalls }: VerifyOptions, tiles: readonly Tiles[], data: string): Judged[] {
  const { design } = dut;
  const good = { bad: [], tiles, nameOf: (frame: number) => `frame ${frame}` };
  const { interval } = design.placement;
  return [
    ...runsFor(stalls, 2 * interval, interval).map((run) => ({ ...run, ...good, data, sent: frames.length })),
    ...disturbances(design, frames).map(({ sent, ...run }, i) => {
      const own = join(data, `disturbance_${i}`);
      mkdirSync(own);
      return { ...run, ...writeSequence(dut, 0, sent, own), data: own, sent: sent.length };
    }),
  ];
}

/** A run as the simulator takes it, with its limits of time. */
function drivenAs(design: StreamDesign, run: Judged, memoryFolder: string, seed: number): RunOptions {
  const { watchdog, drain, seconds } = timeLimits(design, run.options.stall, run.sent);
  const limits = { watchdog: watchdog + (run.options.blockFor ?? 0), drain, seconds };
  return { memoryFolder, dataFolder: run.data, seed, ...limits, ...run.options };
}

/** A run with what drove it and what it gave. */
interface Ended {
  readonly run: Judged;
  readonly driven: RunOptions;
  readonly result: SimulationResult;
}

/** Where a wave shows something: the run, and the cycle about which it is. */
interface Shown {
  readonly options: RunOptions;
  readonly cycle: number;
}

/** Beats that differ, the first of them, other faults, and what a wave would show. */
function judge(dut: Dut, ended: readonly Ended[]) {
  const { edges } = dut;
  const mismatchesByLayer = new Map(edges.map(({ engine }) => [engine, 0]));
  const faults: string[] = [];
  let first: Located | undefined;
  let shown: Shown | undefined;
  for (const { run, driven, result } of ended) {
    result.edges.forEach(({ faults: wrong }, i) =>
      mismatchesByLayer.set(edges[i]!.engine, mismatchesByLayer.get(edges[i]!.engine)! + wrong),
    );
    faults.push(...faultsOf(dut, run, result).map((fault) => `${run.label}: ${fault}`));
    if (result.stillSince !== null) shown ??= { options: driven, cycle: result.stillSince };
    if (first || result.differences.length === 0) continue;
    const earliest = result.differences.reduce((a, b) =>
      b.edge < a.edge || (b.edge === a.edge && b.beat < a.beat) ? b : a,
    );
    first = locate(edges, earliest, run.label);
    shown = { options: driven, cycle: earliest.cycle };
  }
  const mismatches = [...mismatchesByLayer.values()].reduce((a, b) => a + b, 0);
  return { mismatches, mismatchesByLayer, faults, first, shown };
}

/** Clocks and operations a frame, by the run without stalls and by the registers of the first run. */
function measuredIn({ edges, working, counting }: Dut, ended: readonly Ended[], frames: number) {
  // The last of the runs without stalls, where there are several.
  const free = ended.findLast(({ run: { options } }) => options.stall === 0 && !options.blockFor)?.result;
  const completions = free?.frames[edges.length - 1] ?? [];
  const operations = counting.map(({ name, cells }, i) => {
    const each = cells.find(({ counters }) => counters)!.counters!.operations / frames;
    const { dense, executed } = ended[0]!.result.tiles[i]!;
    return [name, { dense: dense * each, executed: executed * each }] as const;
  });
  return {
    initiationIntervalMeasured: intervalOf(completions),
    // The source starts in the fifth cycle, after reset.
    latencyMeasured: completions.length > 0 ? completions[0]! - 4 : null,
    busy: new Map(free ? working.map((engine, i) => [engine.name, free.busy[i]! / frames] as const) : []),
    operations: new Map(operations),
  };
}

/** A frame that takes more clocks than modelled. */
function intervalFaults({ placement: { intervalAtMost } }: StreamDesign, measured: number | null): string[] {
  if (measured === null || measured <= intervalAtMost) return [];
  return [`stall 0 %: a frame every ${measured} clocks, modelled ${intervalAtMost}`];
}

export async function verify(design: StreamDesign, options: VerifyOptions): Promise<VerifyResult> {
  const { folder, frames, stalls, lutLevel = false, onProgress = () => {} } = options;
  const dut = duts([design])[0]!;
  const data = workFolder('run', cacheFolder('vectors'));
  try {
    const sources = readSources(folder);
    onProgress(`golden model: ${frames.length} frames`);
    const runs = planRuns(dut, options, writeVectors(dut, frames, data), data);
    onProgress('building the simulator');
    const started = performance.now();
    const program = await buildSimulator(sources, benchText([dut]), { lutLevel });
    const built = performance.now();
    const driven = runs.map((run, i) => drivenAs(design, run, join(folder, 'mem'), i + 1));
    const results = await simulateAll(program, driven, (done) =>
      onProgress(`simulating: ${done} of ${runs.length} runs done`),
    );
    const ended = runs.map((run, i) => ({ run, driven: driven[i]!, result: results[i]! }));
    const { shown, ...judged } = judge(dut, ended);
    if (options.wave && shown) {
      onProgress(`tracing the cycles around cycle ${shown.cycle}`);
      const traced = await buildSimulator(sources, benchText([dut]), { wave: true, lutLevel });
      const wave = { file: options.wave, from: Math.max(0, shown.cycle - 200), to: shown.cycle + 50 };
      await runSimulator(traced, { ...shown.options, wave });
    }
    const measured = measuredIn(dut, ended, frames.length);
    const faults = [...judged.faults, ...intervalFaults(design, measured.initiationIntervalMeasured)];
    return {
      ...judged,
      ...measured,
      passed: faults.length === 0 && results.every(streamsPassed),
      runs: runs.map((run) => run.label),
      frames: frames.length,
      warmupFrames,
      stallPercent: stalls,
      simulator: await verilatorVersion(),
      stoodStill: results.some(({ stillSince }) => stillSince !== null),
      waveWritten: options.wave !== undefined && shown !== undefined,
      faults,
      buildSeconds: (built - started) / 1000,
      simulateSeconds: (performance.now() - built) / 1000,
      cycles: results.reduce((sum, { cycles }) => sum + cycles, 0),
    };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
