// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lacks } from '../../test/absent.ts';
import type { SynthModule, SynthOptions, SynthProgress } from './synthesise.ts';
import { synthesise } from './synthesise.ts';
import { vivado } from '../toolchains/vivado/index.ts';

let cacheFolder = '';
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'bitloom-synth-'));
});
afterAll(() => rm(cacheFolder, { recursive: true, force: true }));

// A register, LEVELS look-up tables in a row, a register; and a gate from the input to an output.
const CHAIN = `
module chain #(parameter LEVELS = 1) (input wire clk, input wire [LEVELS:0] a, output reg q, output wire y);
    reg [LEVELS:0] r;
    wire [LEVELS:0] x;
    assign x[0] = r[0];
    genvar i;
    generate for (i = 0; i < LEVELS; i = i + 1) begin : g
        LUT2 #(.INIT(4'b0110)) u (.I0(x[i]), .I1(r[i+1]), .O(x[i+1]));
    end endgenerate
    always @(posedge clk) begin r <= a; q <= x[LEVELS]; end
    assign y = q & a[0];
endmodule
`;
// The same of LUT6_2, which has no delays in Yosys' own library, alternately through either output.
const TWIN = `
module twin (input wire clk, input wire a, output reg q);
    reg r;
    wire [4:0] x;
    assign x[0] = r;
    genvar i;
    generate for (i = 0; i < 4; i = i + 1) begin : g
        wire o6, o5;
        LUT6_2 #(.INIT(64'h6996966996696996)) u
            (.I0(1'b1), .I1(x[i]), .I2(r), .I3(1'b0), .I4(1'b0), .I5(1'b0), .O6(o6), .O5(o5));
        assign x[i+1] = i % 2 ? o5 : o6;
    end endgenerate
    always @(posedge clk) begin r <= a; q <= x[4]; end
endmodule
`;
const ADDER = `
module adder #(parameter W = 8) (input wire clk, input wire [W-1:0] a, output reg [W-1:0] sum);
    reg [W-1:0] r;
    always @(posedge clk) begin r <= a; sum <= sum + r; end
endmodule
`;
// The header is that of the library's nn_rom, which synthesise() splits into box and contents.
const ROM = `
module nn_rom #(parameter DATA_W = 8, parameter DEPTH = 16,
    parameter STYLE = "block", parameter INIT_FILE = "") (
    input wire clk,
    input wire [((DEPTH > 1) ? $clog2(DEPTH) : 1)-1:0] addr,  // a comment with );
    output reg [DATA_W-1:0] q
);
    (* rom_style = "distributed", ram_style = "distributed" *) reg [DATA_W-1:0] image [0:DEPTH-1];
    reg [DATA_W-1:0] word;
    generate if (INIT_FILE != "") initial $readmemh(INIT_FILE, image); endgenerate
    always @(posedge clk) begin word <= image[addr]; q <= word; end
endmodule
`;
const LAYER = `
module layer #(parameter STYLE = "block", parameter WEIGHT_FILE = "") (
    input wire clk, input wire [5:0] addr, input wire [7:0] x, output reg y);
    wire [7:0] w;
    nn_rom #(.DATA_W(8), .DEPTH(64), .STYLE(STYLE), .INIT_FILE(WEIGHT_FILE)) rom
        (.clk(clk), .addr(addr), .q(w));
    always @(posedge clk) y <= ^(x & w);
endmodule
`;
const sources = [CHAIN, TWIN, ADDER, ROM, LAYER].map((text) => ({
  path: `rtl/${/module (\w+)/.exec(text)![1]}.v`,
  text,
}));
const words = (count: number, salt: number) =>
  Array.from({ length: count }, (_, i) => (Math.imul(i * 97 + salt, 0x9e3779b1) >>> 24).toString(16)).join('\n');

const moduleOf = (top: string, parameters: SynthModule['parameters'], image = words(64, 13)): SynthModule => ({
  name: `${top} ${JSON.stringify(parameters)}`,
  top,
  parameters,
  sources,
  memories: [{ name: 'w.mem', text: image }],
});
async function run(modules: SynthModule[], options: Partial<SynthOptions> = {}) {
  const progress: SynthProgress[] = [];
  const onProgress = (one: SynthProgress) => progress.push(one);
  const found = await synthesise(modules, {
    target: vivado.synthesis('xc7'),
    build: 'wasm',
    cacheFolder,
    onProgress,
    ...options,
  });
  return { resources: modules.map((module) => found.get(module.name)!), progress };
}

const chain = moduleOf('chain', { LEVELS: 5 });
const twin = moduleOf('twin', {});
const adder = moduleOf('adder', { W: 8 });
const block = moduleOf('layer', { STYLE: 'block', WEIGHT_FILE: 'w.mem' });
const logic = moduleOf('layer', { STYLE: 'distributed', WEIGHT_FILE: 'w.mem' });

