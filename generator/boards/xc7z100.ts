// SPDX-License-Identifier: Apache-2.0
import { vivado } from '../toolchains/vivado/index.ts';
import type { Board } from './board.ts';

/** A device, not a board: the clock source stays with the carrier. */
export const xc7z100: Board = {
  name: 'xc7z100',
  title: 'XC7Z100 (Zynq-7000)',
  toolchain: vivado,
  part: 'xc7z100ffg900-2',
  family: 'xc7',
  clockMhz: 200,
  resources: { lut: 277_400, ff: 554_800, bram36: 755, uram: 0, dsp: 2_020 },
  defaultNetwork: 'binarynet',
  clockPins: null,
  sources: [
    'resources: Xilinx DS190, Zynq-7000 table, Z-7100',
    'part: Xilinx DS190, Zynq-7000 table, package FFG900, speed grade -2',
    'clock: chosen by this project; the carrier may say otherwise with --clock',
  ],
};
