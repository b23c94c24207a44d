// SPDX-License-Identifier: Apache-2.0
/**
 * verify of the sparse architecture: the files of a folder, as generated and edited, on an engine small enough for a
 * quick build.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { zcu104 } from '../generator/boards/zcu104.ts';
import { verify } from '../cli/commands/verify.ts';
import {
  decide,
  input,
  intConv2d,
  intDense,
  maxPool,
  network,
  quantise,
  requantise,
  signedPixels,
  synthetic,
} from '../generator/index.ts';
import { buildSparse } from '../generator/architectures/sparse/index.ts';
import { planFiles } from '../generator/emit/plan.ts';
import { openFolder } from '../generator/emit/folder.ts';
import { writePlan } from '../generator/emit/write.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { mergeReports } from '../generator/report/merge.ts';
import { randomFrom } from '../generator/passes/random.ts';
import * as mutant from '../sim/mutant.ts';
import { verifySparse, type VerifySparseResult } from '../sim/verify-sparse.ts';
import { temporaryFolder } from './command-line.ts';
import { said } from './said.ts';

const out = temporaryFolder();
const weights = synthetic(5, { density: 0.5 });
const graph = typecheck(
  network('small', () => {
    const x = quantise('quant', input('pixels', { height: 11, width: 9, channels: 2 }), signedPixels());
    const y = requantise('relu1', intConv2d('conv1', x, { filters: 5, kernel: 3, stride: 2, bias: true, weights }), {
      min: 0,
      max: 127,
      shift: 8,
      weights,
    });
    const z = requantise(
      'relu2',
      intConv2d('conv2', maxPool('pool', y, { size: 2, stride: 2 }), { filters: 4, kernel: 1, weights }),
      { min: 0, max: 127, shift: 5, weights },
    );
    return decide('class', intDense('fc', z, { units: 40, weights }), { classes: 40 });
  }),
);
const design = buildSparse(
  graph,
  { board: zcu104, clockMhz: 250, fps: 'max', primitives: zcu104.family },
  {
    lanes: 8,
    groups: 2,
    slots: 4,
    ringWords: 64,
    vectorWords: 64,
    ownWords: 32,
    mapPorts: 2,
    vectorPorts: 2,
  },
);
const request = { network: 'small', defaulted: false };
const random = randomFrom('four frames');
const frames = [0, 1, 2, 3].map(() => Uint8Array.from({ length: 11 * 9 * 2 }, () => random() * 256));

let folder: string;
let good: VerifySparseResult;
const run = (compile = {}, stalls = [0, 80]) =>
  verifySparse(design, { folder, frames, stalls, compile: { quick: true, ...compile } });

type Change = (contents: Buffer) => Uint8Array;

/** Verifies with files changed, and puts them back. */
async function edited(changes: Readonly<Record<string, Change>>, compile = {}, stalls = [0, 80]) {
  const before = Object.keys(changes).map((file) => [file, readFileSync(join(folder, file))] as const);
  for (const [file, contents] of before) {
    const changed = changes[file]!(contents);
    expect([file, contents.equals(changed)]).toEqual([file, false]);
    writeFileSync(join(folder, file), changed);
  }
  try {
    expect(openFolder(design, request, out).modified).toEqual(Object.keys(changes).sort());
    return await run(compile, stalls);
  } finally {
    for (const [file, contents] of before) writeFileSync(join(folder, file), contents);
  }
}

const replaced =
  (from: string, to: string): Change =>
  (text) =>
    Buffer.from(mutant.replaced(from, to)(text.toString()));

beforeAll(async () => {
  folder = writePlan(planFiles(design, request), out, 'small-zcu104-sparse');
  good = await run();
}, 900_000);