test('small circuits have the levels, LUTs and memories that can be counted by hand', async () => {
  const { resources, progress } = await run([chain, adder, block, logic, twin]);
  const [xors, sum, boxed, wired, twins] = resources;
  expect(xors).toMatchObject({ lut: 6, ff: 7, cells: { LUT2: 6 } });
  expect(xors!.logicLevels).toEqual({ inToFf: 0, ffToOut: 1, inToOut: 1, ffToFf: 5 });
  expect(xors!.portLevels).toMatchObject({ inToOut: { a: { y: 1 } }, worstPath: { to: 'q' } });
  // One LUT a bit on the carry chain; S comes from a LUT2 everywhere.
  expect(sum).toMatchObject({ lut: 8, ff: 16, cells: { CARRY4: 2 }, logicLevels: { ffToFf: 3 } });
  expect(boxed).toMatchObject({ bram36: 0.5, romBram36: 0.5, memoryBitsUsed: 512, ff: 9, lutRam: 0 });
  expect(wired).toMatchObject({ bram36: 0, memoryBitsUsed: null });
  expect(wired!.lut - boxed!.lut).toBe(8);
  // A flip-flop's 0.303 ns and five LUT2 of 0.238 ns; the memory's own read; a flip-flop and four LUT6_2 whose tables
  // depend on two inputs each.
  expect(xors!.timing).toEqual({ delayNs: 1.493, from: expect.stringMatching(/^r/), to: 'q', notTimed: [] });
  expect(boxed!.timing).toEqual({ delayNs: 2.454, from: 'block ROM', to: 'its output register', notTimed: [] });
  expect(twins).toMatchObject({ logicLevels: { ffToFf: 4 }, timing: { delayNs: 1.255, from: 'r', notTimed: [] } });
  expect(progress.map((one) => one.cached)).toEqual([false, false, false, false, false]);
});

test('a family without delays has no delay', async () => {
  const { resources } = await run([chain], { target: vivado.synthesis('xcup') });
  expect(resources[0]).toMatchObject({ lut: 6, timing: null });
});

test('the cache answers for the same content and only for that', async () => {
  const unrelated = {
    ...adder,
    sources: [...sources, { path: 'rtl/other.v', text: 'module other; endmodule' }],
  };
  const twin = { ...adder, name: 'the same under another name' };
  const first = await run([adder, unrelated, twin]);
  expect(first.progress).toMatchObject([{ cached: true, done: 1, total: 1 }]);
  const otherWeights = moduleOf('layer', { STYLE: 'distributed', WEIGHT_FILE: 'w.mem' }, words(64, 14));
  const edited = sources.map((s) => ({ ...s, text: s.text.replace('sum + r', 'sum - r') }));
  const second = await run([{ ...otherWeights, name: 'w' }, { ...adder, sources: edited }, logic]);
  expect(second.progress.map((one) => one.cached).sort()).toEqual([false, false, true]);
  expect(second.resources[2]).toEqual((await run([logic])).resources[0]);
});

test('a ROM without its contents is an error, not a saving', async () => {
  const failing = (module: SynthModule) => expect(run([module])).rejects;
  await failing(moduleOf('layer', { STYLE: 'block', WEIGHT_FILE: 'gone.mem' })).toThrow(/NN042.*gone\.mem/);
  const none = moduleOf('layer', { STYLE: 'block' });
  const noneLogic = moduleOf('layer', { STYLE: 'distributed' });
  const short = {
    ...moduleOf('layer', { STYLE: 'distributed', WEIGHT_FILE: 'w.mem' }, words(63, 13)),
    name: 'short',
  };
  const act = run([none, noneLogic, short]);
  await expect(act).rejects.toThrow(/layer \{"STYLE":"block"\}[^\n]*INIT_FILE = ''/);
  await expect(act).rejects.toThrow(/layer \{"STYLE":"distributed"\}[^\n]*INIT_FILE = ''/);
  await expect(act).rejects.toThrow(/short[^\n]*w\.mem holds 63 of 64 words/);
});

test('what would be measured wrongly is refused before Yosys runs', async () => {
  await expect(run([moduleOf('adder', { WIDTH: 8 })])).rejects.toThrow(/NN004.*no parameter WIDTH/);
  await expect(run([moduleOf('absent', {})])).rejects.toThrow(/NN004.*no source defines module absent/);
  const injected = { ...adder, memories: [{ name: 'x; shell ls', text: '' }] };
  await expect(run([injected])).rejects.toThrow(/NN032/);
});

test('a fault in the Verilog is reported with the message of Yosys', async () => {
  const broken = { ...adder, sources: [{ path: 'adder.v', text: ADDER.replace('sum + r', 'sum + ') }] };
  await expect(run([broken])).rejects.toThrow(/NN041.*adder.*ERROR.*syntax/i);
});

test.skipIf(lacks('yosys'))("the npm Yosys and the machine's agree", async () => {
  const all = [chain, adder, block, logic, twin];
  const wasm = await run(all);
  const own = await run(all, { build: 'native' });
  expect(own.progress.some((one) => one.cached)).toBe(false);
  own.resources.forEach(({ lut, lutRam, ff, bram36, logicLevels, timing }, i) => {
    expect(wasm.resources[i]).toMatchObject({ lut, lutRam, ff, bram36, logicLevels, timing });
  });
});
