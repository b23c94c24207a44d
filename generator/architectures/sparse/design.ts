// SPDX-License-Identifier: Apache-2.0
/** A network on the sparse engine of a board: what is asked for, and the clocks that it is modelled to take. */
import type { Board } from '../../boards/board.ts';
import { portable, quoted } from '../../emit/plan.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import type { Primitives } from '../../layer-kind/layer-kind.ts';
import { carryPositions } from '../../hardware/fabric.ts';
import type { CompiledNetwork } from './compile/compile.ts';
import type { LayerClocks } from './cycles/cycles.ts';
import { machineClocks, type MachineClocks } from './cycles/machines.ts';
import { beatsOfLine, linesOf } from './program/shape.ts';
import { call } from '../../files/call.ts';

/**
 * Beats a clock of either machine's ports at 70 % of 19.2 GB/s over all ports and 250 MHz: what clocks are modelled for
 * where nothing else is said.
 */
export const memoryRate = 0.84;

/** Sized for XCZU7EV: 1,536 products of convolutions a clock, 16 of fully connected layers. */
export const engineSize = {
  lanes: 64,
  groups: 24,
  slots: 32,
  ringWords: 4096,
  vectorWords: 2048,
  ownWords: 1024,
  mapPorts: 2,
  vectorPorts: 2,
};

export interface SparseDesign {
  readonly graph: TypedGraph;
  readonly compiled: CompiledNetwork;
  readonly board: Board;
  readonly clockMhz: number;
  /** Adders of the groups in these; else portable. */
  readonly primitives?: Primitives | undefined;
  /** As the command line named them. */
  readonly network: string;
  readonly weights?: string | undefined;
}

/** Positions of a carry primitive; 0 where there are none. */
export const carryBits = ({ primitives }: Pick<SparseDesign, 'primitives'>) =>
  primitives ? carryPositions[primitives] : 0;

/** What makes the folder again. */
export function rebuildSparse({ board, clockMhz, primitives, network, weights }: SparseDesign): string {
  const parts = [
    call('gen', `--board ${board.name}`),
    `--network ${quoted(portable(network))}`,
    '--arch sparse',
    `--clock ${clockMhz}`,
  ];
  if (!primitives) parts.push('--primitives off');
  if (weights) parts.push(`--weights ${quoted(portable(weights))}`);
  return parts.join(' ');
}

/** Frames that are modelled where nothing else is said: from the third on nothing changes. */
const framesModelled = 6;

export interface ModelledClocks {
  readonly machines: MachineClocks;
  /** Of each layer of the last frame, maps first. */
  readonly layers: readonly LayerClocks[];
  /** Between the ends of the last two frames. */
  readonly interval: number;
  /** From the start of the first frame to its end. */
  readonly latency: number;
}

/**
 * Clocks of frames that are started one behind the other.
 * @param rate beats that the memory brings each machine a clock, at most 1
 */
export function modelledClocks(
  { maps, vectors, shape, layout, network }: CompiledNetwork,
  rate = memoryRate,
  frames = framesModelled,
): ModelledClocks {
  const inputBeats = linesOf(layout.maps.get(network.frame.value)!) * beatsOfLine(shape);
  const machines = machineClocks(
    maps.map(({ layer }) => layer),
    vectors.map(({ layer }) => layer),
    shape,
    rate,
    inputBeats,
    frames,
  );
  const [before = 0, last] = [machines.ends[frames - 2], machines.ends[frames - 1]!];
  return {
    machines,
    layers: [...machines.maps.at(-1)!, ...machines.vectors.at(-1)!],
    interval: Math.round(last - before),
    latency: Math.round(machines.ends[0]!),
  };
}
