// SPDX-License-Identifier: Apache-2.0
/** The bench of a design, or of several side by side, and its runs. */
import { render, type ViewModel } from '../generator/templates/render.ts';
import { topName } from '../generator/design/architecture.ts';
import type { Tiles } from '../generator/architectures/dataflow/layer/layer.ts';
import type { PlacedEngine } from '../generator/stream-top/placement.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { beatsOf, edgesOf, type Edge } from './edges.ts';
import { fields, runBench, type Reported } from './report-lines.ts';

export { buildSimulator, compileSimulator, type CompileOptions, type VerilogSource } from './build-simulator.ts';
export { verilatorVersion } from './verilator.ts';

/** A design's place in a bench. */
export interface Dut {
  readonly design: StreamDesign;
  readonly edges: readonly Edge[];
  /**
   * Engines with lanes and layers that share one, in the order of the result's `busy`; `firstBusy` is the first one's
   * index there.
   */
  readonly working: readonly Working[];
  readonly firstBusy: number;
  /** Engines that count tiles, in the order of the result's `tiles`; `firstCounting` is the first one's index there. */
  readonly counting: readonly PlacedEngine[];
  readonly firstCounting: number;
}

/** A name of the report, and the signal in the bench's scope that is high while its lanes work. */
export interface Working {
  readonly name: string;
  readonly signal: string;
}

function workingOf({ name, cells, turns = [] }: PlacedEngine, dut: number): Working[] {
  const cell = cells.find(({ busySignal }) => busySignal);
  if (!cell) return [];
  const instance = `dut_${dut}.${cell.instance}`;
  return [
    { name, signal: `${instance}.${cell.busySignal}` },
    ...turns.map((turn) => ({ name: turn.name, signal: turn.busySignal.replaceAll('{}', instance) })),
  ];
}

/** Numbers edges and engines of designs that share one bench. */
export function duts(designs: readonly StreamDesign[]): Dut[] {
  let first = 0;
  let firstBusy = 0;
  let firstCounting = 0;
  return designs.map((design, i) => {
    const edges = edgesOf(design, i, first);
    const working = design.placement.engines.flatMap((engine) => workingOf(engine, i));
    const counting = design.placement.engines.filter((engine) => engine.cells.some((cell) => cell.counters));
    const dut = { design, edges, working, firstBusy, counting, firstCounting };
    first += edges.length;
    firstBusy += working.length;
    firstCounting += counting.length;
    return dut;
  });
}

/** The bench top of one design, or of several side by side. */
export function benchText(placed: readonly Dut[]): string {
  const edges = placed.flatMap((dut) => dut.edges);
  const busy = placed.flatMap(({ working }) => working.map(({ signal }) => signal));
  const counters = placed.flatMap((dut, i) =>
    dut.counting.map((engine) => {
      const { instance, counters } = engine.cells.find((cell) => cell.counters)!;
      return {
        dense: `dut_${i}.${instance}.${counters!.dense}`,
        executed: `dut_${i}.${instance}.${counters!.executed}`,
      };
    }),
  );
  const view: ViewModel = {
    dutMsb: placed.length - 1,
    edgeMsb: edges.length - 1,
    busyMsb: Math.max(0, busy.length - 1),
    duts: placed.map((dut, index) => ({
      index,
      top: topName(dut.design),
      inMsb: dut.edges[0]!.bits - 1,
      last: dut.edges.at(-1)!.index,
    })),
    edges: edges.map((edge) => ({
      index: edge.index,
      bits: edge.bits,
      beats: beatsOf(edge),
      tdata: edge.tdata,
      tvalid: edge.tvalid,
      tready: edge.tready,
    })),
    busy: busy.map((working, index) => ({ index, working })),
    counters: counters.map((registers, index) => ({ index, ...registers })),
  };
  return render('top/bench.sv.hbs', view);
}

export interface RunOptions {
  /** Folder of the memory images: the program runs there, as $readmemh wants. */
  readonly memoryFolder: string;
  /** Folder of stimulus_<design>.txt and edge_<i>.txt. */
  readonly dataFolder: string;
  readonly stall: number;
  readonly burst?: boolean;
  /** The far end takes no beat in the first clock of its tvalid. */
  readonly patient?: boolean;
  readonly seed?: number;
  readonly watchdog: number;
  readonly drain: number;
  readonly resetAt?: number;
  /** Clocks of that reset; four where it is left out. */
  readonly resetFor?: number;
  /** The outputs are blocked until nothing has moved for so many clocks; then comes a reset, and they open. */
  readonly resetStill?: number;
  readonly blockFrom?: number;
  readonly blockFor?: number;
  /** Gives up after so many seconds (NN044); ten minutes where nothing is said. */
  readonly seconds?: number;
  readonly wave?: { readonly file: string; readonly from: number; readonly to: number };
  /** Of cells that hold a choice of faults (one-of-mutants.ts). */
  readonly fault?: number;
}

export interface Difference {
  readonly edge: number;
  readonly beat: number;
  readonly expected: string;
  readonly got: string;
  readonly cycle: number;
}

