// SPDX-License-Identifier: Apache-2.0
/** Modules that stand for ROMs in a netlist: megabits of contents need no synthesis. */

import { facts, type CellFacts, type CellTable } from '../toolchain/synthesis.ts';

/** Name of the black box that stands for a block ROM (read-only memory whose contents are not synthesised). */
export const BLOCK_ROM = 'bitloom_block_rom';
/** Name of the portless black box that records a ROM whose contents were synthesised; it costs nothing. */
export const LOGIC_ROM_NOTE = 'bitloom_logic_rom_note';

const blockRom = facts('blockRom');

/** Facts of a cell of a netlist; undefined when neither this file nor the table knows it. */
export const factsOf = (type: string, table: CellTable): CellFacts | undefined =>
  type === BLOCK_ROM ? blockRom : table.facts(type);

/** Whether a port of a cell is a clock, which ends no path. */
export const isClock = (type: string, port: string, table: CellTable): boolean =>
  type === BLOCK_ROM ? port === 'clk' : table.isClockPin(port);
