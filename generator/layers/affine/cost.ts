import type { LayerCost } from '../layer-kind.ts';

/** No dataflow cell yet. */
export const cost: LayerCost = {
  inputBeat: (_engine, arriving) => arriving,
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: () => 0,
  estimate: () => ({ lut: null, lutRam: null, ff: null, bram36: null, uram: null, dsp: null }),
};
