// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { BLOCK_ROM } from './rom-boxes.ts';
import { portLevels as levelsFor, summariseLevels } from './logic-levels.ts';
import { cell, ff, netlist } from './netlist.fixture.ts';
import { vivado } from '../toolchains/vivado/index.ts';
import type { Netlist } from '../toolchain/netlist.ts';

const portLevels = (of: Netlist) => levelsFor(of, vivado.synthesis('xc7'));
const carry = (pins: Record<string, number[]>) =>
  cell('CARRY4', { CI: '0', CYINIT: '0', DI: [10, 10, 10, 10], ...pins });
const lut = (a: number, b: number, out: number) => cell('LUT2', { I0: a, I1: b, O: out });
/** k LUTs in a row from net `from` to net `to`; inner nets are numbered from 100 · `to`. */
const chain = (k: number, from: number, to: number) =>
  Array.from({ length: k }, (_, i) => lut(i === 0 ? from : 100 * to + i, 2, i === k - 1 ? to : 100 * to + i + 1));

test.each([1, 2, 5])('a chain of %i LUTs between flip-flops is that many levels', (k) => {
  const levels = portLevels(netlist([ff(50, 10), ...chain(k, 10, 11), ff(11, 12)], {}, {}, { a: [10], b: [12] }));
  expect(levels.ffToFf).toBe(k);
  expect(levels.worstPath).toEqual({ from: 'a', to: 'b' });
});

test('the order in which cells are listed does not matter', () => {
  const cells = [ff(50, 10), ...chain(5, 10, 11), ff(11, 12)];
  expect(portLevels(netlist([...cells].reverse())).ffToFf).toBe(5);
});

test('in → FF, FF → out and in → out are kept apart by port, a wire is 0 and no path is null', () => {
  const cells = [...chain(3, 10, 11), ff(11, 12), lut(12, 13, 20), lut(20, 14, 21)];
  const levels = portLevels(netlist(cells, { d: [10], e: [14], w: [15] }, { y: [21], z: [15] }));
  expect(levels.inToFf).toEqual({ d: 3 });
  expect(levels.ffToOut).toEqual({ y: 2 });
  expect(levels.inToOut).toEqual({ e: { y: 1 }, w: { z: 0 } });
  expect(summariseLevels(levels)).toEqual({ inToFf: 3, ffToOut: 2, inToOut: 1, ffToFf: null });
});

test('MUXF cells are free, each CARRY4 of a chain is a level', () => {
  const mux = cell('MUXF7', { I0: 11, I1: 11, S: 10, O: 12 });
  expect(portLevels(netlist([ff(1, 10), lut(10, 10, 11), mux, ff(12, 13)])).ffToFf).toBe(1);
  const low = carry({ S: [11, 11, 11, 11], O: [20, 21, 22, 23], CO: [30, 31, 32, 33] });
  const high = carry({ CI: [33], S: [11, 11, 11, 11], O: [24, 25, 26, 27], CO: [34, 35, 36, 37] });
  expect(portLevels(netlist([ff(1, 10), lut(10, 10, 11), low, high, ff(24, 40)])).ffToFf).toBe(3);
});

test('an output of a LUT6_2 depends on the inputs that its table tells apart', () => {
  // O5 = I0, O6 = I0 ^ I5.
  const dual = (out: Record<string, number>) =>
    cell(
      'LUT6_2',
      { I0: 10, I1: 11, I2: 10, I3: 10, I4: 10, I5: 11, ...out },
      { INIT: '01'.repeat(16) + '10'.repeat(16) },
    );
  const cells = [ff(1, 10), ...chain(3, 10, 11)];
  expect(portLevels(netlist([...cells, dual({ O5: 12 }), ff(12, 40)])).ffToFf).toBe(1);
  expect(portLevels(netlist([...cells, dual({ O6: 12 }), ff(12, 40)])).ffToFf).toBe(4);
});

test('a carry bit depends on the positions below it only', () => {
  const late = carry({ S: [10, 10, 10, 11], O: [20, 21, 22, 23], CO: [30, 31, 32, 33] });
  const cells = [ff(1, 10), ...chain(4, 10, 11), late];
  expect(portLevels(netlist([...cells, ff(22, 40)])).ffToFf).toBe(1);
  expect(portLevels(netlist([...cells, ff(23, 40)])).ffToFf).toBe(5);
});

test('an asynchronous LUT-RAM read is a level, its write address and data end paths', () => {
  const ram = cell('RAM32M', {
    WCLK: 1,
    WE: 60,
    ADDRA: [11],
    ADDRD: [12],
    DIA: [13, 13],
    DOA: [14, 15],
    DOD: [16, 17],
  });
  const cells = [ff(1, 10), lut(10, 10, 11), ...chain(3, 10, 12), lut(10, 10, 13), ram];
  expect(portLevels(netlist(cells)).ffToFf).toBe(3);
  expect(portLevels(netlist([...cells, ...chain(2, 14, 40), ff(40, 41)])).ffToFf).toBe(4);
});

test('stored bits of a LUT-RAM pass its read multiplexer', () => {
  const ram = cell('RAM64X1D', { WCLK: 1, WE: '1', A0: '0', DPRA0: '0', D: 10, SPO: 14, DPO: 15 });
  expect(portLevels(netlist([ram], {}, { y: [15] })).ffToOut).toEqual({ y: 1 });
});

test('block memories, shift registers and registered DSPs are boundaries', () => {
  const bram = cell('RAMB36E1', { CLKARDCLK: 1, ADDRARDADDR: [11], DOADO: [12] });
  expect(portLevels(netlist([ff(1, 10), lut(10, 10, 11), bram, ...chain(2, 12, 13), ff(13, 14)])).ffToFf).toBe(2);
  const srl = cell('SRL16E', { CLK: 1, CE: '1', A0: '0', D: 11, Q: 12 });
  expect(portLevels(netlist([ff(1, 10), lut(10, 10, 11), srl, ff(12, 13)])).ffToFf).toBe(1);
  const dsp = (registers: string) =>
    cell('DSP48E1', { CLK: 1, A: [10], P: [12] }, { PREG: registers, MREG: registers });
  expect(portLevels(netlist([ff(1, 10), dsp('1'), ff(12, 13)])).ffToFf).toBe(0);
  expect(portLevels(netlist([ff(1, 10), dsp('0'), ff(12, 13)])).ffToFf).toBe(6);
});

test('the read multiplexer of a deep block ROM counts, though its inside is not synthesised', () => {
  const rom = (depth: number) =>
    cell(BLOCK_ROM, { clk: 1, addr: [10], q: [11] }, { DATA_W: '1000', DEPTH: depth.toString(2) });
  expect(portLevels(netlist([rom(1000), ff(11, 12)])).ffToFf).toBe(0);
  expect(portLevels(netlist([rom(5000), ff(11, 12)])).ffToFf).toBe(1);
});

test('a combinational loop is an error', () => {
  expect(() => portLevels(netlist([lut(10, 11, 12), lut(12, 13, 10)]))).toThrow(/NN041.*combinational loop/);
});
