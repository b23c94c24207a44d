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
  estimate({ nodes }, arriving) {
    const { width, channels } = nodes[0]!.type;
    const ram = Math.ceil((arriving * Math.ceil((width * (channels / arriving)) / 32)) / 1.5);
    return { lut: ram + arriving * 2 + 40, lutRam: ram, ff: arriving * 2 + 40, bram36: 0, uram: 0, dsp: 0 };
  },
};
