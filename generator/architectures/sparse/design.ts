// SPDX-License-Identifier: Apache-2.0
/** A network on the sparse engine of a board: what is asked for, and the clocks that it is modelled to take. */
import type { Design } from '../../design/architecture.ts';
import { carryPositions } from '../../toolchains/index.ts';
import type { CompiledNetwork } from './compile/compile.ts';
import type { LayerClocks } from './cycles/cycles.ts';
import { machineClocks, type MachineClocks } from './cycles/machines.ts';
import { beatsOfLine, linesOf } from './program/shape.ts';

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

export interface SparseDesign extends Design {
  readonly compiled: CompiledNetwork;
}

/** Positions of a carry primitive; 0 where there are none. */
export const carryBits = ({ options: { primitives } }: Pick<SparseDesign, 'options'>) =>
  primitives ? carryPositions(primitives) : 0;

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
