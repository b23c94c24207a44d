// SPDX-License-Identifier: Apache-2.0
/** nn_early's parameters and memory images of a plan. */
import {
  byChannel,
  hexFields,
  hexWord,
  memoryImage,
  type MemoryImage,
  type ParameterValue,
  type WhatStands,
} from '../../../hardware/hardware.ts';
import { blockRomCost } from '../../../hardware/block-rom.ts';
import { dotLatency } from '../layer/engine.ts';
import {
  counted,
  fanInOf,
  onesThresholds,
  outputOf,
  tilePlaces,
  tilesOf,
  windowReach,
  type Early,
  type EarlyPlan,
} from './layer.ts';

/**
 * Memories of a lane: words of its ring and output pixels under way, as powers of two; how weights and ring are built.
 */
export interface EarlyMemories {
  readonly ringBits: number;
  readonly jobBits: number;
  readonly pitch: number;
  readonly weightStyle: 'block' | 'distributed';
  readonly ringStyle: 'block' | 'distributed';
}

function bitsFor(values: number): number {
  return Math.max(1, Math.ceil(Math.log2(values)));
}

/**
 * Results of a lane that wait for others: enough that its loop stays full while one job, or one lane, takes its
 * longest.
 */
const resultsUnderWay = 64;

/** A block RAM's words at its widest, as a power of two: fewer cost the same. */
const leastBlockBits = 9;

/**
 * The ring holds the rows of the pixels under way and the rows that come meanwhile, no less than a block RAM.
 * A filter's lines start at a power of two where that costs no memory: then no adder finds them.
 */
export function memoriesOf(
  { layer, fold }: Pick<EarlyPlan, 'layer' | 'fold'>,
  results = resultsUnderWay,
): EarlyMemories {
  const { width } = outputOf(layer);
  const folds = layer.filters / fold.pe;
  const tiles = tilesOf(layer, fold.simd);
  const jobBits = Math.max(2, bitsFor(results / folds));
  const hop = layer.pool * layer.stride;
  const rows = Math.ceil(2 ** jobBits / width) * hop + layer.kernel - layer.stride + hop;
  const words = rows * (layer.width + 2 * layer.padSize) * (layer.channels / fold.simd);
  const least = (hop - layer.stride + layer.kernel) * (layer.width + 2 * layer.padSize) * (layer.channels / fold.simd);
  const needed = bitsFor(Math.max(words, least));
  const ringStyle = 2 ** needed * fold.simd > 2048 ? 'block' : 'distributed';
  const aligned = 2 ** bitsFor(tiles);
  const [shallow, deep] = [folds * tiles, folds * aligned];
  const pitch = Math.ceil(deep / 64) === Math.ceil(shallow / 64) || (shallow > 256 && deep <= 512) ? aligned : tiles;
  return {
    ringBits: ringStyle === 'block' ? Math.max(needed, leastBlockBits) : needed,
    jobBits,
    pitch,
    weightStyle: folds * pitch > 64 && folds * pitch * fold.simd >= 4096 ? 'block' : 'distributed',
    ringStyle,
  };
}

/** Three digits, as nn_early appends them to a prefix. */
function laneFile(prefix: string, lane: number): string {
  return `${prefix}${String(lane).padStart(3, '0')}.mem`;
}

/** Filter and tile of line nf·PITCH + rest: the tile visited when `rest` more follow; undefined between filters. */
function tileAt({ layer, fold, visits }: EarlyPlan, lane: number, pitch: number, line: number) {
  const tiles = tilesOf(layer, fold.simd);
  const filter = Math.floor(line / pitch) * fold.pe + lane;
  const rest = line % pitch;
  return rest < tiles ? { filter, tile: visits[filter]![tiles - 1 - rest]! } : undefined;
}

/** Lines of all tiles; those between filters are 0. */
function tileLines(
  plan: EarlyPlan,
  lane: number,
  pitch: number,
  line: (filter: number, tile: number) => string,
  zero: string,
): string[] {
  return counted((plan.layer.filters / plan.fold.pe) * pitch).map((at) => {
    const found = tileAt(plan, lane, pitch, at);
    return found ? line(found.filter, found.tile) : zero;
  });
}

/** Bits of a signed number of taps. */
function sumBits(taps: number): number {
  return bitsFor(taps + 1) + 1;
}

/** Weight of the filter at bit `bit` of a tile: its tap, pixels in order, channels fastest. */
function tapOf({ layer, fold: { simd } }: EarlyPlan, tile: number, bit: number): number {
  const folds = layer.channels / simd;
  return Math.floor(tile / folds) * layer.channels + (tile % folds) * simd + bit;
}

/** A lane's weights, a tile a line. */
function weightsImage(name: string, plan: EarlyPlan, memories: EarlyMemories, lane: number): MemoryImage {
  const { layer, fold, inverted } = plan;
  const { simd } = fold;
  const n = fanInOf(layer);
  const filters = layer.filters / fold.pe;
  const channelOf = (tile: number, bit: number) => (tile % (layer.channels / simd)) * simd + bit;
  const word = (filter: number, tile: number) =>
    hexWord(simd, (bit) => layer.weights[filter * n + tapOf(plan, tile, bit)]! ^ inverted[channelOf(tile, bit)]!);
  return memoryImage(
    {
      file: laneFile(`${name}_weights_`, lane),
      width: simd,
      usedBits: filters * n,
      ...(memories.weightStyle === 'block' ? { bram36: blockRomCost(simd, filters * memories.pitch).bram36 } : {}),
      stands: (line, bit) => {
        const found = tileAt(plan, lane, memories.pitch, line);
        return found && { of: `${name}'s weights`, at: { filter: found.filter, tap: tapOf(plan, found.tile, bit) } };
      },
    },
    () => tileLines(plan, lane, memories.pitch, word, zeros(simd)),
  );
}