test('as generated: equal, every weight counted, clocks as modelled, in three runs', () => {
  expect(good).toMatchObject({
    passed: true,
    mismatches: 0,
    faults: [],
    frames: 4,
    stallPercent: [16, 0, 80],
    first: undefined,
  });
  expect([...good.clocks.keys()]).toEqual(['relu1', 'pool', 'relu2', 'fc, handed over', 'fc']);
  const left = (name: string) =>
    graph.nodes.find((node) => node.name === name)!.parameters['weights']!.data.filter((w: number) => w !== 0).length;
  expect(good.multiplications.get('relu1')).toBe(left('conv1') * 5 * 4);
  expect(good.multiplications.get('fc')).toBe(left('fc'));
  const inMaps = [...good.clocks].reduce((sum, [name, clocks]) => (name === 'fc' ? sum : sum + clocks), 0);
  // A frame's last answer comes up to 31 clocks sooner or later than another's.
  expect(good.intervalMeasured).toBeGreaterThanOrEqual(inMaps - 31);
  expect(good.latencyMeasured).toBeGreaterThan(inMaps + good.clocks.get('fc')!);
});

const damaged = 'damaged frames (25, good ones between them) and a reset in mid-frame';
test('as generated: frames that go wrong, in a run of their own', () => {
  expect(good.runs).toEqual(['memory pauses 16 %, as modelled', 'memory pauses 0 %', 'memory pauses 80 %', damaged]);
  // Less than a seventh of a frame of AlexNet.
  expect(good.damagedCycles).toBeLessThan(40_000);
});

interface Edit {
  readonly cell: string;
  readonly from: string;
  readonly to?: string;
  readonly fault: string;
}

/** What frames that end well cannot show, with what shows it: all cells of an entry are edited at once. */
const blind: readonly (readonly [what: string, edits: readonly Edit[]])[] = [
  [
    'errors of reads, of writes and of entries are not seen',
    [
      {
        cell: 'axi_write',
        from: "if (m_axi_bvalid && m_axi_bresp != 2'b00) bad <= 1'b1;",
        fault: '(a write that fails) ended with code 0 in place of 2',
      },
      {
        cell: 'sparse_ports',
        from: "m_axi_rresp[2*p +: 2] != 2'b00",
        to: "1'b0",
        fault: '(the first read of the frame, of the network) ended with code 0 in place of 1',
      },
      {
        cell: 'sparse_decode',
        from: "bad <= 1'b1;",
        to: ';',
        fault: '(a class that only the table of the layer before has) ended with code 0 in place of 6',
      },
    ],
  ],
  [
    'reads under way are not forgotten in a reset',
    [{ cell: 'axi_read', from: "coming <= {LEVEL_W{1'b0}};", fault: '(good) did not end' }],
  ],
  [
    'a code stuck at 0',
    [
      {
        cell: 'sparse_registers',
        from: 'has_ended ? end_code : 4',
        to: '4',
        fault: '(a read that fails at once) ended with code 0 in place of 1',
      },
    ],
  ],
];
test.each(blind)(
  '%s: NOT EQUAL, though every good frame is equal',
  async (_, edits) => {
    const changes = edits.map(({ cell, from, to = '' }) => [`rtl/nn_${cell}.v`, replaced(from, to)]);
    const result = await edited(Object.fromEntries(changes), {}, []);
    expect(result).toMatchObject({ passed: false, mismatches: 0 });
    expect(result.faults.filter((text) => !text.startsWith(damaged))).toEqual([]);
    for (const { fault } of edits) expect(result.faults.join('\n')).toContain(fault);
  },
  900_000,
);

test('a machine that never starts: no frame ends, and that is said', async () => {
  const change = { 'rtl/nn_sparse_sequencer.v': replaced('if (queued) begin', "if (1'b0) begin") };
  const result = await edited(change, {}, []);
  expect(result).toMatchObject({ passed: false, intervalMeasured: null, latencyMeasured: null });
  expect(result.faults.join('\n')).toMatch(/as modelled: no end of frame 0\n.*frame 0 did not end/);
}, 900_000);

test('Verilog that a proof must not run is refused by name', async () => {
  const change = { 'rtl/nn_sparse_pool.v': replaced('endmodule', 'initial $finish;\nendmodule') };
  await expect(edited(change, {}, [])).rejects.toThrow(/NN043 .* · rtl\/nn_sparse_pool.v:\d+ · /);
});

