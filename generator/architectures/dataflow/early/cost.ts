// SPDX-License-Identifier: Apache-2.0
/** Folding, expected clocks and estimate of nn_early. */
import type { BeatShape } from '../../../hardware/hardware.ts';
import { countBits, lutRamLuts } from '../../../hardware/fabric.ts';
import { blockRomCost } from '../../../hardware/block-rom.ts';
import type { Cost } from '../../../hardware/cost.ts';
import type { Engine } from '../../../stream-top/engine.ts';
import type { RowFlow } from '../layer/layer.ts';
import { earlyLayer } from './engine.ts';
import { calibrated } from './expectation.ts';
import { memoriesOf } from './images.ts';
import { denseTiles, fanInOf, outputOf, windowReach, type EarlyLayer } from './layer.ts';

/**
 * Clocks of a frame beside those that the lanes look at tiles: a word of the padded map each, three a beat of results.
 */
function clocksAround(layer: EarlyLayer, { pe, simd }: Engine['fold']): number {
  const { height, width, channels, padSize, filters } = layer;
  const output = outputOf(layer);
  const words = ((height + 2 * padSize) * (width + 2 * padSize) * channels) / simd;
  return Math.max(words, (3 * output.height * output.width * filters) / pe);
}

/** Tiles of the lane that has most. */
function busiestLane(tiles: Float64Array, pe: number): number {
  const lanes = new Float64Array(pe);
  tiles.forEach((count, filter) => (lanes[filter % pe]! += count));
  return Math.max(...lanes);
}

export const earlyCost = {
  inputBeat: ({ fold }: Engine): BeatShape => ({ lanes: fold.simd, pixels: 1 }),
  outputBeat: ({ fold }: Engine): BeatShape => ({ lanes: fold.pe, pixels: 1 }),
  lanes: ({ fold }: Engine) => fold.pe * fold.simd,

  /** Expected, from the calibration; without one, those of the worst frame. */
  cycles(engine: Engine): number {
    const tiles = calibrated(engine)?.tiles;
    if (!tiles) return earlyCost.cyclesAtMost(engine);
    return Math.ceil(Math.max(busiestLane(tiles, engine.fold.pe), clocksAround(earlyLayer(engine.nodes), engine.fold)));
  },

  /** Every tile of every window. */
  cyclesAtMost({ nodes, fold }: Engine): number {
    const layer = earlyLayer(nodes);
    return Math.max(denseTiles(layer, fold.simd) / fold.pe, clocksAround(layer, fold));
  },

  /**
   * Rows of nn_early_feed: pixels of a pooled row are announced with its last row; the ring counts words, those of the
   * padding too.
   */
  rowFlow({ nodes, fold }: Engine): RowFlow {
    const layer = earlyLayer(nodes);
    const { height, width, channels, kernel, stride, padSize, pool } = layer;
    const rowWords = ((width + 2 * padSize) * channels) / fold.simd;
    const rows = Math.floor(2 ** memoriesOf({ layer, fold }).ringBits / rowWords);
    return {
      needed: (outputRows) => Math.min(height, (outputRows * pool - 1) * stride - padSize + kernel),
      step: pool * stride,
      held: rows - padSize,
    };
  },

  /**
   * Fitted to Yosys at nine points, PE 4 to 16, SIMD 16 to 128: LUTs and flip-flops within 7 % (decision 10); an
   * estimate.
   */
  estimate({ nodes, fold: { pe, simd } }: Engine): Cost {
    const layer = earlyLayer(nodes);
    const { ringBits, weightStyle, ringStyle, pitch } = memoriesOf({ layer, fold: { pe, simd } });
    const lines = (layer.filters / pe) * pitch;
    const tileBits = simd + countBits(fanInOf(layer) + 1) + countBits(simd + 1);
    const weights =
      weightStyle === 'block' ? blockRomCost(simd, lines) : { lut: simd * Math.ceil(lines / 64), bram36: 0 };
    const ringLuts = ringStyle === 'block' ? 0 : lutRamLuts(tileBits, 2 ** ringBits);
    const ringBlocks = ringStyle === 'block' ? blockRomCost(tileBits, 2 ** ringBits).bram36 : 0;
    const order = countBits(windowReach(layer, simd)) * Math.ceil(lines / 64);
    return {
      lut: Math.round(pe * (1.6 * simd + 2 * order + 181 + weights.lut + ringLuts) + 4.5 * simd),
      lutRam: Math.round(pe * (0.47 * simd + 62 + ringLuts)),
      ff: Math.round(pe * (2.45 * simd + 202) + 1.4 * simd + 131),
      bram36: pe * (weights.bram36 + ringBlocks),
      uram: 0,
      dsp: 0,
    };
  },
};
