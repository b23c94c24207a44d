// SPDX-License-Identifier: Apache-2.0
/** verify and report on a folder that someone edits: what lies there is judged, by the numbers measured on it. */
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { replaced } from '../sim/mutant.ts';
import { bitloom, temporaryFolder } from './command-line.ts';
import { run as inProcess } from './streams.ts';
import { strictThreshold } from './strict-threshold.ts';

const folder = temporaryFolder();
const out = join(folder, 'out');
const design = join(out, 'tiny-kc705');
const tiny = ['--board', 'kc705', '--network', 'tiny', '--out', out];
const cell = 'rtl/nn_threshold.v';

interface Verified {
  readonly passed: boolean;
  readonly modified: readonly string[];
  readonly first: Record<string, string | number> | null;
  readonly report: {
    readonly clockMhz: number;
    readonly totals: Record<string, unknown>;
    readonly verification: unknown;
    readonly layers: readonly { name: string; cyclesMeasured: unknown }[];
  };
}

async function run(...args: string[]) {
  const { exitCode, stdout, stderr } = await inProcess([...args, '--json']);
  return { exitCode, stderr, result: JSON.parse(stdout) as Verified };
}
const verify = (...args: string[]) => run('verify', ...tiny, '--frames', '6', '--stall', '0,30', ...args);
const report = () =>
  inProcess(['report', ...tiny, '--json']).then(({ stdout, stderr }) => ({
    report: JSON.parse(stdout) as Verified['report'],
    stderr,
  }));

const reportKeys = [
  'architecture',
  'board',
  'calibration',
  'clockMhz',
  'defaulted',
  'device',
  'energy',
  'layers',
  'network',
  'primitives',
  'queues',
  'totals',
  'verification',
  'weights',
];
const layerKeys = [
  'bram36',
  'busy',
  'cyclesMeasured',
  'cyclesModelled',
  'dsp',
  'engine',
  'ff',
  'kind',
  'lanes',
  'logicLevels',
  'lut',
  'lutRam',
  'macs',
  'memoryBitsUsed',
  'name',
  'operations',
  'operationsDense',
  'operationsExecuted',
  'operationsPerClock',
  'pixelsPerBeat',
  'source',
  'staDelayNs',
  'style',
  'uram',
];
const totalKeys = [
  'bram36',
  'busy',
  'crossingLevels',
  'dsp',
  'ff',
  'fits',
  'fitsPercent',
  'framesPerSecond',
  'initiationIntervalCycles',
  'latencyCycles',
  'logicLevels',
  'lut',
  'lutRam',
  'macs',
  'memoryBitsUsed',
  'operationsDense',
  'operationsExecuted',
  'romBram36',
  'staDelayNs',
  'staNotTimed',
  'uram',
];
const verificationKeys = [
  'frames',
  'initiationIntervalMeasured',
  'latencyMeasured',
  'memoryFaults',
  'mismatches',
  'modifiedFiles',
  'passed',
  'simulator',
  'stallPercent',
  'warmupFrames',
];
const page = () => readFileSync(join(design, 'report', 'report.html'), 'utf8');
const sortedKeys = (value: unknown) => Object.keys(value as object).sort();

beforeAll(async () => {
  // A clock of its own: verify has to find it in the folder.
  expect((await run('gen', ...tiny, '--fps', '100000', '--clock', '150', '--reuse', 'off')).exitCode).toBe(0);
});

