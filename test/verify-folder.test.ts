// SPDX-License-Identifier: Apache-2.0
/** verify, report and gen on folders that someone edited, without a simulation: the plan is the judge. */
import { appendFileSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { gen } from '../cli/commands/gen.ts';
import type { DesignOptions } from '../cli/commands/prepare.ts';
import { report } from '../cli/commands/report.ts';
import { verify } from '../cli/commands/verify.ts';
import type { MemoryFault } from '../generator/emit/memory-faults.ts';
import { writeSafetensors } from '../generator/import/index.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { networkFile, root, temporaryFolder } from './command-line.ts';
import { said } from './said.ts';
import { writeSmallWeights } from './small-network.ts';

const folder = temporaryFolder();
const random = randomFrom('folders');
const notes: string[] = [];
const out = { warn: (text: string) => void notes.push(text), progress: () => {} };
afterEach(() => process.chdir(root));

interface Said {
  readonly passed: boolean;
  readonly modified: readonly string[];
  readonly memoryFaults: readonly MemoryFault[];
  readonly report: {
    readonly verification: { readonly passed: boolean; readonly memoryFaults: readonly MemoryFault[] };
  };
}

async function verified(options: DesignOptions): Promise<Said & { readonly exitCode: number; readonly text: string }> {
  const { json, exitCode, text } = await verify({ ...options, frames: 1, stall: '0', shard: '1/1' }, out);
  return { ...(json as Said), exitCode, text };
}

/** What `report` says was modified: it simulates nothing. */
async function modified(options: DesignOptions): Promise<string[]> {
  notes.length = 0;
  await report(options, out);
  return notes.flatMap((note) => (note.startsWith('modified since generated: ') ? [note.slice(26)] : []));
}

/** A bit of an image that the network's weights stand in, turned over; the file is put back after `judge`. */
async function flipped<T>(
  target: string,
  file: string,
  byte: number,
  mask: (before: number) => number,
  judge: () => Promise<T>,
): Promise<T> {
  const path = join(target, file);
  const before = readFileSync(path);
  const after = Buffer.from(before);
  after[byte] = mask(before[byte]!);
  writeFileSync(path, after);
  try {
    return await judge();
  } finally {
    writeFileSync(path, before);
  }
}

describe('a wrong bit of a memory image is NOT EQUAL, whatever frames would show', () => {
  const shared = { board: 'kc705', network: 'tiny', arch: 'shared', out: folder };
  const target = join(folder, 'tiny-kc705-shared');
  const file = 'mem/tiny__array_weights.mem';
  beforeAll(() => gen(shared, out));

  test('twelve weight bits of the shared array at random', async () => {
    const image = readFileSync(join(target, file), 'latin1');
    for (let i = 0; i < 12; i++) {
      let at = Math.floor(random() * image.length);
      while (image[at] === '\n') at = (at + 1) % image.length;
      const turned = (parseInt(image[at]!, 16) ^ (1 << Math.floor(random() * 4))).toString(16);
      const { passed, exitCode, memoryFaults, text } = await flipped(
        target,
        file,
        at,
        () => turned.charCodeAt(0),
        () => verified(shared),
      );
      expect([passed, exitCode, memoryFaults.length]).toEqual([false, 1, 1]);
      expect(memoryFaults[0]).toMatchObject({
        file,
        line: image.slice(0, at).split('\n').length,
        bit: expect.any(Number),
        what: expect.any(String),
      });
      expect(text).toMatch(
        /^mem\/tiny__array_weights\.mem line \d+ bit \d+: [01] in place of [01] \(.*\)\nNOT EQUAL: a memory image holds/,
      );
    }
  });

  test('the manifest has no say: not by a hash that was edited, nor by an entry that is gone', async () => {
    const path = join(target, 'manifest.json');
    const before = readFileSync(path, 'utf8');
    const manifest = JSON.parse(before) as { files: Record<string, string> };
    for (const files of [{ ...manifest.files, [file]: undefined }, { ...manifest.files, [file]: '0'.repeat(64) }, {}]) {
      writeFileSync(path, JSON.stringify({ ...manifest, files }));
      const {
        exitCode,
        modified: named,
        memoryFaults,
        report: merged,
      } = await flipped(
        target,
        file,
        0,
        (digit) => (digit === 48 ? 49 : 48),
        () => verified(shared),
      );
      expect([exitCode, named, memoryFaults.length]).toEqual([1, [file, 'manifest.json'], 1]);
      expect(merged.verification).toMatchObject({ passed: false, memoryFaults });
      expect(await modified(shared)).toEqual(['manifest.json']);
    }
    writeFileSync(path, before);
    expect(await modified(shared)).toEqual([]);
  });

  test('words too many or too few are called that, and nothing is simulated', async () => {
    const path = join(target, file);
    const before = readFileSync(path, 'utf8');
    for (const [after, says] of [
      [`${before}0\n`, /1 surplus word /],
      [before.slice(before.indexOf('\n') + 1), /line \d+: 1 missing word /],
      ['', /missing words /],
    ] as const) {
      writeFileSync(path, after);
      const { exitCode, text } = await verified(shared);
      expect([exitCode, text]).toEqual([1, expect.stringMatching(says)]);
    }
    writeFileSync(path, before);
  });

  test('streams of the sparse engine: bits at random, and the manifest without them', async () => {
    const network = networkFile(
      folder,
      "return d.decide('class', d.intDense('fc', pixels, { units: 5, weights }), { classes: 5 });",
      { name: 'flips' },
    );
    const sparse = { board: 'zcu104', network, arch: 'sparse', out: folder };
    await gen(sparse, out);
    const sparseTarget = join(folder, 'flips-zcu104-sparse');
    const path = join(sparseTarget, 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as { files: Record<string, string> };
    writeFileSync(path, JSON.stringify({ ...manifest, files: {} }));
    for (const image of ['mem/maps.bin', 'mem/vectors.bin', 'mem/vectors.bin', 'mem/vectors.bin']) {
      const bytes = readFileSync(join(sparseTarget, image));
      // Beside a byte that is not 0, or in the padding of a page.
      const used = [...bytes.keys()].filter((at) => bytes[at] !== 0);
      for (const byte of [used[Math.floor(random() * used.length)]!, bytes.length - 1]) {
        const bit = Math.floor(random() * 8);
        const { exitCode, memoryFaults } = await flipped(
          sparseTarget,
          image,
          byte,
          (value) => value ^ (1 << bit),
          () => verified(sparse),
        );
        expect([exitCode, memoryFaults]).toEqual([1, [expect.objectContaining({ file: image, byte, bit })]]);
      }
    }
  });
});

describe('what differs from the plan is named', () => {
  const options = { board: 'kc705', network: 'tiny', fps: '100000', out: join(folder, 'named') };
  const target = join(folder, 'named', 'tiny-kc705');
  const restore = () => gen({ ...options, force: true }, out);
  beforeAll(restore);

  test('in every folder, by its bytes', async () => {
    const files = ['filelist.f', 'mem/fc0_weights.mem', 'report/estimate.json', 'rtl/nn_egress.v', 'vivado/clock.xdc'];
    for (const file of files) appendFileSync(join(target, file), '\n');
    expect(await modified(options)).toEqual([files.join(' ')]);
    await restore();
    expect(await modified(options)).toEqual([]);
  });

  test('a source that filelist.f names, and data beside the images, as added', async () => {
    writeFileSync(join(target, 'rtl', 'mine.v'), 'module mine; endmodule\n');
    appendFileSync(join(target, 'filelist.f'), 'rtl/mine.v\n');
    writeFileSync(join(target, 'mem', 'mine.mem'), '0\n');
    expect(await modified(options)).toEqual(['filelist.f mem/mine.mem (added) rtl/mine.v (added)']);
    notes.length = 0;
    await restore();
    expect(notes).toContain('kept, not of bitloom: mem/mine.mem rtl/mine.v');
    expect(readdirSync(join(target, 'rtl'))).toContain('mine.v');
    expect(await modified(options)).toEqual(['mem/mine.mem (added)']);
    for (const file of ['rtl/mine.v', 'mem/mine.mem']) rmSync(join(target, file));
  });

  test('all that are gone are named at once', async () => {
    for (const file of ['rtl/nn_egress.v', 'mem/fc0_weights.mem']) rmSync(join(target, file));
    expect((await said(() => report(options, out), folder)).split('\n')).toEqual(
      ['mem/fc0_weights.mem', 'rtl/nn_egress.v'].map((file) =>
        expect.stringMatching(new RegExp(`^NN031 .*${file} · the file is gone`)),
      ),
    );
    await restore();
  });

  test('a network by its other name is the same design', async () => {
    expect(await modified({ ...options, network: 'networks/tiny.ts' })).toEqual([]);
    expect(await modified({ ...options, network: join(root, 'networks/tiny.ts') })).toEqual([]);
  });
});

describe('weights are found where they lay when the design was generated', () => {
  const lie = join(folder, 'weights');
  const body = [
    "const bits = d.batchNormSign('norm0', d.binaryConv2d('conv0', pixels, { filters: 4, kernel: 3, weights }), " +
      '{ weights });',
    "return d.decide('class', d.binaryDense('fc0', bits, { units: 3, weights }), { classes: 3 });",
  ].join(' ');
  beforeAll(() => {
    mkdirSync(lie);
    writeSmallWeights(join(lie, 'w.safetensors'));
    const data = Int8Array.from({ length: 5 * 32 }, (_, i) => ((i * 37) % 7) - 3);
    writeSafetensors(
      join(lie, 'w8.safetensors'),
      { 'fc.weights': { dtype: 'I8', shape: [5, 32], data } },
      { source: 'trained' },
    );
  });

  test.each([
    ['dataflow', 'kc705', body, 'w'],
    ['shared', 'kc705', body, 'w'],
    [
      'sparse',
      'zcu104',
      "return d.decide('class', d.intDense('fc', pixels, { units: 5, weights }), { classes: 5 });",
      'w8',
    ],
  ])('%s', async (arch, board, text, weights) => {
    const network = networkFile(folder, text, { name: `net_${arch}` });
    const options = { board, network, arch, out: join(folder, 'elsewhere', arch) };
    const [here, there] = ['here', 'there'].map((name) => join(folder, name, arch));
    for (const cwd of [here!, there!]) mkdirSync(cwd, { recursive: true });
    process.chdir(here!);
    await gen({ ...options, weights: `../../weights/${weights}.safetensors` }, out);
    process.chdir(there!);
    expect(await modified(options)).toEqual([]);
    const { exitCode } = await report(options, out);
    expect(exitCode).toBe(0);
    const name = arch === 'dataflow' ? `net_${arch}-${board}` : `net_${arch}-${board}-${arch}`;
    const manifest = readFileSync(join(options.out, name, 'manifest.json'), 'utf8');
    expect(manifest).not.toContain(folder);
    // Gone: where it was looked for is said. There again, at the path that was given: found from here.
    renameSync(join(lie, `${weights}.safetensors`), join(lie, 'moved'));
    expect(await said(() => report(options, out), folder)).toMatch(
      new RegExp(
        `^NN031 .* · --weights · .* --weights ../../weights/${weights}.safetensors, which is not there, nor at ` +
          `.*${weights}.safetensors · fix: give --weights`,
      ),
    );
    rmSync(join(options.out, name, 'inputs.json'));
    renameSync(join(lie, 'moved'), join(lie, `${weights}.safetensors`));
    expect(await modified(options)).toEqual([]);
    process.chdir('/');
    expect(await said(() => report(options, out), folder)).toMatch(/which is not there · fix: give --weights/);
    expect(await modified({ ...options, weights: join(lie, `${weights}.safetensors`) })).toEqual([]);
  });

  test('by a path that is absolute', async () => {
    const options = {
      board: 'kc705',
      network: networkFile(folder, body, { name: 'absolute' }),
      out: join(folder, 'absolute'),
    };
    await gen({ ...options, weights: join(lie, 'w.safetensors') }, out);
    expect(await modified(options)).toEqual([]);
    expect(readFileSync(join(options.out, 'absolute-kc705', 'inputs.json'), 'utf8')).toBe(
      '{\n  "weights": "../../weights/w.safetensors"\n}\n',
    );
    await gen(options, out);
    expect(readdirSync(join(options.out, 'absolute-kc705'))).not.toContain('inputs.json');
  });
});
