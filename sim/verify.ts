/** RTL against golden: the files that lie in an output folder, driven with images, every edge compared bit for bit. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { interpreter } from '../generator/golden/interpret.ts';
import { fromBeat, positionOf } from '../generator/golden/pack.ts';
import { fail } from '../generator/errors.ts';
import { isSigned } from '../generator/ir/types.ts';
import { beatsPerFrame } from '../generator/map/hardware.ts';
import type { Tiles } from '../generator/layers/layer-kind.ts';
import type { Design } from '../generator/pipeline.ts';
import { cacheFolder } from './cache.ts';
import { beatsOf, expectedBeats, fullQueues, inputOf, stimulusLines, type Edge } from './edges.ts';
import { tileFaults, tileModel } from './tiles.ts';
import { benchText, buildSimulator, duts, passed, runSimulator, verilatorVersion, type Difference, type Dut, type RunOptions, type SimulationResult } from './simulator.ts';

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
  /** Other faults: surplus beats, broken stream rules, deadlocks. */
  readonly faults: readonly string[];
  readonly buildSeconds: number;
  readonly simulateSeconds: number;
  readonly cycles: number;
}

/** Frames that fill the pipeline before anything is timed or counted. */
export const warmupFrames = 3;

/** Watchdog: no beat anywhere for two intervals (longer under stalls) is a deadlock. */
export function timeLimits(design: Design, stall: number): { watchdog: number; drain: number } {
  const { intervalAtMost: interval } = design.placement;
  const slowdown = 100 / (100 - stall);
  return { watchdog: Math.ceil((2 * interval + 2000) * slowdown * 2), drain: Math.ceil(2 * interval * slowdown) };
}

export interface Run {
  readonly label: string;
  readonly options: Pick<RunOptions, 'stall' | 'burst' | 'blockFrom' | 'blockFor'>;
}

/** Each stall share clock by clock; the greatest also in bursts; and the output blocked from one cycle on for so many. */
export function runsFor(stalls: readonly number[], blockFrom: number, blockFor: number): Run[] {
  const greatest = Math.max(...stalls);
  const runs: Run[] = stalls.map((stall) => ({ label: `stall ${stall} %`, options: { stall } }));
  if (greatest > 0) {
    runs.push({ label: `stall ${greatest} % in bursts`, options: { stall: greatest, burst: true } });
    runs.push({ label: 'output blocked for a frame', options: { stall: 0, blockFrom, blockFor } });
  }
  return runs;
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
  const field = Math.max(0, expected.findIndex((value, i) => value !== got[i]));
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
export function writeVectors({ design, edges, counting }: Pick<Dut, 'design' | 'edges' | 'counting'>, frames: readonly Uint8Array[], folder: string, dut = 0): readonly Tiles[] {
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
    if (definition.join() !== last.join()) throw new Error(`frame ${index}: the lowered graph differs from the network`);
    stimulus.push(...stimulusLines(design, pixels, beats, (beat) => beat === beats - 1));
    edges.forEach((edge, i) => expected[i]!.push(...expectedBeats(edge, tensors)));
    tiles.add(tensors);
  });
  writeFileSync(join(folder, `stimulus_${dut}.txt`), `${stimulus.join('\n')}\n`);
  edges.forEach((edge, i) => writeFileSync(join(folder, `edge_${edge.index}.txt`), `${expected[i]!.join('\n')}\n`));
  return tiles.totals;
}