/** Where the tiles of a lane are in the ring, in the order of their visits. */
function orderImage(name: string, plan: EarlyPlan, { pitch }: EarlyMemories, lane: number): MemoryImage {
  const { layer, fold } = plan;
  const places = tilePlaces(layer, fold.simd);
  const width = bitsFor(windowReach(layer, fold.simd));
  return memoryImage(
    {
      file: laneFile(`${name}_order_`, lane),
      width,
      usedBits: ((layer.filters / fold.pe) * fanInOf(layer) * width) / fold.simd,
      stands: (line, bit) => {
        const found = tileAt(plan, lane, pitch, line);
        return found && { of: `${name}'s places of tiles`, at: { filter: found.filter, tile: found.tile, bit } };
      },
    },
    () => tileLines(plan, lane, pitch, (_, tile) => hexFields([places[tile]!], width), zeros(width)),
  );
}

/** A lane's thresholds, each below a bit that says whether the filter's pool is an AND. */
function thresholdsImage(name: string, plan: EarlyPlan, k: Int32Array, lane: number): MemoryImage {
  const { layer, fold } = plan;
  const filters = layer.filters / fold.pe;
  const bits = sumBits(fanInOf(layer));
  const filterOf = (nf: number) => nf * fold.pe + lane;
  const line = (filter: number) =>
    hexWord(bits + 1, (bit) => (bit === bits ? layer.all[filter]! : (k[filter]! >> bit) & 1));
  const stands: WhatStands = (nf, bit) =>
    bit === bits
      ? { of: `${name}'s pools that are an AND`, at: { filter: filterOf(nf) } }
      : { of: `${name}'s thresholds`, at: { filter: filterOf(nf), bit } };
  return memoryImage(
    { file: laneFile(`${name}_thresholds_`, lane), width: bits + 1, usedBits: filters * (bits + 1), stands },
    () => counted(filters).map((nf) => line(filterOf(nf))),
  );
}

/** Channels that come in inverted. */
function flipsImage(name: string, { layer: { channels }, fold: { simd }, inverted }: EarlyPlan): MemoryImage {
  const stands = byChannel(`${name}'s channels that are inverted`, simd, 1);
  return memoryImage({ file: `${name}_flip.mem`, width: simd, usedBits: channels, stands }, () =>
    counted(channels / simd).map((fold) => hexWord(simd, (i) => inverted[fold * simd + i]!)),
  );
}

const zeros = (bits: number) => hexWord(bits, () => 0);

/** All images of the lanes, in the layout that nn_early_lane's header gives. */
export function earlyImages(name: string, plan: EarlyPlan, memories: EarlyMemories): MemoryImage[] {
  const k = onesThresholds(plan);
  const lanes = counted(plan.fold.pe).flatMap((lane) => [
    weightsImage(name, plan, memories, lane),
    orderImage(name, plan, memories, lane),
    thresholdsImage(name, plan, k, lane),
  ]);
  return plan.inverted.some((one) => one !== 0) ? [flipsImage(name, plan), ...lanes] : lanes;
}

export interface EarlyOptions {
  readonly early: Early;
  readonly gate?: boolean;
  readonly count?: boolean;
  readonly popcountStyle?: 'portable' | 'xilinx';
}

export function earlyParameters(
  name: string,
  { layer, fold, inverted }: EarlyPlan,
  memories: EarlyMemories,
  options: EarlyOptions,
): Record<string, ParameterValue> {
  const popcounts = options.popcountStyle ?? 'portable';
  return {
    HEIGHT: layer.height,
    WIDTH: layer.width,
    CHANNELS: layer.channels,
    FILTERS: layer.filters,
    KERNEL: layer.kernel,
    STRIDE: layer.stride,
    PAD: layer.padSize,
    PAD_VALUE: { bits: 1, hex: String(layer.padBit) },
    POOL: layer.pool,
    PE: fold.pe,
    SIMD: fold.simd,
    EARLY: options.early.windows ? 1 : 0,
    SKIP: options.early.pools ? 1 : 0,
    GATE: options.gate ? 1 : 0,
    COUNT: (options.count ?? true) ? 1 : 0,
    RING_W: memories.ringBits,
    JOBS_W: memories.jobBits,
    PITCH: memories.pitch,
    WEIGHT_STYLE: memories.weightStyle,
    RING_STYLE: memories.ringStyle,
    DOT_LATENCY: dotLatency(1, fold.simd, popcounts),
    POPCOUNT_STYLE: popcounts,
    WEIGHT_PREFIX: `${name}_weights_`,
    ORDER_PREFIX: `${name}_order_`,
    THRESHOLD_PREFIX: `${name}_thresholds_`,
    FLIP_FILE: inverted.some((one) => one !== 0) ? `${name}_flip.mem` : '',
  };
}
