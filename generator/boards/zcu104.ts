// SPDX-License-Identifier: Apache-2.0
import { vivado } from '../toolchains/vivado/index.ts';
import type { Board } from './board.ts';

export const zcu104: Board = {
  name: 'zcu104',
  title: 'Xilinx ZCU104 (Zynq UltraScale+)',
  toolchain: vivado,
  part: 'xczu7ev-ffvc1156-2-e',
  family: 'xcup',
  clockMhz: 250,
  resources: { lut: 230_400, ff: 460_800, bram36: 312, uram: 96, dsp: 1_728 },
  defaultNetwork: 'alexnet',
  // The programmable logic is clocked from the processing system (PL_CLK) unless a design brings its own source.
  clockPins: null,
  sources: [
    'resources: Xilinx DS891, Zynq UltraScale+ MPSoC table, ZU7EV',
    'part: Xilinx UG1267, ZCU104 evaluation board',
    'clock: chosen by this project',
  ],
};
