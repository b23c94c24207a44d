// SPDX-License-Identifier: Apache-2.0
/**
 * Many cases side by side in one bench: one Verilator build, one run for each kind of stall, a verdict for each case.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planFiles, textsOf } from '../../generator/emit/plan.ts';
import { workFolder } from '../../generator/processes/work-folder.ts';
import { cacheFolder } from '../cache.ts';
import type { Tiles } from '../../generator/architectures/dataflow/layer/layer.ts';
import { tileFaults } from '../tiles.ts';
import {
  benchText,
  buildSimulator,
  duts,
  runSimulator,
  type Dut,
  type SimulationResult,
  type VerilogSource,
} from '../simulator.ts';
import { frameErrorFaults } from '../faults.ts';
import { intervalOf, runsFor, timeLimits, type Run } from '../runs.ts';
import { writeVectors } from '../vectors.ts';
import { locate, type Located } from '../verify.ts';
import { designOf, framesOf, showCase, type Case } from './case.ts';

export interface Batch {
  readonly cases: readonly Case[];
  readonly duts: readonly Dut[];
  readonly program: string;
  /** Memory images of all cases. */
  readonly memoryFolder: string;
  /** stimulus_<case>.txt and edge_<i>.txt. */
  readonly dataFolder: string;
  readonly frames: number;
  /** Tiles that each case's engines must count. */
  readonly tiles: readonly (readonly Tiles[])[];
  readonly buildSeconds: number;
}

export interface Verdict {
  readonly case: Case;
  /** Bits and stream rules; the interval is a verdict of its own (`slower`). */
  readonly passed: boolean;
  /** Empty when it passed: the run and what was wrong in it. */
  readonly faults: readonly string[];
  readonly first: Located | undefined;
  readonly intervalModelled: number;
  readonly isExpectation: boolean;
  /** Of the run without stalls; null where it gave too few frames. */
  readonly intervalMeasured: number | null;
}

/**
 * Loses clocks that the model does not know of. Where lanes wait for each other, it knows them as an expectation only.
 */
export function slower({ intervalMeasured, intervalModelled, isExpectation }: Verdict): boolean {
  return intervalMeasured !== null && intervalMeasured > intervalModelled && !isExpectation;
}

/** Verilog of all designs; the library's cells, which they share, once. Memory images go to `memoryFolder`. */
function emit(placed: readonly Dut[], memoryFolder: string): VerilogSource[] {
  const sources = new Map<string, string>();
  for (const { design } of placed)
    for (const [path, text] of textsOf(planFiles(design, { network: design.name, defaulted: false }))) {
      if (path.startsWith('rtl/')) sources.set(path, text);
      if (path.startsWith('mem/')) writeFileSync(join(memoryFolder, path.slice('mem/'.length)), text);
    }
  return [...sources].map(([path, text]) => ({ path, text }));
}

/**
 * Golden vectors, memory images and the simulator of the cases, in a folder of their own below the cache until
 * `removeBatch`. Throws where a lowered graph does not give its network's results.
 */
export async function prepareBatch(cases: readonly Case[], frames: number): Promise<Batch> {
  const placed = duts(cases.map(designOf));
  const folder = workFolder('batch', cacheFolder('sweep'));
  const [memoryFolder, dataFolder] = [join(folder, 'mem'), join(folder, 'data')];
  try {
    mkdirSync(memoryFolder);
    mkdirSync(dataFolder);
    const tiles = placed.map((dut, i) => {
      try {
        return writeVectors(dut, framesOf(cases[i]!, dut.design, frames), dataFolder, i);
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${showCase(cases[i]!, dut.design)}`, { cause: error });
      }
    });
    const started = performance.now();
    const program = await buildSimulator(emit(placed, memoryFolder), benchText(placed), { little: true });
    return {
      cases,
      duts: placed,
      program,
      memoryFolder,
      dataFolder,
      frames,
      tiles,
      buildSeconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

export function removeBatch(batch: Batch): void {
  rmSync(join(batch.memoryFolder, '..'), { recursive: true, force: true });
}

/** What one run says against one design; empty when nothing. */
function faultsOf(dut: Dut, index: number, result: SimulationResult, tiles: readonly Tiles[]): string[] {
  const faults = dut.edges.flatMap(({ index: edge, engine }) => {
    const { faults: count, done, taken } = result.edges[edge]!;
    const broken = result.violations.filter((line) => line.includes(` edge=${edge} `));
    return [
      ...broken,
      ...(count > broken.length ? [`${count - broken.length} wrong beats behind ${engine}`] : []),
      ...(done ? [] : [`only ${taken} beats came out of ${engine}`]),
    ];
  });
  faults.push(...frameErrorFaults(dut, index, [], result));
  // Where bits are missing, so are tiles.
  return faults.length > 0 ? faults : tileFaults(dut.counting, tiles, result, dut.firstCounting);
}

/** Runs the batch at each stall share, in bursts and with a blocked output, and judges each case by itself. */
export async function runBatch(batch: Batch, stalls: readonly number[]): Promise<Verdict[]> {
  const byInterval = batch.duts.map((dut) => dut.design).sort((a, b) => a.placement.interval - b.placement.interval);
  const [fastest, slowest] = [byInterval[0]!, byInterval.at(-1)!];
  // The block meets the fastest design in mid-stream and lasts longer than a frame of the slowest.
  const runs = runsFor(stalls, 2 * fastest.placement.interval, 2 * slowest.placement.interval);
  const results: { run: Run; result: SimulationResult }[] = [];
  for (const [seed, run] of runs.entries()) {
    const { watchdog, drain, seconds } = timeLimits(slowest, run.options.stall, batch.frames);
    // Its designs run side by side.
    const limits = { watchdog: watchdog + (run.options.blockFor ?? 0), drain, seconds: seconds * batch.duts.length };
    const { program, memoryFolder, dataFolder } = batch;
    results.push({
      run,
      result: await runSimulator(program, { memoryFolder, dataFolder, seed: seed + 1, ...limits, ...run.options }),
    });
  }
  const free = results.find(({ run }) => run.options.stall === 0 && !run.options.blockFor)?.result;
  return batch.duts.map((dut, i): Verdict => {
    const [low, high] = [dut.edges[0]!.index, dut.edges.at(-1)!.index];
    const faults = results.flatMap(({ run, result }) =>
      faultsOf(dut, i, result, batch.tiles[i]!).map((fault) => `${run.label}: ${fault}`),
    );
    const differences = results.flatMap(({ run, result }) =>
      result.differences.filter(({ edge }) => edge >= low && edge <= high).map((difference) => ({ difference, run })),
    );
    const [first] = differences.sort(
      (a, b) => a.difference.edge - b.difference.edge || a.difference.beat - b.difference.beat,
    );
    return {
      case: batch.cases[i]!,
      passed: faults.length === 0,
      faults,
      first: first && locate(dut.edges, first.difference, first.run.label),
      intervalModelled: dut.design.placement.interval,
      isExpectation: dut.counting.length > 0,
      intervalMeasured: intervalOf(free?.frames[high] ?? []),
    };
  });
}
