// SPDX-License-Identifier: Apache-2.0
/** A board of another vendor, registered when node imports this file. */
import type { Board } from '../../generator/boards/board.ts';
import { boards } from '../../generator/boards/index.ts';
import { toy } from './toolchain.ts';

const board: Board = {
  name: 'toy',
  title: 'Toy board (ECP5)',
  toolchain: toy,
  part: 'LFE5U-85F',
  family: 'ecp5',
  clockMhz: 100,
  resources: { lut: 83_640, ff: 83_640, bram36: 104, uram: 0, dsp: 156 },
  defaultNetwork: 'tiny',
  clockPins: null,
  sources: [],
};

(boards as Board[]).push(board);
