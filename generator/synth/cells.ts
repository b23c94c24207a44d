// SPDX-License-Identifier: Apache-2.0
/**
 * What every Xilinx cell that Yosys may leave in a netlist costs and how signals pass through it. This is the
 * only place that knows cell names: counting and level walking both read it, and a cell that is not here is
 * an error (unknown is not zero). Latches are absent on purpose: the library has none.
 *
 * LUT-RAM sizes are those of the 7-series CLB guide (UG474, table "Distributed RAM configuration") and, for the
 * eight-LUT cells, of UltraScale (UG574). INV counts as a LUT: silicon has no inverter outside one.
 */
import { type Cell, integerParameter } from './netlist.ts';

export type CellClass = 'lut' | 'carry' | 'wire' | 'ff' | 'lutRam' | 'srl' | 'dsp' | 'bram' | 'uram' | 'blockRom';

export interface CellFacts {
  readonly class: CellClass;
  /** Six-input LUT sites taken (route-throughs of carry cells are counted from the netlist, not here). */
  readonly lut: number;
  /** Half RAMB36 taken. */
  readonly halfBram: number;
}

const plain = (cellClass: CellClass, lut = 0, halfBram = 0): CellFacts => ({
  class: cellClass,
  lut,
  halfBram,
});
const each = (names: string, facts: CellFacts): [string, CellFacts][] => names.split(' ').map((n) => [n, facts]);

/**
 * Name of the black box that stands for a block ROM (read-only memory whose contents are not synthesised).
 */
export const BLOCK_ROM = 'bitloom_block_rom';
/** Name of the portless black box that records a ROM whose contents were synthesised; it costs nothing. */
export const LOGIC_ROM_NOTE = 'bitloom_logic_rom_note';

const table = new Map<string, CellFacts>([
  ...each('LUT1 LUT2 LUT3 LUT4 LUT5 LUT6 LUT6_2 INV', plain('lut', 1)),
  ...each('CARRY4 CARRY8', plain('carry')),
  ...each('MUXF7 MUXF8 MUXF9 BUFG', plain('wire')),
  ...each('FDRE FDSE FDCE FDPE FDRE_1 FDSE_1 FDCE_1 FDPE_1', plain('ff')),
  ...each('RAM32X1S RAM64X1S', plain('lutRam', 1)),
  ...each('RAM32X1D RAM64X1D RAM128X1S RAM32X2S', plain('lutRam', 2)),
  ...each('RAM32M RAM64M RAM128X1D RAM256X1S', plain('lutRam', 4)),
  ...each('RAM32M16 RAM64M8 RAM256X1D RAM512X1S', plain('lutRam', 8)),
  ...each('SRL16E SRLC16E SRLC32E', plain('srl', 1)),
  ...each('DSP48E1 DSP48E2', plain('dsp')),
  ...each('RAMB18E1 RAMB18E2', plain('bram', 0, 1)),
  ...each('RAMB36E1 RAMB36E2', plain('bram', 0, 2)),
  ...each('URAM288', plain('uram')),
  ...each(BLOCK_ROM, plain('blockRom')),
]);

/** Facts of a cell type, or undefined when the table does not know it. */
export function cellFacts(type: string): CellFacts | undefined {
  return table.get(type);
}

/**
 * One combinational path group of a cell: every bit of `from` reaches every bit of `to` in `levels` LUT
 * levels.
 */
export interface Arc {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly levels: number;
  /** Level at which bits stored in the cell itself leave the outputs; absent for pure logic. */
  readonly stored?: number;
}

/** Clock pins end no path. */
const CLOCK_PINS = new Set(['C', 'CLK', 'WCLK', 'CLKARDCLK', 'CLKBWRCLK', 'clk']);
export const isClockPin = (port: string): boolean => CLOCK_PINS.has(port);

/**
 * Levels charged for a DSP used without multiplier and output register: a whole clock's limit. It is an
 * assumption (such a multiply takes about as long), chosen so that nobody gains by leaving the registers out.
 */
export const UNREGISTERED_DSP_LEVELS = 6;

const ports = (cell: Cell, direction: 'input' | 'output', pattern = /./): string[] =>
  Object.entries(cell.port_directions)
    .filter(([p, d]) => d === direction && pattern.test(p))
    .map(([p]) => p);

/**
 * Combinational arcs of a cell, carry chains excepted (its bits differ; logic-levels.ts walks them one by one).
 * An input that starts no arc is an end of paths, an output that ends none is a start.
 */
export function cellArcs(cell: Cell, facts: CellFacts): Arc[] {
  const outputs = ports(cell, 'output');
  switch (facts.class) {
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