export interface SimulationResult {
  readonly cycles: number;
  /** The cycle after the last beat moved, of a run that ended in a deadlock; null for one that did not. */
  readonly stillSince: number | null;
  readonly differences: readonly Difference[];
  /** Broken stream rules and surplus beats, as printed. */
  readonly violations: readonly string[];
  readonly edges: readonly { readonly taken: number; readonly faults: number; readonly done: boolean }[];
  /** Completion cycle of each frame since the last reset, by edge. */
  readonly frames: readonly (readonly number[])[];
  readonly busy: readonly number[];
  /** What the engines that count tiles counted since the last reset. */
  readonly tiles: readonly Tiles[];
  /** Cycles with frame_error high since the last reset, by design; a thousand of them at most. */
  readonly frameErrors: readonly (readonly number[] | undefined)[];
}

/**
 * Reads the bench's reports. One that is there twice, one that is missing and one of an edge that is not there are
 * violations.
 */
export function parseRun({ reports, done }: Reported): SimulationResult {
  const differences: Difference[] = [];
  const violations: string[] = [];
  const edges: SimulationResult['edges'][number][] = [];
  const frames: number[][] = [];
  const busy: number[] = [];
  const tiles: Tiles[] = [];
  const frameErrors: number[][] = [];
  let stillSince: number | null = null;
  const broken = (line: string, why: string) => void violations.push(`REPORT ${line}: ${why}`);
  for (const line of reports) {
    const f = fields(line);
    const once = <T>(list: T[], key: string, value: T) => {
      const index = Number(f[key]);
      if (list[index] !== undefined) broken(line, 'a second time');
      list[index] = value;
    };
    if (f['edge'] !== undefined && !(Number(f['edge']) < Number(done['edges']))) {
      broken(line, 'no such edge');
      continue;
    }
    if (line.startsWith('MISMATCH'))
      differences.push({
        edge: Number(f['edge']),
        beat: Number(f['beat']),
        expected: f['expected']!,
        got: f['got']!,
        cycle: Number(f['cycle']),
      });
    else if (line.startsWith('RULE') || line.startsWith('SURPLUS')) violations.push(line);
    else if (line.startsWith('EDGE'))
      once(edges, 'edge', { taken: Number(f['taken']), faults: Number(f['faults']), done: f['done'] === '1' });
    else if (line.startsWith('RESET')) frames.length = frameErrors.length = 0;
    else if (line.startsWith('FRAME_ERROR')) (frameErrors[Number(f['dut'])] ??= []).push(Number(f['cycle']));
    else if (line.startsWith('FRAME')) (frames[Number(f['edge'])] ??= []).push(Number(f['cycle']));
    else if (line.startsWith('TILES'))
      once(tiles, 'engine', { dense: Number(f['dense']), executed: Number(f['executed']) });
    else if (line.startsWith('BUSY')) once(busy, 'engine', Number(f['cycles']));
    else if (line.startsWith('TIMEOUT')) stillSince = Number(f['since']);
  }
  for (let edge = 0; edge < Number(done['edges']); edge++) if (!edges[edge]) broken(`EDGE edge=${edge}`, 'missing');
  const engines = busy.filter((clocks) => clocks !== undefined).length;
  if (engines !== Number(done['engines'])) broken('BUSY', `of ${engines} engines in place of ${done['engines']}`);
  return {
    cycles: Number(done['cycle']),
    stillSince,
    differences,
    violations,
    edges,
    frames,
    busy,
    tiles,
    frameErrors,
  };
}

/** Nothing differed, no rule broken, no surplus, everything arrived. */
export function streamsPassed({ stillSince, violations, edges }: SimulationResult): boolean {
  const complete = edges.length > 0 && edges.every((edge) => edge.done && edge.faults === 0);
  return complete && stillSince === null && violations.length === 0;
}

/** Passed, where all frames are good: nor was there any frame_error. */
export function passed(result: SimulationResult): boolean {
  return streamsPassed(result) && result.frameErrors.every((cycles) => cycles === undefined || cycles.length === 0);
}

export async function runSimulator(program: string, options: RunOptions): Promise<SimulationResult> {
  const {
    memoryFolder,
    dataFolder,
    stall,
    burst,
    patient,
    seed = 1,
    watchdog,
    drain,
    seconds = 600,
    wave,
    fault,
  } = options;
  const { resetAt = 0, resetFor = 4, resetStill = 0, blockFrom = 0, blockFor = 0 } = options;
  const settings = {
    dir: dataFolder,
    stall,
    burst: burst ? 1 : 0,
    patient: patient ? 1 : 0,
    seed,
    watchdog,
    drain,
    reset_at: resetAt,
    reset_for: resetFor,
    reset_still: resetStill,
    block_from: blockFrom,
    block_for: blockFor,
    ...(fault === undefined ? {} : { fault }),
    ...(wave ? { wave: wave.file, wave_from: wave.from, wave_to: wave.to } : {}),
  };
  return parseRun(await runBench(program, settings, { cwd: memoryFolder, seconds }));
}
