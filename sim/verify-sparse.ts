/** The sparse engine against the golden model: the files of an output folder, every layer's lines, weights that are multiplied, clocks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isConvolution, isDense } from '../generator/engine/cycles.ts';
import { modelledClocks, type SparseDesign } from '../generator/engine/design.ts';
import { layerNames } from '../generator/engine/estimate.ts';
import type { EngineLayer } from '../generator/engine/layer.ts';
import { locateLine, networkFrames } from './sparse-network.ts';
import { sparseBench, type DrivenFrame, type LayerRun, type SparseResult } from './sparse.ts';
import { verilatorVersion, type CompileOptions } from './simulator.ts';
import { readSources, type Located } from './verify.ts';

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
  /** Of a frame, by the engine's own counter; null where no run came to its end. */
  readonly clocksMeasured: number | null;
  /** By layer, means over the frames: clocks, clocks before it starts, multiplications by weights that are not 0. */
  readonly clocks: ReadonlyMap<string, number>;
  readonly waits: ReadonlyMap<string, number>;
  readonly multiplications: ReadonlyMap<string, number>;
  /** Share of what the multipliers of convolutions could do in their layers' clocks that they did by weights that are not 0, for positions of the map. */
  readonly busyInConvolutions: number | null;
  readonly first: Located | undefined;
  /** Codes, hangs, broken rules of AXI, counters and clocks that are not as they should be. */
  readonly faults: readonly string[];
  readonly buildSeconds: number;
  readonly simulateSeconds: number;
  readonly cycles: number;
}

/** All ports together then bring 84 % of what they could: 70 % of 19.2 GB/s at 250 MHz. */
export const modelledPause = 16;
/** A layer may take 5 % more or less clocks than modelled, or so many. */
const [share, few] = [0.05, 64];

/** From the interrupt back to the end of the frame, and from its start to the engine's: registers and the last answers of the memory. */
const aroundFrame = 500;

/** Weights other than 0 that a layer takes. */
function weightsOf(layer: EngineLayer): number {
  return isConvolution(layer) ? layer.weightsLeft * layer.rounds : isDense(layer) ? layer.weightsLeft : 0;
}

/** Multiplications that count: of a convolution's weights, those for positions of the map. */
function multiplicationsOf(layer: EngineLayer, weights: number): number {
  const { height = 0, width = 0 } = layer.descriptor;
  return isConvolution(layer) ? (weights / layer.rounds) * height * width : weights;
}

/** The same of what the multipliers of all convolutions could do in their clocks. */
function busyInConvolutions({ compiled: { layers, shape } }: SparseDesign, runs: readonly LayerRun[]): number | null {
  const convolutions = runs.filter(({ layer }) => isConvolution(layers[layer]!.layer));
  const sum = (of: (run: LayerRun) => number) => convolutions.reduce((total, run) => total + of(run), 0);
  return convolutions.length === 0 ? null : sum(({ layer, weights }) => multiplicationsOf(layers[layer]!.layer, weights)) / (shape.lanes * shape.groups * sum(({ clocks }) => clocks));
}

const beyond = (measured: number, modelled: number) => Math.abs(measured - modelled) > Math.max(few, share * modelled);

/** What is wrong with a run beside lines that differ. */
function runFaults({ compiled }: SparseDesign, frames: readonly DrivenFrame[], result: SparseResult): string[] {
  const names = layerNames(compiled.layers);
  const faults = result.mismatches.filter((line) => !line.includes(' line='));
  if (result.hangs) faults.push(`frame ${result.frames.length}: no end, neither of a layer nor by a code`);
  else if (result.frames.length !== frames.length) faults.push(`${result.frames.length} of ${frames.length} frames ended`);
  result.frames.forEach(({ code, broken, layers, clocks, elapsed }, frame) => {
    if (code !== 0) faults.push(`frame ${frame} ended with code ${code}`);
    else if (layers !== compiled.layers.length) faults.push(`frame ${frame}: ${layers} of ${compiled.layers.length} layers ran`);
    if (broken !== 0) faults.push(`frame ${frame}: ${broken} rules of AXI broken`);
    if (elapsed < clocks || elapsed > clocks + aroundFrame) faults.push(`frame ${frame}: its counter says ${clocks} clocks, ${elapsed} have passed`);
  });
  for (const { frame, layer, weights } of result.layers) {
    const expected = weightsOf(compiled.layers[layer]!.layer);
    if (weights !== expected) faults.push(`frame ${frame}, layer ${names[layer]}: ${weights} weights multiplied, expected ${expected}`);
  }
  return faults;
}

