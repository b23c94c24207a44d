// SPDX-License-Identifier: Apache-2.0
import { BitloomError } from '../errors/errors.ts';
import { blockRomCost } from '../hardware/block-rom.ts';
import { type CellFacts, BLOCK_ROM, LOGIC_ROM_NOTE, cellFacts } from './cells.ts';
import { type Bit, type Cell, type Netlist, integerParameter } from './netlist.ts';

/** What a netlist takes of a device. LUT sites, flip-flops, RAMB36 (halves allowed), URAM288 and DSP48. */
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
  /** Cells by type as Yosys left them, and `route_through` for the carry positions that cost a LUT. */
  readonly cells: Readonly<Record<string, number>>;
}

/**
 * Counts a flat netlist by the table in cells.ts. Throws NN006 for every cell type the table lacks.
 * Block ROMs appear as black boxes and are charged by their shape (block-rom.ts).
 */
export function countCells(netlist: Netlist): CellCount {
  const cells: Record<string, number> = {};
  let lut = 0;
  let lutRam = 0;
  let ff = 0;
  let bram36 = 0;
  let romBram36 = 0;
  let uram = 0;
  let dsp = 0;
  let romBits = 0;
  for (const { cell, facts } of knownCells(netlist)) {
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
      const cost = blockRomCost(width, depth);
      lut += cost.lut;
      ff += cost.ff;
      bram36 += cost.bram36;
      romBram36 += cost.bram36;
      romBits += width * depth;
    }
  }
  const routeThroughs = countRouteThroughs(netlist);
  if (routeThroughs > 0) cells['route_through'] = routeThroughs;
  lut += routeThroughs;
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
export function knownCells(netlist: Netlist): KnownCell[] {
  const known: KnownCell[] = [];
  const unknown = new Set<string>();
  for (const [name, cell] of Object.entries(netlist.cells)) {
    if (cell.type === LOGIC_ROM_NOTE) continue;
    const facts = cellFacts(cell.type);
    if (facts) known.push({ name, cell, facts });
    else unknown.add(cell.type);
  }
  if (unknown.size > 0) {
    throw new BitloomError(
      [...unknown].sort().map((type) => ({
        code: 'NN006' as const,
        where: netlist.name,
        got: `synthesis left a cell '${type}' whose cost is not known`,
        fix: 'describe it differently in Verilog, or add the cell with its cost to generator/synth/cells.ts',
      })),
    );
  }
  return known;
}

/**
 * Carry positions whose S does not come out of a LUT. The S pin of a slice is wired to its own LUT only, so a
 * flip-flop, a constant, a memory or a module input reaches it through a LUT that Yosys does not show. A
 * position counts when its sum bit or any carry from there on is used; padding beyond the last used one is
 * free, and so is a constant that only carries on.
 */
function countRouteThroughs(netlist: Netlist): number {
  const fromLut = new Set<Bit>();
  const used = new Set<Bit>();
  const use = (bits: readonly Bit[]): void => bits.forEach((bit) => used.add(bit));
  for (const port of Object.values(netlist.ports)) if (port.direction !== 'input') use(port.bits);
  for (const cell of Object.values(netlist.cells)) {
    const isLut = cellFacts(cell.type)?.class === 'lut';
    for (const [port, bits] of Object.entries(cell.connections)) {
      if (cell.port_directions[port] === 'input') use(bits);
      else if (isLut) bits.forEach((bit) => fromLut.add(bit));
    }
  }
  let count = 0;
  for (const cell of Object.values(netlist.cells)) {
    if (cellFacts(cell.type)?.class !== 'carry') continue;
    const { S = [], O = [], CO = [] } = cell.connections;
    let carryUsed = false;
    for (let i = S.length - 1; i >= 0; i--) {
      const sumUsed = used.has(O[i] ?? 'x');
      carryUsed ||= used.has(CO[i] ?? 'x');
      const s = S[i] ?? 'x';
      if (typeof s === 'number') count += (sumUsed || carryUsed) && !fromLut.has(s) ? 1 : 0;
      else count += sumUsed ? 1 : 0;
      carryUsed ||= sumUsed;
    }
  }
  return count;
}
