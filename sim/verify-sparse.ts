// SPDX-License-Identifier: Apache-2.0
/**
 * The sparse engine against the golden model: the files of an output folder, every layer's lines, weights that are
 * multiplied, clocks; and frames that go wrong.
 */
import { readSources } from '../generator/verilog/read-sources.ts';
import { layersOf, type CompiledNetwork } from '../generator/architectures/sparse/compile/compile.ts';
import type { CompiledLayer } from '../generator/architectures/sparse/compile/compiled-layer.ts';
import { isConvolution, isDense } from '../generator/architectures/sparse/cycles/cycles.ts';
import { modelledClocks, type SparseDesign } from '../generator/architectures/sparse/design.ts';
import { layerNames } from '../generator/architectures/sparse/estimate.ts';
import { damage, damageFaults } from './sparse-damage.ts';
import { layerNumber, locateLine, lyingImages, networkFrames } from './sparse-network.ts';
import { sparseFaults, type LayerRun, type SparseResult } from './sparse-report.ts';
import { sparseBench } from './sparse.ts';
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

/** All ports together then bring 84 % of what they could: 70 % of 19.2 GB/s at 250 MHz. */
export const modelledPause = 16;
/** A layer may take 5 % more or less clocks than modelled, or so many. */
const [share, few] = [0.05, 96];

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

/** Weights other than 0 that a layer takes. */
function weightsOf(layer: CompiledLayer['layer']): number {
  return isConvolution(layer) ? layer.weightsLeft * layer.rounds : isDense(layer) ? layer.weightsLeft : 0;
}

/** Multiplications that count: of a convolution's weights, those for positions of the map. */
function multiplicationsOf(layer: CompiledLayer['layer'], weights: number): number {
  if (!isConvolution(layer)) return weights;
  const { height = 0, width = 0 } = layer.descriptor;
  return (weights / layer.rounds) * height * width;
}

/** The same of what the multipliers of all convolutions could do in their clocks. */
function busyInConvolutions({ compiled: { maps, shape } }: SparseDesign, runs: readonly LayerRun[]): number | null {
  const convolutions = runs.filter(({ machine, layer }) => machine === 'maps' && isConvolution(maps[layer]!.layer));
  const sum = (of: (run: LayerRun) => number) => convolutions.reduce((total, run) => total + of(run), 0);
  return convolutions.length === 0
    ? null
    : sum(({ layer, weights }) => multiplicationsOf(maps[layer]!.layer, weights)) /
        (shape.lanes * shape.groups * sum(({ clocks }) => clocks));
}

const beyond = (measured: number, modelled: number) => Math.abs(measured - modelled) > Math.max(few, share * modelled);

const ended = ({ frames }: SparseResult) => frames.filter(({ code }) => code === 0);
const intervalOf = (result: SparseResult) => {
  const [before, last] = ended(result).slice(-2);
  return last ? last.end - before!.end : null;
};
const latencyOf = (result: SparseResult) => ended(result).map(({ start, end }) => end - start)[0] ?? null;

/** Weights that were not multiplied, or twice. */
function weightFaults({ compiled }: SparseDesign, ran: readonly LayerRun[]): string[] {
  const [layers, names] = [layersOf(compiled), layerNames(layersOf(compiled))];
  return ran.flatMap(({ frame, weights, ...run }) => {
    const number = layerNumber(compiled, run);
    const expected = weightsOf(layers[number]!.layer);
    return weights === expected
      ? []
      : [`frame ${frame}, layer ${names[number]}: ${weights} weights multiplied, expected ${expected}`];
  });
}

/** Clocks of layers, and of frames, that are not those of the cycle model. */
function clockFaults({ compiled }: SparseDesign, result: SparseResult, layers: readonly LayerRun[]): string[] {
  const { frames } = result;
  // A run that hangs has layers that ended, and none of its frames may have.
  const runs = Math.max(1, frames.length, ...layers.map(({ run }) => run + 1));
  const model = modelledClocks(compiled, 1 - modelledPause / 100, runs);
  const names = layerNames(layersOf(compiled));
  const said = (what: string, measured: number | null, modelled: number) =>
    measured !== null && beyond(measured, modelled) ? [`${what} took ${measured} clocks, modelled ${modelled}`] : [];
  return [
    ...layers.flatMap((run) =>
      said(
        `frame ${run.frame}, layer ${names[layerNumber(compiled, run)]}`,
        run.clocks,
        model.machines[run.machine][run.run]![run.layer]!.clocks,
      ),
    ),
    ...said('the first frame', latencyOf(result), model.latency),
    ...(frames.length > 1
      ? said('the last frame, from the end of the one before,', intervalOf(result), model.interval)
      : []),
  ];
}

