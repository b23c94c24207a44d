// SPDX-License-Identifier: Apache-2.0
/** Tiles that engines with early decision must have counted after some frames, by the model of their schedule. */
import { dataflowOf } from '../generator/architectures/dataflow/layers/layers.ts';
import type { Tensor } from '../generator/tensor/tensor.ts';
import type { Tiles } from '../generator/architectures/dataflow/layer/layer.ts';
import type { PlacedEngine } from '../generator/stream-top/placement.ts';
import type { SimulationResult } from './simulator.ts';

export interface TileModel {
  /** A frame more, by all tensors of its lowered graph. */
  add(tensors: ReadonlyMap<string, Tensor>): void;
  /** By engine, in their order. */
  readonly totals: readonly Tiles[];
}

/** @param counting engines with counters, of one design */
export function tileModel(counting: readonly PlacedEngine[]): TileModel {
  const counters = counting.map((engine) => ({
    input: engine.nodes[0]!.inputs[0]!,
    count: dataflowOf(engine.nodes[0]!).early!.counter(engine),
  }));
  const totals = counting.map((): Tiles => ({ dense: 0, executed: 0 }));
  return {
    totals,
    add: (tensors) =>
      counters.forEach(({ input, count }, i) => {
        const { dense, executed } = count(tensors.get(input)!);
        totals[i] = { dense: totals[i]!.dense + dense, executed: totals[i]!.executed + executed };
      }),
  };
}

/** What a run's registers say otherwise, in words. @param first index of the first engine's registers */
export function tileFaults(
  counting: readonly PlacedEngine[],
  expected: readonly Tiles[],
  { tiles }: Pick<SimulationResult, 'tiles'>,
  first = 0,
): string[] {
  return counting.flatMap(({ name }, i) =>
    (['dense', 'executed'] as const).flatMap((key) => {
      const [counted, wanted] = [tiles[first + i]?.[key], expected[i]![key]];
      return counted === wanted
        ? []
        : [`${name} counted ${counted} tiles (${key}), the model of its schedule ${wanted}`];
    }),
  );
}
