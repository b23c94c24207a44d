// SPDX-License-Identifier: Apache-2.0
/** --early as a user meets it: what gen writes and says, what verify counts, and what a folder remembers. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bitloom, contents, networkFile, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const out = join(folder, 'out');
const body = [
  "const a0 = d.batchNormSign('norm0', d.binaryConv2d('conv0', pixels, { filters: 8, kernel: 1, weights }), { " +
    'weights });',
  "const a1 = d.batchNormSign('norm1', d.maxPool('pool1', d.binaryConv2d('conv1', a0, { filters: 6, kernel: 3, " +
    'weights }), { size: 2 }), { weights });',
  "return d.decide('class', d.binaryDense('fc0', a1, { units: 3, weights }), { classes: 3 });",
].join(' ');
const network = networkFile(folder, body);
const images = join(folder, 'images.raw');
const design = join(out, 'net-kc705');
const base = ['--board', 'kc705', '--network', network, '--out', out];
const json = (file: string) => JSON.parse(readFileSync(join(design, file), 'utf8'));

beforeAll(async () => {
  // 20 frames of 4×4×2 bytes.
  writeFileSync(
    images,
    Uint8Array.from({ length: 20 * 32 }, (_, i) => (i * 89) % 256),
  );
  const { exitCode, stdout, stderr } = await bitloom([
    'gen',
    ...base,
    '--fps',
    '200000',
    '--reuse',
    'off',
    '--early',
    'on',
    '--calibration',
    images,
    '--calibration-limit',
    '10',
  ]);
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('random pixels')]);
  expect(stdout).toMatch(
    /early decision in conv1: ~ clocks are expected by 10 frames of .*images\.raw; \d+ a frame if all tiles were looked at/,
  );
});

describe('gen', () => {
  test('the folder holds the engine, its images, and the orders that it goes by', () => {
    expect(Object.keys(contents(join(design, 'rtl')))).toEqual(
      expect.arrayContaining(['nn_early.v', 'nn_early_lane.v']),
    );
    expect(Object.keys(contents(join(design, 'mem')))).toEqual(
      expect.arrayContaining(['conv1_order_000.mem', 'conv1_thresholds_000.mem', 'conv1_weights_000.mem']),
    );
    const { calibration, engines } = json('report/early.json');
    expect(calibration).toEqual({ source: 'images', frames: 10 });
    expect(Object.keys(engines)).toEqual(['conv1']);
    expect(engines.conv1.visits).toHaveLength(6);
    expect(json('manifest.json')).toMatchObject({
      early: 'on',
      calibration: { path: 'images.raw', frames: 10 },
      files: { 'report/early.json': expect.any(String) },
    });
    expect(json('manifest.json').rebuild).toMatch(/--early on --calibration images\.raw --calibration-limit 10/);
    expect(json('report/estimate.json')).toMatchObject({
      calibration: { frames: 10, source: 'images' },
      totals: { busy: null },
    });
    expect(json('report/estimate.json').layers.find((layer: { name: string }) => layer.name === 'conv1')).toMatchObject(
      { style: 'early', engine: expect.stringContaining('nn_early'), busy: null },
    );
  });

  test('without images it says that the pixels are random', async () => {
    const { exitCode, stdout, stderr } = await bitloom([
      'check',
      '--board',
      'kc705',
      '--network',
      network,
      '--early',
      'auto',
    ]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('early decision is calibrated on random pixels')]);
    expect(stdout).toMatch(/early decision.*64 frames of random pixels/);
  });

  test('--gate on holds the operands of lanes that have decided', async () => {
    const gated = join(folder, 'gated');
    const { exitCode } = await bitloom([
      'gen',
      ...base.slice(0, -1),
      gated,
      '--fps',
      '200000',
      '--reuse',
      'off',
      '--early',
      'on',
      '--gate',
      'on',
    ]);
    expect(exitCode).toBe(0);
    const gates = (path: string) =>
      /\.GATE\s*\((\d)\)/.exec(readFileSync(join(path, 'net-kc705', 'rtl', 'net_top.v'), 'utf8'))?.[1];
    expect([gates(out), gates(gated)]).toEqual(['0', '1']);
    expect(JSON.parse(readFileSync(join(gated, 'net-kc705', 'manifest.json'), 'utf8'))).toMatchObject({
      gate: 'on',
      rebuild: expect.stringContaining('--early on --gate on'),
    });
    const refused = await bitloom(['check', '--board', 'kc705', '--network', network, '--gate', 'on']);
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      expect.stringContaining('no early decision whose lanes could stand still'),
    ]);
  });

  test('a network without binary layers has nowhere to decide early', async () => {
    const plain = networkFile(
      folder,
      "return d.decide('class', d.binaryDense('fc0', pixels, { units: 3, weights }), { classes: 3 });",
    );
    const { exitCode, stdout } = await bitloom(['check', '--board', 'kc705', '--network', plain, '--early', 'on']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('early decision: nowhere')]);
  });
});

describe('verify', () => {
  test('takes the options of the folder, counts what was executed, and says how much was pruned', async () => {
    const ran = await bitloom([
      'verify',
      ...base,
      '--calibration',
      images,
      '--frames',
      '6',
      '--stall',
      '0,30',
      '--json',
    ]);
    expect(ran.exitCode).toBe(0);
    const { passed, report } = JSON.parse(ran.stdout);
    const conv1 = report.layers.find((layer: { name: string }) => layer.name === 'conv1');
    expect(passed).toBe(true);
    expect(conv1.operationsExecuted).toBeGreaterThan(0);
    expect(conv1.operationsExecuted).toBeLessThan(conv1.operationsDense);
    expect(conv1.busy).toBeLessThanOrEqual(1);
    expect(report.totals.operationsExecuted).toBeLessThan(report.totals.operationsDense);
  });

  // That its tiles would be counted wrong in a simulation too, sim/tiles.test.ts says.
  test('a schedule that someone changed is named, though every bit would be right', async () => {
    const swap = (file: string) => {
      const lines = readFileSync(join(design, file), 'utf8').split('\n');
      writeFileSync(
        join(design, file),
        [...lines.slice(0, 1), lines[7], ...lines.slice(2, 7), lines[1], ...lines.slice(8)].join('\n'),
      );
    };
    const before = ['mem/conv1_order_000.mem', 'mem/conv1_weights_000.mem'].map(
      (file) => [join(design, file), readFileSync(join(design, file), 'utf8')] as const,
    );
    swap('mem/conv1_order_000.mem');
    swap('mem/conv1_weights_000.mem');
    const ran = await bitloom(['verify', ...base, '--calibration', images, '--frames', '6', '--stall', '0']);
    for (const [file, text] of before) writeFileSync(file, text);
    expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining('modified since generated')]);
    expect(ran.stdout).toMatch(
      /^mem\/conv1_order_000\.mem line \d+ bit \d+: [01] in place of [01] \(conv1's places of tiles: filter 3, tile \d+, bit \d+\)$/m,
    );
    expect(ran.stdout).toMatch(
      /^mem\/conv1_weights_000\.mem line \d+ bit \d+: .*\(conv1's weights: filter 3, tap \d+\)$/m,
    );
    expect(ran.stdout).toContain('NOT EQUAL: 2 memory images hold other data');
  });

  test.each([
    ['images that are not there', ['--calibration', join(folder, 'absent')], 'NN020', /absent/],
    [
      'a folder of other images',
      ['--calibration', images, '--calibration-limit', '9'],
      'NN031',
      /--calibration-limit 9/,
    ],
  ])('%s', async (_, args, code, says) => {
    const ran = await bitloom(['verify', ...base, ...args, '--frames', '1', '--stall', '0']);
    expect([ran.exitCode, ran.stderr]).toEqual([2, expect.stringMatching(new RegExp(`^${code} `, 'm'))]);
    expect(ran.stderr).toMatch(says);
  });

  test('finds the images where they lay, and says where it looked when they are gone', async () => {
    const path = ['report', ...base];
    expect((await bitloom(path)).exitCode).toBe(0);
    renameSync(images, `${images}.moved`);
    const { exitCode, stderr } = await bitloom(path);
    renameSync(`${images}.moved`, images);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/^NN031 .* --calibration images\.raw, which is not there, nor at .*images\.raw/m),
    ]);
  });
});
