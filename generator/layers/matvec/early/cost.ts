/** Folding, expected clocks and estimate of nn_early. */
import type { BeatShape } from '../../../map/hardware.ts';
import { lutRamLuts } from '../../../map/fabric.ts';
import { blockRomCost } from '../../../synth/block-rom.ts';
import type { Cost, Engine } from '../../layer-kind.ts';
import { earlyLayer } from './engine.ts';
import { calibrated } from './expectation.ts';
import { memoriesOf } from './images.ts';
import { denseTiles, fanInOf, outputOf, type EarlyLayer } from './layer.ts';

/** Clocks of a frame beside those that the lanes look at tiles: a word of the padded map each, three a beat of results. */
function clocksAround({ height, width, channels, padSize, filters, ...rest }: EarlyLayer, { pe, simd }: Engine['fold']): number {
  const output = outputOf({ height, width, channels, padSize, filters, ...rest });
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

  /** Fitted to Yosys at 16 points (docs/decisions/0010-early-in-the-mapper.md); an estimate, not a measurement. */
  estimate({ nodes, fold }: Engine): Cost {
    const layer = earlyLayer(nodes);
    const { ringBits, weightStyle, ringStyle, pitch } = memoriesOf({ layer, fold });
    const { pe, simd } = fold;
    const lines = (layer.filters / pe) * pitch;
    const sumBits = Math.ceil(Math.log2(fanInOf(layer) + 1));
    const tileBits = simd + sumBits + Math.ceil(Math.log2(simd + 1));
    const weights = weightStyle === 'block' ? blockRomCost(simd, lines) : { lut: simd * Math.ceil(lines / 64), bram36: 0 };
    const ring = ringStyle === 'block' ? { lut: 0, bram36: blockRomCost(tileBits, 2 ** ringBits).bram36 } : { lut: lutRamLuts(tileBits, 2 ** ringBits), bram36: 0 };
    const dot = 1.34 * simd;
    return {
      lut: Math.round(pe * (dot + 8 * sumBits + weights.lut + ring.lut) + 3 * simd + 300),
      lutRam: Math.round(pe * (40 + ring.lut)),
      ff: Math.round(pe * (2 * simd + 150) + 4 * simd + 300),
      bram36: pe * (weights.bram36 + ring.bram36),
      uram: 0,
      dsp: 0,
    };
  },
};