/** Clocks of layers, and of the frame, that are not those of the cycle model. */
function clockFaults({ compiled }: SparseDesign, { layers, frames }: SparseResult): string[] {
  const model = modelledClocks(compiled, 1 - modelledPause / 100);
  const names = layerNames(compiled.layers);
  const said = (what: string, measured: number, modelled: number) => (beyond(measured, modelled) ? [`${what} took ${measured} clocks, modelled ${modelled}`] : []);
  return [
    ...layers.flatMap(({ frame, layer, clocks }) => said(`frame ${frame}, layer ${names[layer]}`, clocks, model.layers[layer]!.clocks)),
    ...frames.flatMap(({ clocks }, frame) => said(`frame ${frame}`, clocks, model.total)),
  ];
}

export async function verifySparse(design: SparseDesign, { folder, frames, stalls, compile = { loops: true }, onProgress = () => {} }: VerifySparseOptions): Promise<VerifySparseResult> {
  const { compiled, graph } = design;
  const names = layerNames(compiled.layers);
  const pauses = [...new Set([modelledPause, ...stalls])];
  onProgress(`golden model: ${frames.length} frames`);
  const driven = networkFrames(graph, compiled, frames, readFileSync(join(folder, 'mem', 'weights.bin')));
  onProgress('building the simulator');
  const started = performance.now();
  const bench = await sparseBench({ shape: compiled.shape, sources: readSources(folder), top: `${graph.name}_top` }, driven, compile);
  const built = performance.now();
  const byLayer = new Map(names.map((name) => [name, 0]));
  const runs = pauses.map((pause) => `memory pauses ${pause} %${pause === modelledPause ? ', as modelled' : ''}`);
  const faults: string[] = [];
  let first: Located | undefined;
  let reference: SparseResult | undefined;
  let cycles = 0;
  try {
    for (const [i, pause] of pauses.entries()) {
      onProgress(`simulating: ${runs[i]}`);
      const { total } = modelledClocks(compiled, 1 - pause / 100);
      const result = await bench.run({ pause, seed: i + 1, watchdog: 2 * total + 20_000 });
      reference ??= result;
      cycles += result.cycles;
      for (const { layer, faults: wrong } of result.layers) byLayer.set(names[layer]!, byLayer.get(names[layer]!)! + wrong);
      const [difference] = result.differences;
      if (difference) first ??= locateLine(compiled, difference, runs[i]!);
      const found = [...runFaults(design, driven, result), ...(pause === modelledPause ? clockFaults(design, result) : [])];
      faults.push(...found.map((fault) => `${runs[i]}: ${fault}`));
    }
  } finally {
    bench.close();
  }
  const mismatches = [...byLayer.values()].reduce((a, b) => a + b, 0);
  // Layers that never ended have no clocks.
  const measured = (of: (run: LayerRun) => number) =>
    new Map(names.flatMap((name, layer) => {
      const ran = reference!.layers.filter((run) => run.layer === layer);
      return ran.length > 0 ? [[name, ran.reduce((sum, run) => sum + of(run), 0) / ran.length] as const] : [];
    }));
  const ended = reference!.frames.filter(({ code }) => code === 0);
  return {
    passed: mismatches === 0 && faults.length === 0,
    runs, frames: frames.length, mismatches, mismatchesByLayer: byLayer, stallPercent: pauses, simulator: await verilatorVersion(),
    clocksMeasured: ended.length > 0 ? Math.round(ended.reduce((sum, { clocks }) => sum + clocks, 0) / ended.length) : null,
    clocks: measured(({ clocks }) => clocks),
    waits: measured(({ waits }) => waits),
    multiplications: measured(({ layer, weights }) => multiplicationsOf(compiled.layers[layer]!.layer, weights)),
    busyInConvolutions: busyInConvolutions(design, reference!.layers),
    first, faults,
    buildSeconds: (built - started) / 1000, simulateSeconds: (performance.now() - built) / 1000, cycles,
  };
}
