// SPDX-License-Identifier: Apache-2.0
/** Another vendor's toolchain in one file: Lattice ECP5 by Yosys, with project files of its own and no own cells. */
import type { Cell } from '../../generator/toolchain/netlist.ts';
import { nets } from '../../generator/toolchain/netlist.ts';
import { each, facts, type Arc, type CellFacts, type CellTable } from '../../generator/toolchain/synthesis.ts';
import type { Toolchain } from '../../generator/toolchain/toolchain.ts';

const table = new Map<string, CellFacts>([
  ...each('LUT4', facts('lut', 1)),
  ...each('CCU2C', facts('carry', 2)),
  ...each('PFUMX L6MUX21', facts('wire')),
  ...each('TRELLIS_FF', facts('ff')),
  ...each('TRELLIS_DPR16X4', facts('lutRam', 4)),
  ...each('DP16KD PDPW16KD', facts('bram', 0, 1)),
  ...each('MULT18X18D', facts('dsp')),
]);

const ports = (cell: Cell, direction: 'input' | 'output', name = /./): string[] =>
  Object.keys(cell.port_directions).filter((port) => cell.port_directions[port] === direction && name.test(port));

function arcs(cell: Cell, { class: kind }: CellFacts): Arc[] {
  const to = ports(cell, 'output');
  if (kind === 'lut') return [{ from: ports(cell, 'input'), to, levels: 1 }];
  if (kind === 'wire') return [{ from: ports(cell, 'input'), to, levels: 0 }];
  if (kind === 'lutRam') return [{ from: ports(cell, 'input', /^RAD/), to, levels: 1, stored: 1 }];
  return [];
}

const cells: CellTable = {
  facts: (type) => table.get(type),
  isClockPin: (port) => /^(CLK[ABRW]?|WCK)$/.test(port),
  arcs,
  carryArcs: (cell) => {
    const inputs = ports(cell, 'input').flatMap((port) => nets(cell.connections[port]));
    return ports(cell, 'output').flatMap((port) =>
      nets(cell.connections[port]).map((out) => ({ out, inputs, levels: 1 })),
    );
  },
  writeAddress: (cell) => ports(cell, 'input', /^WAD/),
  extraLuts: () => ({ name: 'none', lut: 0 }),
};

export const toy: Toolchain = {
  name: 'toy',
  title: 'Toy',
  folder: 'toy',
  script: 'toy/build.sh',
  activityFile: null,
  project: ({ top, board, clockMhz, sources }) =>
    new Map([
      ['toy/build.sh', `yosys -p 'synth_ecp5 -top ${top} -json toy/${top}.json' ${sources.join(' ')}\n`],
      ['toy/pins.lpf', `# ${board.part}\nFREQUENCY PORT "clk" ${clockMhz} MHZ;\n`],
    ]),
  cells: null,
  synthesis: () => ({
    libraries: ['read_verilog -lib -specify +/ecp5/cells_sim.v +/ecp5/cells_bb.v'],
    map: (top) => [`synth_ecp5 -run coarse:check -top ${top}`],
    cells,
    // Eighteen kbit, 36 bits wide, are half a block of 36 kbit.
    blockRom: (width, depth) => ({
      bram36: (Math.ceil(width / 36) * Math.ceil(depth / 512)) / 2,
      lut: 0,
      ff: width,
      ffToFf: 0,
    }),
    delays: null,
    rules: [new URL('./toolchain.ts', import.meta.url)],
  }),
};