/** One story, told in order. */
describe.sequential('a folder', () => {
  test('is not verified at first: unknown is null, an estimate says so', async () => {
    const { report: merged } = await report();
    expect(sortedKeys(merged)).toEqual(reportKeys);
    expect(sortedKeys(merged.totals)).toEqual(totalKeys);
    for (const layer of merged.layers) {
      expect(sortedKeys(layer)).toEqual(layerKeys);
      expect(layer).toMatchObject({
        cyclesMeasured: null,
        operationsExecuted: null,
        logicLevels: null,
        staDelayNs: null,
        source: 'estimate',
      });
    }
    expect(merged).toMatchObject({ verification: null, totals: { latencyCycles: null } });
    expect(JSON.parse(readFileSync(join(design, 'report', 'report.json'), 'utf8'))).toEqual(merged);
    expect(page()).toContain('Not verified yet');
  });

  test('verifies with the options it was generated with', async () => {
    const { exitCode, result } = await verify();
    expect([exitCode, result.passed, result.modified, result.first]).toEqual([0, true, [], null]);
    expect(result.report.clockMhz).toBe(150);
    const { initiationIntervalCycles, framesPerSecond } = result.report.totals as {
      initiationIntervalCycles: number;
      framesPerSecond: number;
    };
    expect(framesPerSecond).toBeCloseTo(150e6 / initiationIntervalCycles, 6);
    expect(sortedKeys(result.report.verification)).toEqual(verificationKeys);
    expect(result.report.verification).toMatchObject({
      passed: true,
      frames: 6,
      mismatches: 0,
      stallPercent: [0, 30],
      modifiedFiles: [],
      memoryFaults: [],
      simulator: expect.stringMatching(/^Verilator \d/),
      latencyMeasured: expect.any(Number),
    });
    expect(result.report.layers.filter((layer) => layer.cyclesMeasured !== null).map((layer) => layer.name)).toEqual([
      'conv0',
      'conv1',
      'fc0',
    ]);
  });

  test('refuses options that contradict it', async () => {
    const { exitCode, stderr } = await verify('--clock', '200');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^NN031 .*a design of: .*--clock 150\b.* · legal: a design of: .*--clock 200\b.* ·/m);
  });

  test('is verified in shards', async () => {
    const { result } = await verify('--shard', '2/4');
    // Of the frames 1..6 every fourth from the second: 2 and 6.
    expect(result.report.verification).toMatchObject({ frames: 2 });
  });

  test('loses its measurements when a file is edited, and says so', async () => {
    const before = readFileSync(join(design, cell), 'utf8');
    const after = strictThreshold(before);
    expect(after).not.toBe(before);
    writeFileSync(join(design, cell), after);
    const { report: merged, stderr } = await report();
    expect(merged.verification).toBeNull();
    expect(merged.layers.every((layer) => layer.cyclesMeasured === null)).toBe(true);
    expect(stderr).toContain(`modified since generated: ${cell}`);
    expect(stderr).toContain('report/verification.json is of other sources than lie here now: ignored');
  });

  test('fails with the first difference named, and a wave of it', async () => {
    const wave = join(folder, 'f.fst');
    const { exitCode, result, stderr } = await verify('--wave', wave);
    expect([exitCode, result.passed, result.modified]).toEqual([1, false, [cell]]);
    expect(stderr).toContain(`modified since generated: ${cell}`);
    expect(sortedKeys(result.first)).toEqual([
      'channel',
      'cycle',
      'expected',
      'frame',
      'got',
      'layer',
      'run',
      'x',
      'y',
    ]);
    const first = result.first!;
    // A sum that equals its threshold gives 1; the edited cell says 0. conv0 is the first layer with a threshold.
    expect(first).toMatchObject({ layer: 'conv0', expected: 1, got: 0 });
    for (const key of ['frame', 'y', 'x', 'channel', 'cycle']) expect(first[key]).toEqual(expect.any(Number));
    expect(first).toSatisfy(({ y, x, channel }: Record<string, number>) => y! < 8 && x! < 8 && channel! < 4);
    expect(result.report.verification).toMatchObject({
      mismatches: expect.toSatisfy((n: number) => n > 0),
      modifiedFiles: [cell],
    });
    expect(statSync(wave).size).toBeGreaterThan(100);
  });

  test('says the same to people', async () => {
    const { exitCode, stdout } = await bitloom(['verify', ...tiny, '--frames', '6', '--stall', '0']);
    expect(exitCode).toBe(1);
    expect((await bitloom(['report', ...tiny])).stdout).toMatch(/NOT EQUAL: 6 frames/);
    expect(page()).toMatch(/NOT EQUAL: \d+ differences/);
    expect(stdout).toMatch(
      /first difference: frame \d+, layer conv0, y \d, x \d, channel \d: expected 1, got 0, cycle \d+ \(stall 0 %\)/,
    );
    expect(stdout).toMatch(/NOT EQUAL: \d+ beats differ/);
  });

  test('passes again when generated again; without a difference there is no wave', async () => {
    const wave = join(folder, 'none.fst');
    const again = ['gen', ...tiny, '--fps', '100000', '--clock', '150', '--reuse', 'off'];
    expect((await bitloom(again)).stderr).toMatch(new RegExp(`^NN033 .* ${cell} ·`, 'm'));
    expect((await run(...again, '--force')).exitCode).toBe(0);
    const { exitCode, result, stderr } = await verify('--wave', wave);
    expect([exitCode, result.modified]).toEqual([0, []]);
    expect(existsSync(wave)).toBe(false);
    expect(stderr).toContain('is not written');
  });

  test('that stands still without a difference shows the clocks before', async () => {
    const wave = join(folder, 'still.fst');
    const copy = join(folder, 'still');
    mkdirSync(copy);
    cpSync(design, join(copy, 'tiny-kc705'), { recursive: true });
    const egress = join(copy, 'tiny-kc705', 'rtl', 'nn_egress.v');
    const before = readFileSync(egress, 'utf8');
    const after = replaced(
      's_axis_tready = ready && status_tvalid;',
      "s_axis_tready = ready && status_tvalid && 1'b0;",
    )(before);
    expect(after).not.toBe(before);
    writeFileSync(egress, after);
    const { exitCode, stdout, stderr } = await bitloom([
      'verify',
      '--board',
      'kc705',
      '--network',
      'tiny',
      '--out',
      copy,
      '--frames',
      '6',
      '--stall',
      '0',
      '--wave',
      wave,
      '--json',
    ]);
    expect(exitCode).toBe(1);
    const { first, faults } = JSON.parse(stdout) as { first: unknown; faults: string[] };
    expect(first).toBeNull();
    expect(faults.join()).toMatch(/no progress since cycle \d+/);
    expect(statSync(wave).size).toBeGreaterThan(100);
    expect(stderr).not.toContain('is not written');
  });

  test('is judged by its memory images too', async () => {
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    cpSync(design, join(copy, 'tiny-kc705'), { recursive: true });
    const image = join(copy, 'tiny-kc705', 'mem', 'fc0_weights.mem');
    const before = readFileSync(image, 'utf8');
    writeFileSync(
      image,
      before.replace(/^./, (digit) => (parseInt(digit, 16) ^ 1).toString(16)),
    );
    const args = ['--board', 'kc705', '--network', 'tiny', '--out', copy];
    const { exitCode, stdout } = await bitloom(['verify', ...args, '--frames', '6', '--stall', '0', '--json']);
    expect(exitCode).toBe(1);
    const { report: merged, ...said } = JSON.parse(stdout) as Verified;
    const memoryFaults = [
      { file: 'mem/fc0_weights.mem', line: 1, what: expect.stringMatching(/^fc0's weights: filter \d, tap \d+$/) },
    ];
    expect(said).toMatchObject({
      passed: false,
      modified: ['mem/fc0_weights.mem'],
      first: null,
      memoryFaults,
      cyclesSimulated: 0,
    });
    expect(merged.verification).toMatchObject({ passed: false, memoryFaults });
    expect((await bitloom(['report', ...args])).stdout).toMatch(/NOT EQUAL: mem\/fc0_weights\.mem line 1 bit \d+: /);
  });
});

test('verify generates what is absent', async () => {
  const fresh = join(folder, 'fresh');
  const { exitCode } = await bitloom([
    'verify',
    '--board',
    'kc705',
    '--network',
    'tiny',
    '--fps',
    '100000',
    '--clock',
    '150',
    '--out',
    fresh,
    '--frames',
    '1',
    '--stall',
    '0',
  ]);
  expect(exitCode).toBe(0);
  expect(existsSync(join(fresh, 'tiny-kc705', 'manifest.json'))).toBe(true);
});
