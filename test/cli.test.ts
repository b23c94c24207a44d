// SPDX-License-Identifier: Apache-2.0
/** The commands as scripts see them: files, exit codes and JSON are a contract (README, "Commands"). */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { cellPaths, cellText } from '../generator/hardware/cell-library.ts';
import { bitloom, contents, networkFile, root, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const out = join(folder, 'out');
const design = join(out, 'tiny-kc705');
const tiny = ['--board', 'kc705', '--network', 'tiny', '--out', out];

interface Manifest {
  readonly rebuild: string;
  readonly files: Readonly<Record<string, string>>;
}

function json<T = Record<string, unknown>>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

function files(path: string): string[] {
  return (readdirSync(path, { recursive: true }) as string[])
    .filter((file) => statSync(join(path, file)).isFile())
    .sort();
}

/** The rebuild command as a shell runs it, into another folder; npm is left out for speed. */
async function rebuild(command: string, cwd: string, into: string): Promise<void> {
  expect(command).toMatch(/^npm run gen -- /);
  const cli = [process.execPath, '--import', import.meta.resolve('tsx'), join(root, 'cli/cli.ts'), 'gen'].join(' ');
  await execa('sh', ['-c', `${command.replace('npm run gen --', cli)} --out ${into}`], { cwd });
}

beforeAll(async () => {
  const { exitCode } = await bitloom(['gen', ...tiny, '--fps', '100000', '--reuse', 'off']);
  expect(exitCode).toBe(0);
});

describe('gen', () => {
  test('writes the files that the layout promises, and no other', () => {
    const cells = [...cellPaths.keys()].map((cell) => `${cell}.v`);
    const memories = [
      'conv0_thresholds',
      'conv0_weights',
      'conv1_thresholds',
      'conv1_weights',
      'fc0_weights',
      'pool0_and',
      'quant_table',
    ];
    const rtl = files(join(design, 'rtl'));
    expect(rtl.filter((file) => !cells.includes(file))).toEqual(['tiny_top.v']);
    expect(files(join(design, 'mem'))).toEqual(memories.map((name) => `${name}.mem`));
    expect(files(design).filter((file) => !/^(rtl|mem)\//.test(file))).toEqual([
      'filelist.f',
      'manifest.json',
      'report/estimate.json',
      'vivado/clock.xdc',
      'vivado/ooc.tcl',
      'vivado/power.tcl',
    ]);
    expect(readFileSync(join(design, 'filelist.f'), 'utf8').trim().split('\n').sort()).toEqual(
      rtl.map((file) => `rtl/${file}`),
    );
    expect(readdirSync(out)).toEqual(['tiny-kc705']);
  });

  test('wired layers are modules of their own, without weight images', async () => {
    const parent = join(folder, 'reuse');
    expect(
      (
        await bitloom([
          'gen',
          '--board',
          'kc705',
          '--network',
          'tiny',
          '--fps',
          '100000',
          '--reuse',
          'on',
          '--out',
          parent,
        ])
      ).exitCode,
    ).toBe(0);
    const made = files(join(parent, 'tiny-kc705', 'rtl')).filter((file) => !file.startsWith('nn_'));
    expect(made).toEqual([
      'conv0_engine.v',
      'conv0_wired.v',
      'conv1_engine.v',
      'conv1_wired.v',
      'conv1_wired_0.v',
      'conv1_wired_1.v',
      'tiny_top.v',
    ]);
    expect(files(join(parent, 'tiny-kc705', 'mem'))).toEqual(['fc0_weights.mem', 'pool0_and.mem', 'quant_table.mem']);
  });

  test('copies library cells byte for byte', () => {
    for (const file of files(join(design, 'rtl')).filter((name) => name !== 'tiny_top.v'))
      expect(readFileSync(join(design, 'rtl', file), 'utf8')).toBe(cellText(basename(file, '.v')));
  });

  test('names every file with its hash in manifest.json', () => {
    const { files: hashes } = json<Manifest>(join(design, 'manifest.json'));
    expect(Object.keys(hashes).sort()).toEqual(files(design).filter((file) => file !== 'manifest.json'));
    for (const [file, hash] of Object.entries(hashes))
      expect([
        file,
        createHash('sha256')
          .update(readFileSync(join(design, file)))
          .digest('hex'),
      ]).toEqual([file, hash]);
  });

  test('names a command that makes the same bytes again', async () => {
    await rebuild(json<Manifest>(join(design, 'manifest.json')).rebuild, root, join(folder, 'again'));
    expect(contents(join(folder, 'again'))).toEqual(contents(out));
  });

  test('quotes the command for a shell', async () => {
    const own = join(folder, "it's mine");
    mkdirSync(own);
    const body = "return d.decide('class', d.binaryDense('fc0', pixels, { units: 3, weights }), { classes: 3 });";
    const network = networkFile(own, body).slice(own.length + 1);
    mkdirSync(join(folder, 'x y'));
    const path = `../it's mine/${network}`;
    const { exitCode } = await bitloom(
      ['gen', '--board', 'kc705', '--network', path, '--out', join(folder, 'quoted')],
      { cwd: join(folder, 'x y') },
    );
    expect(exitCode).toBe(0);
    const { rebuild: command } = json<Manifest>(join(folder, 'quoted', 'net-kc705', 'manifest.json'));
    await rebuild(command, join(folder, 'x y'), join(folder, 'requoted'));
    expect(contents(join(folder, 'requoted'))).toEqual(contents(join(folder, 'quoted')));
  });

  test('replaces its own design, measurements included, and edits by force', async () => {
    const before = contents(out);
    writeFileSync(join(design, 'rtl', 'tiny_top.v'), 'edited');
    writeFileSync(join(design, 'report', 'verification.json'), '{}');
    const edited = contents(out);
    const again = ['gen', ...tiny, '--fps', '100000', '--reuse', 'off'];
    expect(await bitloom(again)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^NN033 .* rtl\/tiny_top\.v ·/m),
    });
    expect(contents(out)).toEqual(edited);
    expect((await bitloom([...again, '--force'])).exitCode).toBe(0);
    expect(contents(out)).toEqual(before);
  });
});