/** Layers that the network has: an edited engine may run more of them, and sparseFaults says so. */
const layersIn = ({ maps, vectors }: CompiledNetwork, { layers }: SparseResult) =>
  layers.filter(({ machine, layer }) => layer < { maps, vectors }[machine].length);

export async function verifySparse(
  design: SparseDesign,
  { folder, frames, stalls, compile = { loops: true }, onProgress = () => {} }: VerifySparseOptions,
): Promise<VerifySparseResult> {
  const { compiled, typed: graph } = design;
  const layers = layersOf(compiled);
  const names = layerNames(layers);
  const pauses = [...new Set([modelledPause, ...stalls])];
  onProgress(`golden model: ${frames.length} frames`);
  const { images, faults } = lyingImages(compiled, folder);
  const good = networkFrames(graph, compiled, frames, images);
  const bad = damage(compiled, good[0]!, modelledPause);
  onProgress('building the simulator');
  const started = performance.now();
  const bench = await sparseBench(
    { shape: compiled.shape, sources: readSources(folder), top: `${graph.name}_top` },
    [...good, ...bad.frames],
    compile,
  );
  const built = performance.now();
  const byLayer = new Map(names.map((name) => [name, 0]));
  const failing = bad.what.filter((what) => what !== undefined).length;
  const runs = [
    ...pauses.map((pause) => `memory pauses ${pause} %${pause === modelledPause ? ', as modelled' : ''}`),
    `damaged frames (${failing}, good ones between them) and a reset in mid-frame`,
  ];
  let first: Located | undefined;
  let reference: SparseResult | undefined;
  let [cycles, damagedCycles] = [0, 0];
  /** Lines of the network's layers that differ. @param network whether a frame is one of its */
  const count = (result: SparseResult, run: string, network: (frame: number) => boolean) => {
    cycles += result.cycles;
    for (const layer of layersIn(compiled, result).filter(({ frame }) => network(frame))) {
      const name = names[layerNumber(compiled, layer)]!;
      byLayer.set(name, byLayer.get(name)! + layer.faults);
    }
    const difference = result.differences.find(({ frame }) => network(frame));
    if (difference) first ??= locateLine(compiled, difference, run);
  };
  const lines = / (line|word)=/;
  try {
    for (const [i, pause] of pauses.entries()) {
      onProgress(`simulating: ${runs[i]}`);
      const { latency } = modelledClocks(compiled, 1 - pause / 100);
      const result = await bench.run({
        count: good.length,
        pause,
        seed: i + 1,
        ...limits(compiled.shape, latency, good.length * latency),
      });
      reference ??= result;
      count(result, runs[i]!, () => true);
      const ran = layersIn(compiled, result);
      const found = [
        ...sparseFaults(result, good).filter((fault) => !lines.test(fault)),
        ...weightFaults(design, ran),
        ...(pause === modelledPause ? clockFaults(design, result, ran) : []),
      ];
      faults.push(...found.map((fault) => `${runs[i]}: ${fault}`));
    }
    const run = runs.at(-1)!;
    onProgress(`simulating: ${run}`);
    const reset = { ...bad.reset, inFrame: good.length + bad.reset.inFrame };
    const result = await bench.run({
      from: good.length,
      reset,
      pause: modelledPause,
      seed: runs.length,
      ...limits(compiled.shape, bad.latency, bad.clocks),
    });
    count(result, run, (frame) => frame === bad.frames.length - 1);
    damagedCycles = result.cycles;
    faults.push(
      ...damageFaults(result, bad)
        .filter((fault) => !lines.test(fault))
        .map((fault) => `${run}: ${fault}`),
    );
  } finally {
    bench.close();
  }
  const mismatches = [...byLayer.values()].reduce((a, b) => a + b, 0);
  // Layers that never ended have no clocks.
  const measured = (of: (run: LayerRun) => number) =>
    new Map(
      names.flatMap((name, number) => {
        const ran = layersIn(compiled, reference!).filter((run) => layerNumber(compiled, run) === number);
        return ran.length > 0 ? [[name, ran.reduce((sum, run) => sum + of(run), 0) / ran.length] as const] : [];
      }),
    );
  return {
    passed: mismatches === 0 && faults.length === 0,
    runs,
    frames: frames.length,
    mismatches,
    mismatchesByLayer: byLayer,
    stallPercent: pauses,
    simulator: await verilatorVersion(),
    intervalMeasured: intervalOf(reference!),
    latencyMeasured: latencyOf(reference!),
    clocks: measured(({ clocks }) => clocks),
    waits: measured(({ waits }) => waits),
    multiplications: measured((run) => multiplicationsOf(layers[layerNumber(compiled, run)]!.layer, run.weights)),
    busyInConvolutions: busyInConvolutions(design, layersIn(compiled, reference!)),
    first,
    faults,
    buildSeconds: (built - started) / 1000,
    simulateSeconds: (performance.now() - built) / 1000,
    cycles,
    damagedCycles,
  };
}
