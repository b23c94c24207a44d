// SPDX-License-Identifier: Apache-2.0
/** Kinds that streaming hardware of their own would not serve: their weights are too many for the chip. */
import type { LayerCost, LayerLowering } from '../../layer-kind/layer-kind.ts';
import { call } from '../../files/call.ts';

export const noDataflowCost: LayerCost = {
  inputBeat: (_engine, arriving) => arriving,
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: () => 0,
  estimate: () => ({ lut: null, lutRam: null, ff: null, bram36: null, uram: null, dsp: null }),
};

/** @param got what the network asks for: `an int8 convolution` */
export function noDataflow(got: string): LayerLowering {
  return {
    unsupported: () => ({
      got: `${got}, which the dataflow architecture does not build`,
      fix: `--arch sparse on zcu104, or the golden model: ${call('infer')}`,
    }),
    lower: () => {
      throw new Error(`${got} has no dataflow cell`);
    },
  };
}