/** Sources named by the folder's filelist.f, as they lie there; NN031 where one is not. */
export function readSources(folder: string): { path: string; text: string }[] {
  return readFileSync(join(folder, 'filelist.f'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((path) => ({ path, text: readNamed(folder, path) }));
}

function readNamed(folder: string, path: string): string {
  try {
    return readFileSync(join(folder, path), 'utf8');
  } catch (error) {
    return fail({ code: 'NN031', where: join(folder, 'filelist.f'), got: (error as Error).message, fix: 'name files that are there, or generate the folder again' });
  }
}

/** Clocks between frames once they flow, from the cycles in which they were complete; null when there were too few. */
export function intervalOf(frames: readonly number[]): number | null {
  const last = frames.length - 1;
  return last > warmupFrames ? (frames[last]! - frames[warmupFrames]!) / (last - warmupFrames) : null;
}

/** What a design that stands still looks like from its edges. */
function standstill(design: Design, edges: readonly Edge[], { stillSince, edges: seen }: SimulationResult): string {
  const taken = seen.map((edge) => edge.taken);
  const beats = edges.map((edge, i) => `${edge.engine} ${taken[i]}`).join(', ');
  return [`no progress since cycle ${stillSince}`, ...fullQueues(design, edges, taken), `beats taken ${beats}`].join('; ');
}

/** The runs, as many at a time as there are cores; results in the runs' order. */
async function simulateAll(program: string, runs: readonly RunOptions[], onDone: (done: number) => void): Promise<SimulationResult[]> {
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

export async function verify(design: Design, options: VerifyOptions): Promise<VerifyResult> {
  const { folder, frames, stalls, lutLevel = false, onProgress = () => {} } = options;
  const [dut] = duts([design]);
  const { edges, working, counting } = dut!;
  const data = mkdtempSync(join(cacheFolder('vectors'), 'run-'));
  const memoryFolder = join(folder, 'mem');
  try {
    onProgress(`golden model: ${frames.length} frames`);
    const tiles = writeVectors(dut!, frames, data);
    onProgress('building the simulator');
    const started = performance.now();
    const sources = readSources(folder);
    const program = await buildSimulator(sources, benchText([dut!]), { lutLevel });
    const built = performance.now();
    const { interval } = design.placement;
    const runs = runsFor(stalls, 2 * interval, interval);
    const mismatchesByLayer = new Map(edges.map(({ engine }) => [engine, 0]));
    const faults: string[] = [];
    let first: Located | undefined;
    let shown: { readonly options: RunOptions; readonly cycle: number } | undefined;
    let allPassed = true;
    let free: SimulationResult | undefined;
    let cycles = 0;
    const driven = runs.map((run, seed): RunOptions => {
      const { watchdog, drain } = timeLimits(design, run.options.stall);
      const limits = { watchdog: watchdog + (run.options.blockFor ?? 0), drain };
      return { memoryFolder, dataFolder: data, seed: seed + 1, ...limits, ...run.options };
    });
    const results = await simulateAll(program, driven, (done) => onProgress(`simulating: ${done} of ${runs.length} runs done`));
    for (const [i, run] of runs.entries()) {
      const result = results[i]!;
      cycles += result.cycles;
      if (run.options.stall === 0 && !run.options.blockFor) free = result;
      result.edges.forEach(({ faults: wrong }, i) => mismatchesByLayer.set(edges[i]!.engine, mismatchesByLayer.get(edges[i]!.engine)! + wrong));
      if (passed(result)) {
        const wrong = tileFaults(counting, tiles, result);
        allPassed &&= wrong.length === 0;
        faults.push(...wrong.map((fault) => `${run.label}: ${fault}`));
        continue;
      }
      allPassed = false;
      faults.push(...result.violations.map((v) => `${run.label}: ${v}`));
      if (result.stillSince !== null) faults.push(`${run.label}: ${standstill(design, edges, result)}`);
      if (result.stillSince !== null) shown ??= { options: driven[i]!, cycle: result.stillSince };
      if (first || result.differences.length === 0) continue;
      const earliest = result.differences.reduce((a, b) => (b.edge < a.edge || (b.edge === a.edge && b.beat < a.beat) ? b : a));
      first = locate(edges, earliest, run.label);
      shown = { options: driven[i]!, cycle: earliest.cycle };
    }
    if (options.wave && shown) {
      onProgress(`tracing the cycles around cycle ${shown.cycle}`);
      const traced = await buildSimulator(sources, benchText([dut!]), { wave: true, lutLevel });
      const wave = { file: options.wave, from: Math.max(0, shown.cycle - 200), to: shown.cycle + 50 };
      await runSimulator(traced, { ...shown.options, wave });
    }
    const busy = new Map<string, number>();
    if (free) working.forEach((engine, i) => busy.set(engine.name, free.busy[i]! / frames.length));
    const operations = new Map(counting.map(({ name, cells }, i) => {
      const each = cells.find(({ counters }) => counters)!.counters!.operations / frames.length;
      const { dense, executed } = results[0]!.tiles[i]!;
      return [name, { dense: dense * each, executed: executed * each }];
    }));
    const completions = free?.frames[edges.length - 1] ?? [];
    return {
      passed: allPassed,
      runs: runs.map((run) => run.label),
      frames: frames.length,
      warmupFrames,
      mismatches: [...mismatchesByLayer.values()].reduce((a, b) => a + b, 0),
      mismatchesByLayer,
      stallPercent: stalls,
      simulator: await verilatorVersion(),
      initiationIntervalMeasured: intervalOf(completions),
      // The source starts in the fifth cycle, after reset.
      latencyMeasured: completions.length > 0 ? completions[0]! - 4 : null,
      busy,
      operations,
      first,
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
