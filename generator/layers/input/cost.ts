import type { LayerCost } from '../layer-kind.ts';

/** nn_ingress: one beat a clock, a whole pixel each. */
export const cost: LayerCost = {
  inputLanes: ({ nodes }) => nodes[0]!.type.channels,
  outputLanes: ({ nodes }) => nodes[0]!.type.channels,
  lanes: () => 0,
  cycles: ({ nodes, fold }) => (nodes[0]!.type.height * nodes[0]!.type.width) / fold.pixels,
  estimate: () => ({ lut: 60, lutRam: 0, ff: 80, bram36: 0, uram: 0, dsp: 0 }),
};
