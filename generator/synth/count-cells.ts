// SPDX-License-Identifier: Apache-2.0
import { BitloomError } from '../errors/errors.ts';
import type { Cell, Netlist } from '../toolchain/netlist.ts';
import { integerParameter } from '../toolchain/netlist.ts';
import type { CellFacts, CellTable, SynthesisTarget } from '../toolchain/synthesis.ts';
import { BLOCK_ROM, LOGIC_ROM_NOTE, factsOf } from './rom-boxes.ts';

/**
 * What a netlist takes of a device. LUT sites, flip-flops, block RAMs of 36 kbit (halves allowed), large RAMs, DSPs.
 */
export interface CellCount {
  /** All LUT sites: logic, carry route-throughs, LUT-RAM and shift registers. */
  readonly lut: number;
  /** The share of `lut` that is LUT-RAM or shift register. */
  readonly lutRam: number;
  readonly ff: number;
  readonly bram36: number;
  /** The share of `bram36` that holds block ROMs: weights, thresholds and tables. */
  readonly romBram36: number;
  readonly uram: number;
  readonly dsp: number;
  /** Logical bits (words × word width) in block ROMs; null when there is none. */
  readonly memoryBitsUsed: number | null;
  /** Cells by type as Yosys left them, and the LUTs that are taken beside them. */
  readonly cells: Readonly<Record<string, number>>;
}

/**
 * Counts a flat netlist by the toolchain's table. Throws NN006 for every cell type the table lacks.
 * Block ROMs appear as black boxes and are charged by their shape.
 */
export function countCells(netlist: Netlist, target: SynthesisTarget): CellCount {
  const cells: Record<string, number> = {};
  let lut = 0;
  let lutRam = 0;
  let ff = 0;
  let bram36 = 0;
  let romBram36 = 0;
  let uram = 0;
  let dsp = 0;
  let romBits = 0;
  for (const { cell, facts } of knownCells(netlist, target.cells)) {
    cells[cell.type] = (cells[cell.type] ?? 0) + 1;
    lut += facts.lut;
    if (facts.class === 'lutRam' || facts.class === 'srl') lutRam += facts.lut;
    bram36 += facts.halfBram / 2;
    if (facts.class === 'ff') ff += 1;
    if (facts.class === 'uram') uram += 1;
    if (facts.class === 'dsp') dsp += 1;
    if (facts.class === 'blockRom') {
      const width = integerParameter(cell, 'DATA_W', 0);
      const depth = integerParameter(cell, 'DEPTH', 0);
      const cost = target.blockRom(width, depth);
      lut += cost.lut;
      ff += cost.ff;
      bram36 += cost.bram36;
      romBram36 += cost.bram36;
      romBits += width * depth;
    }
  }
  const extra = target.cells.extraLuts(netlist);
  if (extra.lut > 0) cells[extra.name] = extra.lut;
  lut += extra.lut;
  const memoryBitsUsed = BLOCK_ROM in cells ? romBits : null;
  return { lut, lutRam, ff, bram36, romBram36, uram, dsp, memoryBitsUsed, cells };
}

export interface KnownCell {
  readonly name: string;
  readonly cell: Cell;
  readonly facts: CellFacts;
}

/**
 * Every cell with its facts; throws NN006, one issue per unknown type. Notes about logic ROMs are no
 * hardware.
 */
export function knownCells(netlist: Netlist, table: CellTable): KnownCell[] {
  const known: KnownCell[] = [];
  const unknown = new Set<string>();
  for (const [name, cell] of Object.entries(netlist.cells)) {
    if (cell.type === LOGIC_ROM_NOTE) continue;
    const facts = factsOf(cell.type, table);
    if (facts) known.push({ name, cell, facts });
    else unknown.add(cell.type);
  }
  if (unknown.size > 0) {
    throw new BitloomError(
      [...unknown].sort().map((type) => ({
        code: 'NN006' as const,
        where: netlist.name,
        got: `synthesis left a cell '${type}' whose cost is not known`,
        fix: "describe it differently in Verilog, or add the cell with its cost to the toolchain's table",
      })),
    );
  }
  return known;
}
