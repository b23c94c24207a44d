// SPDX-License-Identifier: Apache-2.0
/**
 * What every Xilinx cell that Yosys may leave in a netlist costs and how signals pass through it. Counting and level
 * walking both read it, and a cell that is not here is an error (unknown is not zero). Latches are absent on purpose:
 * the library has none.
 *
 * LUT-RAM sizes are those of the 7-series CLB guide (UG474, table "Distributed RAM configuration") and, for the
 * eight-LUT cells, of UltraScale (UG574). INV counts as a LUT: silicon has no inverter outside one.
 */
import type { Bit, Cell, Netlist } from '../../toolchain/netlist.ts';
import { integerParameter, nets } from '../../toolchain/netlist.ts';
import { each, facts, type Arc, type CellFacts, type CellTable, type NetArc } from '../../toolchain/synthesis.ts';

const table = new Map<string, CellFacts>([
  ...each('LUT1 LUT2 LUT3 LUT4 LUT5 LUT6 LUT6_2 INV', facts('lut', 1)),
  ...each('CARRY4 CARRY8', facts('carry')),
  ...each('MUXF7 MUXF8 MUXF9 BUFG', facts('wire')),
  ...each('FDRE FDSE FDCE FDPE FDRE_1 FDSE_1 FDCE_1 FDPE_1', facts('ff')),
  ...each('RAM32X1S RAM64X1S', facts('lutRam', 1)),
  ...each('RAM32X1D RAM64X1D RAM128X1S RAM32X2S', facts('lutRam', 2)),
  ...each('RAM32M RAM64M RAM128X1D RAM256X1S', facts('lutRam', 4)),
  ...each('RAM32M16 RAM64M8 RAM256X1D RAM512X1S', facts('lutRam', 8)),
  ...each('SRL16E SRLC16E SRLC32E', facts('srl', 1)),
  ...each('DSP48E1 DSP48E2', facts('dsp')),
  ...each('RAMB18E1 RAMB18E2', facts('bram', 0, 1)),
  ...each('RAMB36E1 RAMB36E2', facts('bram', 0, 2)),
  ...each('URAM288', facts('uram')),
]);

/** Clock pins end no path. */
const CLOCK_PINS = new Set(['C', 'CLK', 'WCLK', 'CLKARDCLK', 'CLKBWRCLK']);
const isClockPin = (port: string): boolean => CLOCK_PINS.has(port);

/**
 * Levels charged for a DSP used without multiplier and output register: a whole clock's limit. It is an
 * assumption (such a multiply takes about as long), chosen so that nobody gains by leaving the registers out.
 */
const UNREGISTERED_DSP_LEVELS = 6;

const ports = (cell: Cell, direction: 'input' | 'output', pattern = /./): string[] =>
  Object.entries(cell.port_directions)
    .filter(([p, d]) => d === direction && pattern.test(p))
    .map(([p]) => p);

function arcs(cell: Cell, { class: cellClass }: CellFacts): Arc[] {
  const outputs = ports(cell, 'output');
  switch (cellClass) {
    case 'lut':
      if (cell.type === 'LUT6_2') return dualLutArcs(cell);
      return [{ from: ports(cell, 'input'), to: outputs, levels: 1 }];
    case 'wire':
      return [{ from: ports(cell, 'input'), to: outputs, levels: 0 }];
    case 'lutRam':
      return lutRamArcs(cell, outputs);
    case 'srl':
      // A register boundary; only an address that moves adds a level, through the LUT's multiplexer.
      return [{ from: ports(cell, 'input', /^A\d?$/), to: ports(cell, 'output', /^Q$/), levels: 1, stored: 0 }];
    case 'dsp': {
      const registered = integerParameter(cell, 'PREG', 1) > 0 || integerParameter(cell, 'MREG', 1) > 0;
      if (registered) return [];
      const data = ports(cell, 'input').filter((p) => !isClockPin(p));
      return [{ from: data, to: outputs, levels: UNREGISTERED_DSP_LEVELS, stored: UNREGISTERED_DSP_LEVELS }];
    }
    default:
      return [];
  }
}

/**
 * The lower output is a table of five inputs; either depends on the inputs that its table tells apart. An input that
 * only the
 * other output needs starts no path: a three-input adder's column hands its majority up without seeing the one below.
 */
function dualLutArcs(cell: Cell): Arc[] {
  const table = (cell.parameters['INIT'] ?? '').padStart(64, '0').split('').reverse();
  const tells = (size: number, input: number) =>
    table.slice(0, size).some((value, index) => value !== table[index ^ (1 << input)]);
  const support = (size: number) =>
    [0, 1, 2, 3, 4, 5].filter((i) => 1 << i < size && tells(size, i)).map((i) => `I${i}`);
  return [
    { from: support(32), to: ['O5'], levels: 1 },
    { from: support(64), to: ['O6'], levels: 1 },
  ];
}

/**
 * Asynchronous read: RAM32M and its like have one address per output letter, the others A → O/SPO and DPRA →
 * DPO.
 */
function lutRamArcs(cell: Cell, outputs: readonly string[]): Arc[] {
  return outputs.map((output) => {
    const letter = /^DO([A-H])$/.exec(output)?.[1];
    const address = letter !== undefined ? new RegExp(`^ADDR${letter}$`) : output === 'DPO' ? /^DPRA\d*$/ : /^A\d*$/;
    return { from: ports(cell, 'input', address), to: [output], levels: 1, stored: 1 };
  });
}

/** O[i] and CO[i] depend on the carries in and on positions up to i (O[i] not on DI[i]); one level a primitive. */
function carryArcs(cell: Cell): NetArc[] {
  const { S = [], DI = [], CI = [], CYINIT = [], CI_TOP = [], O = [], CO = [] } = cell.connections;
  const nodes: NetArc[] = [];
  for (let i = 0; i < S.length; i++) {
    const below = [...CI, ...CYINIT, ...(i < 4 ? [] : CI_TOP), ...S.slice(0, i + 1), ...DI.slice(0, i)];
    for (const out of nets(O.slice(i, i + 1))) nodes.push({ out, inputs: nets(below), levels: 1 });
    const carry = nets([...below, ...DI.slice(i, i + 1)]);
    for (const out of nets(CO.slice(i, i + 1))) nodes.push({ out, inputs: carry, levels: 1 });
  }
  return nodes;
}

/** A LUT-RAM's write address is taken at the clock edge, though it may be a read address as well. */
function writeAddress(cell: Cell): string[] {
  const names = Object.keys(cell.connections);
  const letters = names.filter((port) => /^ADDR[A-H]$/.test(port)).sort();
  return letters.length > 0 ? letters.slice(-1) : names.filter((port) => /^A\d*$/.test(port));
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
    const isLut = table.get(cell.type)?.class === 'lut';
    for (const [port, bits] of Object.entries(cell.connections)) {
      if (cell.port_directions[port] === 'input') use(bits);
      else if (isLut) bits.forEach((bit) => fromLut.add(bit));
    }
  }
  let count = 0;
  for (const cell of Object.values(netlist.cells)) {
    if (table.get(cell.type)?.class !== 'carry') continue;
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

export const cells: CellTable = {
  facts: (type) => table.get(type),
  isClockPin,
  arcs,
  carryArcs,
  writeAddress,
  extraLuts: (netlist) => ({ name: 'route_through', lut: countRouteThroughs(netlist) }),
};