test.each([
  ['cut off', (image: Buffer) => image.subarray(0, -16)],
  ['too long', (image: Buffer) => Buffer.concat([image, Buffer.alloc(16)])],
])(
  'an image that is %s: its length',
  async (_, change) => {
    const result = await edited({ 'mem/maps.bin': change }, {}, []);
    expect(result.passed).toBe(false);
    expect(result.faults[0]).toMatch(/^mem\/maps.bin has \d+ bytes, expected \d+$/);
  },
  900_000,
);

test('a cell that was edited: the first difference, in the network’s own terms', async () => {
  const result = await edited({ 'rtl/nn_sparse_pool.v': replaced("(kernel == 2'd3)", "(kernel == 2'd2)") });
  expect(result.passed).toBe(false);
  expect(result.first).toMatchObject({ frame: 0, layer: 'pool' });
  const { y, x, channel, expected, got } = result.first!;
  expect([y < 2, x < 2, channel < 5, expected === got]).toEqual([true, true, true, false]);
}, 900_000);

test('a parameter that was edited: its result differs', async () => {
  const { layers } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    layers: { firstBeat: number; beats: number }[];
  };
  const { firstBeat, beats } = layers[4]!;
  const result = await edited({
    'mem/vectors.bin': (image) => {
      const bytes = Uint8Array.from(image);
      // The low half of b is the last but one beat of the last of three sets: result 32, whose half lies in the first
      // port's part.
      const at = (firstBeat + beats - 2) * 16;
      bytes[at] = bytes[at]! ^ 0x40;
      return bytes;
    },
  });
  expect(result.passed).toBe(false);
  expect(result.faults.join('\n')).toMatch(/MISMATCH run=0 frame=0 layer=2 part=0 /);
}, 900_000);

test.each(['maps', 'vectors'])(
  'an image of %s that lost its end: a code, no hang',
  async (name) => {
    const cut = (image: Buffer) => Uint8Array.from(image, (byte, i) => (i % 2048 < 256 ? byte : 0));
    const result = await edited({ [`mem/${name}.bin`]: cut });
    expect(result.passed).toBe(false);
    expect(result.faults.join('\n')).toMatch(/frame 0 ended with code [3-7]/);
    expect(result.faults.join('\n')).not.toContain('no end');
  },
  900_000,
);

test('a clock lost in every vector: the cycle model says so', async () => {
  const idle = 'reg idle; always @(posedge clk) idle <= take; assign take    = !idle && entry_valid &&';
  const result = await edited({ 'rtl/nn_sparse_group.v': replaced('assign take    = entry_valid &&', idle) });
  expect(result.mismatches).toBe(0);
  expect(result.faults.join('\n')).toMatch(/layer relu1 took \d+ clocks, modelled \d+/);
}, 900_000);

test('the report: clocks and weights of every layer', () => {
  const { path, sourcesSha256 } = openFolder(design, request, out);
  const report = mergeReports(path, sourcesSha256);
  expect(report).toMatchObject({
    architecture: 'sparse',
    defaulted: false,
    verification: null,
    weights: { source: 'synthetic' },
  });
  expect(report.layers.map(({ name }) => name)).toEqual(['engine', 'relu1', 'pool', 'relu2', 'fc, handed over', 'fc']);
  expect(Number.isInteger(report.totals.initiationIntervalCycles)).toBe(true);
});

test('adders in primitives, LUT by LUT: equal, in as many clocks; not where a carry is lost', async () => {
  const found = await run({ lutLevel: true });
  expect(found).toMatchObject({ passed: true, cycles: good.cycles });
  const change = { 'rtl/nn_xilinx_carry.v': replaced('CI     (i == 0 ? enter', "CI     (i == 0 ? 1'b0") };
  const broken = await edited(change, { lutLevel: true });
  expect(broken.passed).toBe(false);
}, 240_000);

const given = { board: 'zcu104', network: 'alexnet', shard: '1/1', out };
const silent = { warn: () => {}, progress: () => {} };
test.each([
  ['--wave', { wave: join(out, 'x.fst') }],
  ['--reuse', { reuse: 'on' }],
  ['--stall', { stall: '99' }],
  ['--fps', { fps: 'fast' }],
])('%s is refused', async (option, more) => {
  expect(await said(() => verify({ ...given, ...more }, silent), out)).toMatch(
    new RegExp(`^NN001 illegal option · ${option} · `),
  );
});
