// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { BLOCK_ROM } from './rom-boxes.ts';
import { cell, ff, netlist } from './netlist.fixture.ts';
import { timingOf as timingFor } from './timing.ts';
import { vivado } from '../toolchains/vivado/index.ts';
import type { Netlist } from '../toolchain/netlist.ts';

const timingOf = (log: string, of: Netlist) => timingFor(log, of, vivado.synthesis('xc7'));
const registers = netlist([ff(50, 10), ff(11, 12)], {}, {}, { a: [10], b: [12] });
const ending = (end: string, start: string, warning = '') => `
8. Executing STA pass (static timing analysis).
${warning}Latest arrival time in 'm' is 1178:
    1178 ${end}
           \\x[1]
     541 c7 (LUT2.I0->O)
           \\a
     ${start}
       0   \\clk (<primary input>)

Arrival histogram:
(  1178,   1080] |*
`;

test('the delay, and what the registers at both ends hold', () => {
  const timing = timingOf(ending('c1 (FDRE.D)', '303 c0 (FDRE.C->Q)'), registers);
  expect(timing).toEqual({ delayNs: 1.178, from: 'a', to: 'b', notTimed: [] });
});

test('ports are ends like registers', () => {
  const timing = timingOf(ending('(<primary output>)', '303 c9 (LUT2.I1->O)'), registers);
  expect(timing).toMatchObject({ from: 'an input', to: 'an output' });
});

test('cells that sta does not see through are named, each once', () => {
  const warnings = [
    "Module 'RAM32X1S' has no timing arcs!",
    "Cell type 'X' not recognised! Ignoring.",
    "Module 'RAM32X1S' has no timing arcs!",
  ];
  const log = ending('c1 (FDRE.D)', '303 c0 (FDRE.C->Q)', warnings.map((text) => `Warning: ${text}\n`).join(''));
  expect(timingOf(log, registers)?.notTimed).toEqual(['RAM32X1S', 'X']);
});

test('a block ROM has a path of its own, longer where it is several deep', () => {
  const rom = (width: number, depth: number) =>
    netlist([cell(BLOCK_ROM, { clk: 1, addr: [2], q: [3] }, { DATA_W: width.toString(2), DEPTH: depth.toString(2) })]);
  expect(timingOf('No timing paths found.\n', rom(8, 512))).toEqual({
    delayNs: 2.454,
    from: 'block ROM',
    to: 'its output register',
    notTimed: [],
  });
  expect(timingOf('', rom(5, 2056))?.delayNs).toBeCloseTo(2.454 + 0.642, 9);
});

test('no path is unknown, not zero', () => {
  expect(timingOf('No timing paths found.\n', registers)).toBeNull();
});
