// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { BitloomError } from '../errors/errors.ts';
import { BLOCK_ROM } from './rom-boxes.ts';
import { countCells as countFor } from './count-cells.ts';
import { cell, ff, netlist } from './netlist.fixture.ts';
import { vivado } from '../toolchains/vivado/index.ts';
import type { Netlist } from '../toolchain/netlist.ts';

const countCells = (of: Netlist) => countFor(of, vivado.synthesis('xc7'));
const countOf = (type: string, times = 1) => countCells(netlist(Array.from({ length: times }, () => cell(type, {}))));

test.each([
  ['LUT1', 1],
  ['LUT4', 1],
  ['LUT6', 1],
  ['LUT6_2', 1],
  ['INV', 1],
  ['MUXF7', 0],
  ['MUXF8', 0],
  ['BUFG', 0],
])('%s costs %i LUT and no memory', (type, lut) => {
  expect(countOf(type, 3)).toMatchObject({ lut: 3 * lut, lutRam: 0, ff: 0, bram36: 0, cells: { [type]: 3 } });
});

test.each([
  ['RAM32M', 4],
  ['RAM64M', 4],
  ['RAM128X1D', 4],
  ['RAM64X1D', 2],
  ['SRL16E', 1],
  ['SRLC32E', 1],
])('%s is LUT-RAM of %i LUTs, not free because it is not called LUT', (type, lut) => {
  expect(countOf(type, 2)).toMatchObject({ lut: 2 * lut, lutRam: 2 * lut });
});

test('flip-flops, block memories, URAM and DSP are counted in their own units', () => {
  expect(countOf('FDSE', 5)).toMatchObject({ ff: 5, lut: 0 });
  expect(countOf('RAMB18E1', 3)).toMatchObject({ bram36: 1.5, romBram36: 0 });
  expect(countOf('RAMB36E2', 3)).toMatchObject({ bram36: 3 });
  expect(countOf('URAM288', 2)).toMatchObject({ uram: 2 });
  expect(countOf('DSP48E1', 4)).toMatchObject({ dsp: 4, lut: 0 });
});

test('an unknown cell is an error that names it, and all of them are named at once', () => {
  const act = () => countCells(netlist([cell('LUT2', {}), cell('LDCE', {}), cell('GTXE2', {})]));
  expect(act).toThrow(BitloomError);
  expect(act).toThrow(/NN006[^]*'GTXE2'[^]*'LDCE'/);
});

test('a block ROM is charged by its shape, with the bits it really holds', () => {
  const rom = cell(BLOCK_ROM, {}, { DATA_W: (36).toString(2), DEPTH: (1000).toString(2) });
  expect(countCells(netlist([rom, rom]))).toMatchObject({
    bram36: 2,
    romBram36: 2,
    ff: 72,
    memoryBitsUsed: 72_000,
  });
  expect(countOf('RAMB36E1').memoryBitsUsed).toBeNull();
});

// Nets: 10.. drive S, 20.. are sums, 30.. carries.
const carry = (S: (number | '0' | '1')[]) =>
  cell('CARRY4', {
    CI: '0',
    CYINIT: '0',
    DI: ['0', '0', '0', '0'],
    S,
    O: [20, 21, 22, 23],
    CO: [30, 31, 32, 33],
  });
const lut = cell('LUT2', { I0: 1, I1: 2, O: 11 });
const routeThroughs = (S: (number | '0' | '1')[], out: number[]) =>
  countCells(netlist([carry(S), ff(1, 10), lut], {}, { out })).cells['route_through'] ?? 0;

test('a carry position fed by a flip-flop costs a LUT, one fed by a LUT does not', () => {
  expect(routeThroughs([10, 11, 11, 11], [20, 21, 22, 23])).toBe(1);
  expect(routeThroughs([11, 11, 11, 11], [20, 21, 22, 23])).toBe(0);
  expect(routeThroughs([10, 10, 10, 10], [33])).toBe(4);
});

test('carry positions beyond the last used one are padding', () => {
  expect(routeThroughs([10, 10, 10, 10], [21])).toBe(2);
  expect(routeThroughs([10, 10, 10, 10], [30])).toBe(1);
});

test('a constant on S costs a LUT where its sum is used', () => {
  expect(routeThroughs([11, 11, '0', '0'], [20, 21, 22])).toBe(1);
  expect(routeThroughs([11, 11, '0', '0'], [20, 21, 33])).toBe(0);
});

test('route-throughs are in the LUT total', () => {
  expect(countCells(netlist([carry([10, 10, 10, 10]), ff(1, 10)], {}, { out: [20, 21, 22, 23] })).lut).toBe(4);
});
