// SPDX-License-Identifier: Apache-2.0
/**
 * The sparse engine against the golden model: the files of an output folder, every layer's lines, weights that are
 * multiplied, clocks; and frames that go wrong.
 */
import { readSources } from '../generator/verilog/read-sources.ts';
import { layersOf, type CompiledNetwork } from '../generator/architectures/sparse/compile/compile.ts';
import { modelledClocks, type SparseDesign } from '../generator/architectures/sparse/design.ts';
import { layerNames } from '../generator/architectures/sparse/estimate.ts';
import { clockFaults, layersIn, measuredIn, modelledPause, weightFaults } from './sparse-clocks.ts';
import { damage, damageFaults } from './sparse-damage.ts';
import { layerNumber, locateLine, lyingImages, networkFrames } from './sparse-network.ts';
import { sparseFaults, type SparseResult } from './sparse-report.ts';
import { sparseBench, type DrivenFrame, type SparseBench } from './sparse.ts';
import { verilatorVersion, type CompileOptions } from './simulator.ts';
import { shortestLimit } from './runs.ts';
import type { Located } from './verify.ts';

export interface VerifySparseOptions {
  readonly folder: string;
  /** Frames of pixels. */
  readonly frames: readonly Uint8Array[];
  /** Percentages of clocks in which each port of the memory pauses, beside the one that clocks are modelled for. */
  readonly stalls: readonly number[];
  /** By default for large engines. */
  readonly compile?: CompileOptions;
  readonly onProgress?: (text: string) => void;
}

export interface VerifySparseResult {
  readonly passed: boolean;
  readonly runs: readonly string[];
  readonly frames: number;
  /** Lines that differ, in all and by layer. */
  readonly mismatches: number;
  readonly mismatchesByLayer: ReadonlyMap<string, number>;
  readonly stallPercent: readonly number[];
  readonly simulator: string;
  /** Between the ends of the last two frames, started as soon as there is room; null where there are no two. */
  readonly intervalMeasured: number | null;
  /** From the start of the first frame to its end. */
  readonly latencyMeasured: number | null;
  /** By layer, means over the frames: clocks, clocks before it starts, multiplications by weights that are not 0. */
  readonly clocks: ReadonlyMap<string, number>;
  readonly waits: ReadonlyMap<string, number>;
  readonly multiplications: ReadonlyMap<string, number>;
  /**
   * Share of what the multipliers of convolutions could do in their layers' clocks that they did by weights that are
   * not 0, for positions of the map.
   */
  readonly busyInConvolutions: number | null;
  readonly first: Located | undefined;
  /** Codes, hangs, broken rules of AXI, counters and clocks that are not as they should be. */
  readonly faults: readonly string[];
  readonly buildSeconds: number;
  readonly simulateSeconds: number;
  readonly cycles: number;
  /** Of them, those of the run in which frames go wrong. */
  readonly damagedCycles: number;
}

/** Multipliers times clocks that a simulator does in a second at the very least: 125 clocks of AlexNet's engine. */
const slowestRate = 2e5;

/** Limits of a run. @param latency of the longest frame @param modelled clocks of all frames */
function limits(
  { lanes, groups }: CompiledNetwork['shape'],
  latency: number,
  modelled: number,
): { readonly watchdog: number; readonly seconds: number } {
  const watchdog = 2 * latency + 20_000;
  return {
    watchdog,
    seconds: Math.max(shortestLimit, Math.ceil(((2 * modelled + watchdog) * lanes * (groups + 1)) / slowestRate)),
  };
}

/** Lines that differ have a place of their own in the result, and are no faults. */
const withoutLines = (faults: readonly string[]) => faults.filter((fault) => !/ (line|word)=/.test(fault));

/** What the runs of a design found so far. */
class Findings {
  readonly byLayer: Map<string, number>;
  first: Located | undefined;
  cycles = 0;
  private readonly names: readonly string[];

  constructor(
    private readonly compiled: CompiledNetwork,
    readonly faults: string[],
  ) {
    this.names = layerNames(layersOf(compiled));
    this.byLayer = new Map(this.names.map((name) => [name, 0]));
  }