describe('the network of a board', () => {
  test.each([
    ['kc705', 'tb_dnn', 'shared', 'trained'],
    ['zcu104', 'alexnet', 'sparse', 'synthetic'],
    ['xc7z100', 'binarynet', 'dataflow', 'synthetic'],
  ])('%s takes %s', async (board, network, architecture, source) => {
    // At one frame a second, so that the big network fits.
    const ran = await bitloom(['check', '--board', board, '--fps', '1', '--json']);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      report: { network, board, architecture, defaulted: false, weights: { source } },
      issues: [],
    });
    expect(ran.stderr.includes(`${network}: synthetic weights; no accuracy is implied`)).toBe(source === 'synthetic');
  });

  test("xc7z100's own design has kernel reuse, and asks where early decision pays", async () => {
    const { exitCode, stdout } = await bitloom(['check', '--board', 'xc7z100', '--json']);
    expect(exitCode).toBe(0);
    const { report } = JSON.parse(stdout) as {
      report: { totals: { framesPerSecond: number; fits: boolean }; layers: { name: string; style: string }[] };
    };
    expect(report).toMatchObject({ network: 'binarynet', calibration: { source: 'random' }, totals: { fits: true } });
    expect(report.totals.framesPerSecond).toBeGreaterThanOrEqual(40_000);
    expect(report.layers.filter(({ style }) => style === 'wired').map(({ name }) => name)).toContain('conv2');
  });

  test('another network on xc7z100 is as everywhere', async () => {
    const { exitCode, stdout, stderr } = await bitloom(['check', '--board', 'xc7z100', '--network', 'tiny', '--json']);
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('early decision')]);
    expect(JSON.parse(stdout).report.calibration ?? null).toBeNull();
  });

  test('gen --board zcu104 works without a network', async () => {
    const { exitCode, stdout } = await bitloom([
      'gen',
      '--board',
      'zcu104',
      '--out',
      join(folder, 'default'),
      '--json',
    ]);
    expect(exitCode).toBe(0);
    const { folder: written } = JSON.parse(stdout) as { folder: string };
    expect(written).toBe(join(folder, 'default', 'alexnet-zcu104-sparse'));
    expect(json(join(written, 'report', 'estimate.json'))).toMatchObject({
      network: 'alexnet',
      architecture: 'sparse',
      weights: { source: 'synthetic' },
    });
  });
});

describe('check', () => {
  test('writes nothing', async () => {
    const before = contents(out);
    const { exitCode, stdout } = await bitloom(['check', ...tiny, '--fps', '1000']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('; fits within 70 %')]);
    expect(contents(out)).toEqual(before);
  });
});

describe('infer', () => {
  const images = join(folder, 'images');
  const labels = join(folder, 'labels');
  beforeAll(() => {
    const bytes = Buffer.alloc(16 + 3 * 784);
    bytes.set([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28]);
    for (let i = 16; i < bytes.length; i++) bytes[i] = (i * 37) % 256;
    writeFileSync(images, bytes);
  });

  interface Inferred {
    readonly network: string;
    readonly accuracy: number | null;
    readonly imagesPerSecond: number;
    readonly images: readonly { readonly index: number; readonly class: number; readonly scores: readonly number[] }[];
  }
  const infer = async (...args: string[]) =>
    JSON.parse((await bitloom(['infer', '--images', images, '--threads', '1', '--json', ...args])).stdout) as Inferred;

  test('lists index, class and scores of each image', async () => {
    const result = await infer('--network', 'mnist');
    expect(Object.keys(result).sort()).toEqual(['accuracy', 'images', 'imagesPerSecond', 'network', 'weights']);
    expect(result).toMatchObject({ network: 'mnist', accuracy: null, imagesPerSecond: expect.any(Number) });
    expect(result.images.map((image) => image.index)).toEqual([0, 1, 2]);
    for (const image of result.images) {
      expect(Object.keys(image)).toEqual(['index', 'class', 'scores']);
      expect(image.scores).toHaveLength(10);
      expect(image.class).toBe(image.scores.indexOf(Math.max(...image.scores)));
    }
  });

  test('counts accuracy by the labels, on the first images alone with --limit', async () => {
    const { images: scored } = await infer('--network', 'mnist');
    // The first two right, the third wrong.
    writeFileSync(
      labels,
      Buffer.of(0, 0, 8, 1, 0, 0, 0, 3, scored[0]!.class, scored[1]!.class, (scored[2]!.class + 1) % 10),
    );
    expect((await infer('--network', 'mnist', '--labels', labels)).accuracy).toBeCloseTo(2 / 3, 12);
    const limited = await infer('--network', 'mnist', '--labels', labels, '--limit', '2');
    expect([limited.accuracy, limited.images.length]).toEqual([1, 2]);
  });

  test('states no accuracy of synthetic weights', async () => {
    expect((await infer('--network', 'lfc', '--labels', labels)).accuracy).toBeNull();
  });
});
