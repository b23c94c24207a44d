// SPDX-License-Identifier: Apache-2.0
/** Weights that the sparse engine multiplied and clocks that it took, beside what its model says. */
import { layersOf, type CompiledNetwork } from '../generator/architectures/sparse/compile/compile.ts';
import type { CompiledLayer } from '../generator/architectures/sparse/compile/compiled-layer.ts';
import { isConvolution, isDense } from '../generator/architectures/sparse/cycles/cycles.ts';
import { modelledClocks, type SparseDesign } from '../generator/architectures/sparse/design.ts';
import { layerNames } from '../generator/architectures/sparse/estimate.ts';
import { layerNumber } from './sparse-network.ts';
import type { LayerRun, SparseResult } from './sparse-report.ts';

/** All ports together then bring 84 % of what they could: 70 % of 19.2 GB/s at 250 MHz. */
export const modelledPause = 16;
/** A layer may take 5 % more or less clocks than modelled, or so many. */
const [share, few] = [0.05, 96];

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
export function weightFaults({ compiled }: SparseDesign, ran: readonly LayerRun[]): string[] {
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
export function clockFaults({ compiled }: SparseDesign, result: SparseResult, layers: readonly LayerRun[]): string[] {
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
export const layersIn = ({ maps, vectors }: CompiledNetwork, { layers }: SparseResult) =>
  layers.filter(({ machine, layer }) => layer < { maps, vectors }[machine].length);

/** Figures of the run that clocks are modelled for. Layers that never ended have no clocks. */
export function measuredIn(design: SparseDesign, reference: SparseResult) {
  const { compiled } = design;
  const layers = layersOf(compiled);
  const ran = layersIn(compiled, reference);
  const mean = (of: (run: LayerRun) => number) =>
    new Map(
      layerNames(layers).flatMap((name, number) => {
        const own = ran.filter((run) => layerNumber(compiled, run) === number);
        return own.length > 0 ? [[name, own.reduce((sum, run) => sum + of(run), 0) / own.length] as const] : [];
      }),
    );
  return {
    intervalMeasured: intervalOf(reference),
    latencyMeasured: latencyOf(reference),
    clocks: mean(({ clocks }) => clocks),
    waits: mean(({ waits }) => waits),
    multiplications: mean((run) => multiplicationsOf(layers[layerNumber(compiled, run)]!.layer, run.weights)),
    busyInConvolutions: busyInConvolutions(design, ran),
  };
}
