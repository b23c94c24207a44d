// SPDX-License-Identifier: Apache-2.0
/** The cells between two engines whose beats differ: nn_repack for pixels, nn_width for lanes. */
import type { Cost } from '../../../hardware/cost.ts';
import { lcm } from '../../../hardware/divisors.ts';
import { countBits, lutRamLuts } from '../../../hardware/fabric.ts';
import { beatBits, beatsPerFrame, type BeatShape, type Cell, type HardwareStream } from '../../../hardware/hardware.ts';

type Axis = keyof BeatShape;
interface Move {
  readonly axis: Axis;
  readonly to: number;
}

export interface Adapter {
  readonly cells: readonly Cell[];
  readonly output: HardwareStream;
  /** Clocks a frame of the slowest step. */
  readonly cycles: number;
  readonly estimate: Cost;
}

/** Up to the least common multiple, then down. */
function movesOf(axis: Axis, from: number, to: number): Move[] {
  const common = lcm(from, to);
  return [common, to].filter((value, i) => value !== [from, common][i]).map((value) => ({ axis, to: value }));
}

/** Every order of two sequences, each kept in itself. */
function interleavings<T>(a: readonly T[], b: readonly T[]): T[][] {
  if (a.length === 0 || b.length === 0) return [[...a, ...b]];
  const [firstA, ...restA] = a as [T, ...T[]];
  const [firstB, ...restB] = b as [T, ...T[]];
  return [
    ...interleavings(restA, b).map((rest) => [firstA, ...rest]),
    ...interleavings(a, restB).map((rest) => [firstB, ...rest]),
  ];
}

/** Lanes beyond a pixel's channels are the next pixel's, which works for single pixels only. */
function isLegal({ lanes, pixels, type }: HardwareStream): boolean {
  return pixels === 1 || type.channels % lanes === 0;
}

/**
 * An estimate, fitted to Yosys (docs/estimates.md). Down: a shift register and a skid; up: registers; a store: LUT-RAM.
 */
function costOf(from: HardwareStream, to: HardwareStream): Cost {
  const [inBits, outBits] = [beatBits(from), beatBits(to)];
  const down = inBits > outBits;
  const ratio = countBits(down ? inBits / outBits : outBits / inBits);
  const fold = from.type.channels / from.lanes;
  const none = { lutRam: 0, bram36: 0, uram: 0, dsp: 0 };
  if (from.pixels === to.pixels || fold === 1)
    return down
      ? { ...none, lut: inBits + outBits + 10, ff: inBits + 2 * outBits + 7 }
      : { ...none, lut: Math.round(3 + 2.4 * ratio), ff: 2 * outBits - inBits + 2 + ratio };
  const lutRam = lutRamLuts(Math.max(inBits, outBits), 2 * fold);
  const choose = down ? outBits * Math.ceil(inBits / outBits / 4) : outBits;
  return {
    ...none,
    lut: lutRam + choose + 11 * countBits(fold) + 15 * ratio,
    lutRam,
    ff: Math.round(2 * outBits + 8 + 5.5 * countBits(fold) + 1.5 * ratio),
  };
}

function cellOf(from: HardwareStream, to: HardwareStream): Cell {
  const common = { instance: `u_${to.name}`, input: from, output: to, images: [] };
  if (from.pixels === to.pixels)
    return {
      ...common,
      module: 'nn_width',
      comment: `${from.lanes} lanes to ${to.lanes}`,
      parameters: { ELEM_W: from.elementBits, PIXELS: from.pixels, IN_LANES: from.lanes, OUT_LANES: to.lanes },
    };
  return {
    ...common,
    module: 'nn_repack',
    comment: `${from.pixels} pixels a beat to ${to.pixels}`,
    parameters: {
      ELEM_W: from.elementBits,
      LANES: from.lanes,
      FOLD: from.type.channels / from.lanes,
      IN_PIXELS: from.pixels,
      OUT_PIXELS: to.pixels,
    },
  };
}

function follow(name: string, from: HardwareStream, moves: readonly Move[]): HardwareStream[] {
  let stream = from;
  return moves.map(({ axis, to }) => {
    stream = { ...stream, [axis]: to, name: `${name}__${axis === 'pixels' ? 'p' : 'x'}${to}` };
    return stream;
  });
}

const sum = (costs: readonly Cost[], key: 'lut' | 'lutRam' | 'ff') =>
  costs.reduce((total, cost) => total + cost[key]!, 0);

/**
 * Cells that turn `from` into beats of the wanted shape, in the cheapest order of steps (by estimated LUTs) of which
 * none
 * takes more than `interval` clocks a frame, or no more than the two ends take themselves.
 */
export function adapt(name: string, from: HardwareStream, wanted: BeatShape, interval: number): Adapter {
  const ends = Math.max(beatsPerFrame(from), beatsPerFrame({ ...from, ...wanted }));
  const orders = interleavings(
    movesOf('pixels', from.pixels, wanted.pixels),
    movesOf('lanes', from.lanes, wanted.lanes),
  )
    .map((moves) => follow(name, from, moves))
    .filter((streams) => streams.every(isLegal))
    .map((streams) => {
      const costs = streams.map((to, i) => costOf(i === 0 ? from : streams[i - 1]!, to));
      const slowest = Math.max(0, ...streams.map(beatsPerFrame));
      return {
        streams,
        costs,
        slowest,
        late: slowest > Math.max(interval, ends) ? slowest : 0,
        lut: sum(costs, 'lut'),
      };
    });
  orders.sort((a, b) => a.late - b.late || a.lut - b.lut);
  const { streams, costs, slowest, lut } = orders[0]!;
  return {
    cells: streams.map((to, i) => cellOf(i === 0 ? from : streams[i - 1]!, to)),
    output: streams.at(-1) ?? from,
    cycles: slowest,
    estimate: { lut, lutRam: sum(costs, 'lutRam'), ff: sum(costs, 'ff'), bram36: 0, uram: 0, dsp: 0 },
  };
}
