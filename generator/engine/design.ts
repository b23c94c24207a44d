/** A network on the sparse engine of a board: what is asked for, and the clocks that it is modelled to take. */
import type { Board } from '../boards/board.ts';
import { portable, quoted } from '../emit/plan.ts';
import type { TypedGraph } from '../ir/graph.ts';
import type { CompiledNetwork } from './compile.ts';
import { layerClocks, type LayerClocks } from './cycles.ts';
import { linesOf } from './shape.ts';

/** Beats a clock at 70 % of 19.2 GB/s over all ports and 250 MHz: what clocks are modelled for where nothing else is said. */
export const memoryRate = 0.84;

/** Sized for XCZU7EV: 1,120 multipliers for convolutions, 32 for fully connected layers. */
export const engineSize = { lanes: 56, groups: 20, slots: 32, ringWords: 4096, vectorWords: 2048, ports: 4 };

export interface SparseDesign {
  readonly graph: TypedGraph;
  readonly compiled: CompiledNetwork;
  readonly board: Board;
  readonly clockMhz: number;
  /** As the command line named them. */
  readonly network: string;
  readonly weights?: string | undefined;
}

/** What makes the folder again. */
export function rebuildSparse({ board, clockMhz, network, weights }: SparseDesign): string {
  const parts = ['npm run gen --', `--board ${board.name}`, `--network ${quoted(portable(network))}`, '--arch sparse', `--clock ${clockMhz}`];
  if (weights) parts.push(`--weights ${quoted(portable(weights))}`);
  return parts.join(' ');
}

/** Clocks of a frame, for each layer and in all. @param rate beats that the memory brings a clock, at most 1 */
export function modelledClocks({ layers, shape, layout, network }: CompiledNetwork, rate = memoryRate): { readonly layers: readonly LayerClocks[]; readonly total: number } {
  const clocks = layerClocks(layers.map(({ layer }) => layer), shape, rate, linesOf(layout.maps.get(network.frame.value)!));
  return { layers: clocks, total: clocks.reduce((sum, layer) => sum + layer.waits + layer.clocks, 0) };
}
