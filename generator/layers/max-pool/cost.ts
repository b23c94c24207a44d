import { countBits, lutRamLuts } from '../../map/fabric.ts';
import type { LayerCost } from '../layer-kind.ts';

/** nn_pool: takes the stream as it comes, one beat a clock. */
export const cost: LayerCost = {
  inputLanes: (_engine, arriving) => arriving,
  outputLanes: (_engine, arriving) => arriving,
  lanes: () => 0,
  cycles({ nodes, fold }, arriving) {
    const { height, width, channels } = nodes[0]!.inputTypes[0]!;
    return (height * width * channels) / (arriving * fold.pixels);
  },
  /**
   * A row of partial results in LUT-RAM, counters, and a skid. Fitted to Yosys at nine points (4 to 64 lanes, 1 to 64 beats a
   * pixel); within 8 % but for 64 lanes in two beats, which take a quarter more.
   */
  estimate({ nodes, fold }, arriving) {
    const { height, width, channels } = nodes[0]!.inputTypes[0]!;
    const lanes = arriving * fold.pixels;
    const beats = channels / arriving;
    const depth = nodes[0]!.type.width * beats;
    const ram = lutRamLuts(lanes, depth);
    const place = countBits(height) + countBits(width);
    // Several banks of LUT-RAM are read through a multiplexer; a table of which channels are minima grows with the beats.
    const banks = depth > 64 ? lanes + 20 : 0;
    const minima = beats > 8 ? lanes : 0;
    return {
      lut: ram + 22 + 5 * place + 2 * lanes + 6 * countBits(beats) + banks + minima,
      lutRam: ram,
      ff: 2 * lanes + 3 * place + 8 + 4 * countBits(beats) + (beats > 1 ? 8 : 0),
      bram36: 0, uram: 0, dsp: 0,
    };
  },
};
