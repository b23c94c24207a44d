// SPDX-License-Identifier: Apache-2.0
/** RTL against golden: the files that lie in an output folder, driven with images, every edge compared bit for bit. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { interpreter } from '../generator/golden/interpret.ts';
import { fromBeat, positionOf } from '../generator/tensor/pack.ts';
import { isSigned } from '../generator/ir/types.ts';
import { beatsPerFrame } from '../generator/hardware/hardware.ts';
import type { Tiles } from '../generator/architectures/dataflow/layer/layer.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { workFolder } from '../generator/processes/work-folder.ts';
import { cacheFolder } from './cache.ts';
import { disturbances } from './damaged.ts';
import { beatsOf, expectedBeats, fullQueues, inputOf, stimulusLines, type Edge } from './edges.ts';
import { frameErrorFaults, writeSequence } from './faults.ts';
import { readSources } from '../generator/verilog/read-sources.ts';
import { intervalOf, runsFor, timeLimits, warmupFrames, type Run } from './runs.ts';
import { tileFaults, tileModel } from './tiles.ts';
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

/**
 * Golden traces of all frames → stimulus_<dut>.txt and edge_<i>.txt in `folder`. The lowered graph must give the typed
 * graph's results.
 * @returns the tiles that the engines of `counting` must count meanwhile
 */
export function writeVectors(
  { design, edges, counting }: Pick<Dut, 'design' | 'edges' | 'counting'>,
  frames: readonly Uint8Array[],
  folder: string,
  dut = 0,
): readonly Tiles[] {
  const tiles = tileModel(counting);
  const typed = interpreter(design.typed);
  const lowered = interpreter(design.lowered);
  const beats = beatsPerFrame(inputOf(design));
  const stimulus: string[] = [];
  const expected: string[][] = edges.map(() => []);
  frames.forEach((pixels, index) => {
    const tensors = lowered.trace(pixels);
    const definition = typed.run(pixels).data;
    const last = tensors.get(design.lowered.nodes.at(-1)!.name)!.data;
    if (definition.join() !== last.join())
      throw new Error(`frame ${index}: the lowered graph differs from the network`);
    stimulus.push(...stimulusLines(design, pixels, beats, (beat) => beat === beats - 1));
    edges.forEach((edge, i) => expected[i]!.push(...expectedBeats(edge, tensors)));
    tiles.add(tensors);
  });
  writeFileSync(join(folder, `stimulus_${dut}.txt`), `${stimulus.join('\n')}\n`);
  edges.forEach((edge, i) => writeFileSync(join(folder, `edge_${edge.index}.txt`), `${expected[i]!.join('\n')}\n`));
  return tiles.totals;
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

export async function verify(design: StreamDesign, options: VerifyOptions): Promise<VerifyResult> {
  const { folder, frames, stalls, lutLevel = false, onProgress = () => {} } = options;
  const [dut] = duts([design]);
  const { edges, working, counting } = dut!;
  const data = workFolder('run', cacheFolder('vectors'));
  const memoryFolder = join(folder, 'mem');
  try {
    const sources = readSources(folder);
    onProgress(`golden model: ${frames.length} frames`);
    const tiles = writeVectors(dut!, frames, data);
    const good = { bad: [], tiles, nameOf: (frame: number) => `frame ${frame}` };
    const { interval } = design.placement;
    const runs: readonly Judged[] = [
      ...runsFor(stalls, 2 * interval, interval).map((run) => ({ ...run, ...good, data, sent: frames.length })),
      ...disturbances(design, frames).map(({ sent, ...run }, i) => {
        const own = join(data, `disturbance_${i}`);
        mkdirSync(own);
        return { ...run, ...writeSequence(dut!, 0, sent, own), data: own, sent: sent.length };
      }),
    ];
    onProgress('building the simulator');
    const started = performance.now();
    const program = await buildSimulator(sources, benchText([dut!]), { lutLevel });
    const built = performance.now();
    const mismatchesByLayer = new Map(edges.map(({ engine }) => [engine, 0]));
    const faults: string[] = [];
    let first: Located | undefined;
    let shown: { readonly options: RunOptions; readonly cycle: number } | undefined;
    let cycles = 0;
    const driven = runs.map((run, seed): RunOptions => {
      const { watchdog, drain, seconds } = timeLimits(design, run.options.stall, run.sent);
      const limits = { watchdog: watchdog + (run.options.blockFor ?? 0), drain, seconds };
      return { memoryFolder, dataFolder: run.data, seed: seed + 1, ...limits, ...run.options };
    });
    const results = await simulateAll(program, driven, (done) =>
      onProgress(`simulating: ${done} of ${runs.length} runs done`),
    );
    for (const [i, run] of runs.entries()) {
      const result = results[i]!;
      cycles += result.cycles;
      result.edges.forEach(({ faults: wrong }, i) =>
        mismatchesByLayer.set(edges[i]!.engine, mismatchesByLayer.get(edges[i]!.engine)! + wrong),
      );
      faults.push(...faultsOf(dut!, run, result).map((fault) => `${run.label}: ${fault}`));
      if (result.stillSince !== null) shown ??= { options: driven[i]!, cycle: result.stillSince };
      if (first || result.differences.length === 0) continue;
      const earliest = result.differences.reduce((a, b) =>
        b.edge < a.edge || (b.edge === a.edge && b.beat < a.beat) ? b : a,
      );
      first = locate(edges, earliest, run.label);
      shown = { options: driven[i]!, cycle: earliest.cycle };
    }
    // The last of the runs without stalls, where there are several.
    const free = results[runs.findLastIndex(({ options: { stall, blockFor } }) => stall === 0 && !blockFor)];
    if (options.wave && shown) {
      onProgress(`tracing the cycles around cycle ${shown.cycle}`);
      const traced = await buildSimulator(sources, benchText([dut!]), { wave: true, lutLevel });
      const wave = { file: options.wave, from: Math.max(0, shown.cycle - 200), to: shown.cycle + 50 };
      await runSimulator(traced, { ...shown.options, wave });
    }
    const busy = new Map<string, number>();
    if (free) working.forEach((engine, i) => busy.set(engine.name, free.busy[i]! / frames.length));
    const operations = new Map(
      counting.map(({ name, cells }, i) => {
        const each = cells.find(({ counters }) => counters)!.counters!.operations / frames.length;
        const { dense, executed } = results[0]!.tiles[i]!;
        return [name, { dense: dense * each, executed: executed * each }];
      }),
    );
    const completions = free?.frames[edges.length - 1] ?? [];
    const measured = intervalOf(completions);
    const { intervalAtMost } = design.placement;
    if (measured !== null && measured > intervalAtMost)
      faults.push(`stall 0 %: a frame every ${measured} clocks, modelled ${intervalAtMost}`);
    return {
      passed: faults.length === 0 && results.every(streamsPassed),
      runs: runs.map((run) => run.label),
      frames: frames.length,
      warmupFrames,
      mismatches: [...mismatchesByLayer.values()].reduce((a, b) => a + b, 0),
      mismatchesByLayer,
      stallPercent: stalls,
      simulator: await verilatorVersion(),
      initiationIntervalMeasured: measured,
      // The source starts in the fifth cycle, after reset.
      latencyMeasured: completions.length > 0 ? completions[0]! - 4 : null,
      busy,
      operations,
      first,
      stoodStill: results.some(({ stillSince }) => stillSince !== null),
      waveWritten: options.wave !== undefined && shown !== undefined,
      faults,
      buildSeconds: (built - started) / 1000,
      simulateSeconds: (performance.now() - built) / 1000,
      cycles,
    };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
