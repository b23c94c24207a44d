// SPDX-License-Identifier: Apache-2.0
/**
 * energy on a folder: a ratio and its parts, the same every time, and the switching activity that Vivado is to read.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EnergyFile } from '../generator/report/merge.ts';
import { events, weights } from '../generator/report/event-weights.ts';
import { bitloom, contents, temporaryFolder } from './command-line.ts';
import { run } from './streams.ts';
import { strictThreshold } from './strict-threshold.ts';

const folder = temporaryFolder();
const out = join(folder, 'out');
const design = join(out, 'tiny-kc705');
const tiny = ['--board', 'kc705', '--network', 'tiny', '--out', out];
/** Of two frames unless the arguments say how many. */
const energy = (...args: string[]) =>
  run(['energy', ...tiny, '--json', ...(args.includes('--frames') ? [] : ['--frames', '2']), ...args]);

interface Said {
  readonly energy: EnergyFile;
  readonly report: { readonly energy: unknown };
}

beforeAll(async () => {
  expect((await bitloom(['gen', ...tiny, '--fps', '100000', '--reuse', 'off'])).exitCode).toBe(0);
});

describe.sequential('energy', () => {
  let first: Record<string, string>;

  test('of a design with weights in memory is 1, with the events of every engine', async () => {
    const { exitCode, stdout } = await energy();
    expect(exitCode).toBe(0);
    const { energy: file, report } = JSON.parse(stdout) as Said;
    expect(file).toMatchObject({
      frames: 2,
      relative: 1,
      relativeRange: [1, 1],
      weights,
      baseline: { fps: '100000', reuse: 'off' },
    });
    expect(file.design).toEqual(file.baseline);
    expect(report.energy).toEqual({ frames: 2, relative: 1, relativeRange: [1, 1] });
    expect(Object.keys(file.design.engines)).toEqual(['pixels', 'class', 'quant', 'conv0', 'pool0', 'conv1', 'fc0']);
    for (const event of events) {
      const sum = Object.values(file.design.engines).reduce((total, counts) => total + counts[event], 0);
      expect(file.design.total[event]).toBeCloseTo(sum, 6);
    }
    // Every flip-flop sees every clock: whole flip-flops.
    for (const { clocked } of Object.values(file.design.engines))
      expect((clocked / file.design.clocksPerFrame) % 1).toBeCloseTo(0, 9);
    for (const engine of ['conv0', 'conv1', 'fc0'])
      for (const event of ['register', 'routed', 'local', 'clocked'] as const)
        expect(file.design.engines[engine]![event]).toBeGreaterThan(0);
    expect(JSON.parse(readFileSync(join(design, 'report', 'energy.json'), 'utf8'))).toEqual(file);
    expect(readFileSync(join(design, 'vivado', 'activity.saif'), 'utf8')).toContain('(INSTANCE u_conv1\n');
    first = contents(design);
  });

  test('is the same again, byte for byte', async () => {
    expect((await energy()).exitCode).toBe(0);
    expect(contents(design)).toEqual(first);
  });

  test(
    'counts whole rounds of the frames: the same frames twice are the same toggles ' + 'a frame, in every engine',
    async () => {
      const counts = async (name: string, pixels: Uint8Array[], frames: number) => {
        writeFileSync(join(folder, name), Buffer.concat(pixels));
        const { stdout } = await energy('--images', join(folder, name), '--frames', String(frames));
        return (JSON.parse(stdout) as Said).energy.design.engines;
      };
      const [a, b] = [3, 7].map((step) => Uint8Array.from({ length: 64 }, (_, i) => (i * i * step) % 256));
      const once = await counts('once.raw', [a!, b!], 2);
      const twice = await counts('twice.raw', [a!, b!, a!, b!], 4);
      // In a longer window fewer bits toggle alike by chance: a few nets more.
      for (const [engine, { register }] of Object.entries(once))
        expect(Math.abs(twice[engine]!.register - register), engine).toBeLessThan(0.02 * register);
      expect(Object.keys(once).map((engine) => twice[engine]!.clocked)).toEqual(
        Object.values(once).map(({ clocked }) => clocked),
      );
      expect((await energy()).exitCode).toBe(0);
    },
  );

  test('says to people what it is and what not', async () => {
    const { stdout } = await bitloom(['energy', ...tiny, '--frames', '2']);
    expect(stdout).toMatch(/energy a frame 1\.000 of the baseline's \(weights in memory/);
    expect(stdout).toMatch(/in no unit/);
    expect(stdout).not.toMatch(/\d (mW|W|J|mJ|uJ|nJ|pJ)\b/);
  });

  test.each([
    [['--frames', '0'], 'NN001', '--frames'],
    [['--frames', '101'], 'NN001', '1..100'],
    [['--fps', '5'], 'NN031', 'a design of'],
    [['--arch', 'shared'], 'NN001', 'no baseline'],
  ])('refuses %j', async (args, code, says) => {
    const { exitCode, stderr } = await energy(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(new RegExp(`^${code} `, 'm'));
    expect(stderr).toContain(says);
    expect(contents(design)).toEqual(first);
  });

  test('has nothing to say of a design that computes something else', async () => {
    const cell = join(design, 'rtl', 'nn_threshold.v');
    const text = readFileSync(cell, 'utf8');
    writeFileSync(cell, strictThreshold(text));
    const { exitCode, stderr } = await energy();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^NN041 .*differs from the golden model/m);
    // What was measured before is not of this design.
    const { stdout } = await bitloom(['report', ...tiny, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ energy: null });
  });
});
