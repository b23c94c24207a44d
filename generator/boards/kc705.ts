// SPDX-License-Identifier: Apache-2.0
import { vivado } from '../toolchains/vivado/index.ts';
import type { Board } from './board.ts';

export const kc705: Board = {
  name: 'kc705',
  title: 'Xilinx KC705 (Kintex-7)',
  toolchain: vivado,
  part: 'xc7k325tffg900-2',
  family: 'xc7',
  clockMhz: 200,
  resources: { lut: 203_800, ff: 407_600, bram36: 445, uram: 0, dsp: 840 },
  defaultNetwork: 'tb-dnn',
  clockPins: { p: 'AD12', n: 'AD11', standard: 'DIFF_SSTL15', mhz: 200 },
  sources: [
    'resources: Xilinx DS180, Kintex-7 table, XC7K325T',
    'part, clock and pins: Xilinx UG810, KC705 evaluation board, 200 MHz SYSCLK',
  ],
};
