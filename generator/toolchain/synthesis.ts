// SPDX-License-Identifier: Apache-2.0
/** How Yosys synthesises for one device family, and what the cells that it leaves cost: what a toolchain says of it. */
import type { BlockRomCost } from '../hardware/block-rom.ts';
import type { Cell, Netlist } from './netlist.ts';

export type CellClass = 'lut' | 'carry' | 'wire' | 'ff' | 'lutRam' | 'srl' | 'dsp' | 'bram' | 'uram' | 'blockRom';

export interface CellFacts {
  readonly class: CellClass;
  /** LUT sites taken; those beside the cells are `extraLuts`. */
  readonly lut: number;
  /** Halves of a block RAM of 36 kbit. */
  readonly halfBram: number;
}

export const facts = (cellClass: CellClass, lut = 0, halfBram = 0): CellFacts => ({ class: cellClass, lut, halfBram });

/** The same facts for all cells of a list with spaces between its names. */
export const each = (names: string, same: CellFacts): [string, CellFacts][] =>
  names.split(' ').map((name) => [name, same]);

/** One combinational path group of a cell: every bit of `from` reaches every bit of `to` in `levels` LUT levels. */
export interface Arc {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly levels: number;
  /** Level at which bits stored in the cell itself leave the outputs; absent for pure logic. */
  readonly stored?: number;
}

/** Nets that one net depends on, in `levels` LUT levels. */
export interface NetArc {
  readonly out: number;
  readonly inputs: readonly number[];
  readonly levels: number;
}

/** All that counting and level walking know of a device's cells. */
export interface CellTable {
  /** undefined: the cell is unknown, which is an error, for unknown is not zero. */
  facts(type: string): CellFacts | undefined;
  /** Clock pins end no path. */
  isClockPin(port: string): boolean;
  /**
   * Combinational arcs of a cell of any class but `carry`. An input that starts no arc is an end of paths, an output
   * that ends none is a start.
   */
  arcs(cell: Cell, facts: CellFacts): readonly Arc[];
  /** Arcs of a cell of class `carry`, whose bits differ. */
  carryArcs(cell: Cell): readonly NetArc[];
  /** Ports of a LUT-RAM's write address, which is taken at the clock edge though it may be a read address as well. */
  writeAddress(cell: Cell): readonly string[];
  /** LUT sites that a netlist takes beside those of its cells, and the name that they are listed by. */
  extraLuts(netlist: Netlist): { readonly name: string; readonly lut: number };
}

/** Delays of cells, where Yosys knows them. */
export interface Delays {
  /** Body of the black box of a block ROM: the timing arcs of ports `clk`, `addr` and `q`. */
  readonly blockRomArcs: string;
  /**
   * Files and script lines that come after the netlist is written and leave timing.log.
   * @param boxes black boxes with arcs
   */
  step(boxes: string): { readonly files: Readonly<Record<string, string>>; readonly script: readonly string[] };
  /** Picoseconds inside a block ROM, to its output register. */
  blockRomPs(width: number, depth: number): number;
}

/** Yosys for one device family. */
export interface SynthesisTarget {
  /** Script lines that read the family's cells, before any source. */
  readonly libraries: readonly string[];
  /**
   * Script lines that map the top, which is elaborated: out of context and flat, without I/O and clock buffers. Styles
   * of memories are as the cells ask for them.
   * @param keepsDelays delays stay in flip-flops
   */
  map(top: string, keepsDelays: boolean): readonly string[];
  readonly cells: CellTable;
  /** Shape of `nn_rom` in block RAM: words of `width` bits, `depth` of them. */
  blockRom(width: number, depth: number): BlockRomCost;
  /** null: unknown. */
  readonly delays: Delays | null;
  /** Files that decide what is counted: their texts are part of the key of cached results. */
  readonly rules: readonly URL[];
}
