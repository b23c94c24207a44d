// SPDX-License-Identifier: Apache-2.0
/** Room for what comes while an engine works on padding and takes nothing. */
import type { Cost } from '../../../hardware/cost.ts';
import { countBits, lutRamLuts } from '../../../hardware/fabric.ts';
import { beatBits, type Cell, type HardwareStream } from '../../../hardware/hardware.ts';

/**
 * A FIFO in front of an engine that pauses for so many clocks. A stream that is busy in every clock of a frame has none
 * to give away: without room it would lose those of the pause, and with them the design's rate.
 */
export function reservoir(
  input: HardwareStream,
  pause: number,
): { readonly cells: readonly Cell[]; readonly output: HardwareStream; readonly estimate: Cost } {
  const output: HardwareStream = { ...input, name: `${input.name}__room` };
  const bits = beatBits(input);
  const lutRam = lutRamLuts(bits, pause);
  return {
    cells: [
      {
        module: 'nn_fifo',
        instance: `u_${output.name}`,
        comment: `room for what comes in ${pause} clocks of padding`,
        parameters: { DATA_W: bits, DEPTH: pause },
        input,
        output,
        images: [],
      },
    ],
    output,
    estimate: { lut: lutRam + 8 + 3 * countBits(pause), lutRam, ff: 3 * countBits(pause), bram36: 0, uram: 0, dsp: 0 },
  };
}