  /** Counts lines of the network's layers that differ. @param network whether a frame is one of its */
  count(result: SparseResult, run: string, network: (frame: number) => boolean): void {
    this.cycles += result.cycles;
    for (const layer of layersIn(this.compiled, result).filter(({ frame }) => network(frame))) {
      const name = this.names[layerNumber(this.compiled, layer)]!;
      this.byLayer.set(name, this.byLayer.get(name)! + layer.faults);
    }
    const difference = result.differences.find(({ frame }) => network(frame));
    if (difference) this.first ??= locateLine(this.compiled, difference, run);
  }

  add(run: string, faults: readonly string[]): void {
    this.faults.push(...faults.map((fault) => `${run}: ${fault}`));
  }
}

/** A compiled design, and the frames that it is driven with: good ones first, then those that go wrong. */
interface Driven {
  readonly design: SparseDesign;
  readonly bench: SparseBench;
  readonly good: readonly DrivenFrame[];
  readonly bad: ReturnType<typeof damage>;
}

/** The good frames, with each port of the memory pausing so many percent of its clocks. */
async function runGood({ design, bench, good }: Driven, pause: number, seed: number, name: string, found: Findings) {
  const { compiled } = design;
  const { latency } = modelledClocks(compiled, 1 - pause / 100);
  const result = await bench.run({
    count: good.length,
    pause,
    seed,
    ...limits(compiled.shape, latency, good.length * latency),
  });
  found.count(result, name, () => true);
  const ran = layersIn(compiled, result);
  found.add(name, [
    ...withoutLines(sparseFaults(result, good)),
    ...weightFaults(design, ran),
    ...(pause === modelledPause ? clockFaults(design, result, ran) : []),
  ]);
  return result;
}

/** Frames that go wrong, and a reset in mid-frame. The last frame is a good one again. */
async function runDamaged({ design, bench, good, bad }: Driven, seed: number, name: string, found: Findings) {
  const result = await bench.run({
    from: good.length,
    reset: { ...bad.reset, inFrame: good.length + bad.reset.inFrame },
    pause: modelledPause,
    seed,
    ...limits(design.compiled.shape, bad.latency, bad.clocks),
  });
  found.count(result, name, (frame) => frame === bad.frames.length - 1);
  found.add(name, withoutLines(damageFaults(result, bad)));
  return result;
}

/** What each run is called: one a pause, and one of damage. */
function runNames(pauses: readonly number[], bad: Driven['bad']): string[] {
  const failing = bad.what.filter((what) => what !== undefined).length;
  return [
    ...pauses.map((pause) => `memory pauses ${pause} %${pause === modelledPause ? ', as modelled' : ''}`),
    `damaged frames (${failing}, good ones between them) and a reset in mid-frame`,
  ];
}

export async function verifySparse(
  design: SparseDesign,
  { folder, frames, stalls, compile = { loops: true }, onProgress = () => {} }: VerifySparseOptions,
): Promise<VerifySparseResult> {
  const { compiled, typed: graph } = design;
  const pauses = [...new Set([modelledPause, ...stalls])];
  onProgress(`golden model: ${frames.length} frames`);
  const { images, faults } = lyingImages(compiled, folder);
  const good = networkFrames(graph, compiled, frames, images);
  const bad = damage(compiled, good[0]!, modelledPause);
  onProgress('building the simulator');
  const started = performance.now();
  const dut = { shape: compiled.shape, sources: readSources(folder), top: `${graph.name}_top` };
  const bench = await sparseBench(dut, [...good, ...bad.frames], compile);
  const built = performance.now();
  const driven = { design, bench, good, bad };
  const found = new Findings(compiled, faults);
  const runs = runNames(pauses, bad);
  const results: SparseResult[] = [];
  try {
    for (const [i, name] of runs.entries()) {
      onProgress(`simulating: ${name}`);
      const pause = pauses[i];
      results.push(
        pause === undefined
          ? await runDamaged(driven, runs.length, name, found)
          : await runGood(driven, pause, i + 1, name, found),
      );
    }
  } finally {
    bench.close();
  }
  const mismatches = [...found.byLayer.values()].reduce((a, b) => a + b, 0);
  return {
    passed: mismatches === 0 && found.faults.length === 0,
    runs,
    frames: frames.length,
    mismatches,
    mismatchesByLayer: found.byLayer,
    stallPercent: pauses,
    simulator: await verilatorVersion(),
    ...measuredIn(design, results[0]!),
    first: found.first,
    faults: found.faults,
    buildSeconds: (built - started) / 1000,
    simulateSeconds: (performance.now() - built) / 1000,
    cycles: found.cycles,
    damagedCycles: results.at(-1)!.cycles,
  };
}
