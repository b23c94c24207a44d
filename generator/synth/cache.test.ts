// SPDX-License-Identifier: Apache-2.0
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentKey, defaultCacheFolder, readCache, writeCache } from './cache.ts';
import { isResources } from './is-resources.ts';
import type { Resources } from './synthesise.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitloom-cache-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const any = (_: unknown): _ is unknown => true;

/** Of a module with a register behind a LUT. */
const resources: Resources = {
  lut: 3,
  lutRam: 0,
  ff: 2,
  bram36: 0.5,
  romBram36: 0.5,
  uram: 0,
  dsp: 0,
  memoryBitsUsed: 64,
  cells: { LUT6: 3, FDRE: 2 },
  logicLevels: { inToFf: 1, ffToOut: 0, inToOut: null, ffToFf: 2 },
  portLevels: {
    inToFf: { d: 1 },
    ffToOut: { q: 0 },
    inToOut: { d: { q: 1 } },
    ffToFf: 2,
    worstPath: { from: 'a', to: 'b' },
  },
  timing: { delayNs: 0.642, from: 'a', to: 'b', notTimed: [] },
};

test('what was written is read back, anything else is a miss', async () => {
  const key = contentKey(['a']);
  expect(await readCache(folder, key, any)).toBeUndefined();
  await writeCache(folder, key, resources);
  expect(await readCache(folder, key, isResources)).toEqual(resources);
  expect(await readCache(folder, contentKey(['b']), any)).toBeUndefined();
});

test('the key tells parts apart', () => {
  expect(contentKey(['ab', 'c'])).not.toBe(contentKey(['a', 'bc']));
  expect(contentKey(['a', 'b'])).not.toBe(contentKey(['b', 'a']));
  expect(contentKey(['a', 'b'])).toBe(contentKey(['a', 'b']));
});

describe('an entry that cannot be believed is a miss and is overwritten', () => {
  const key = contentKey(['bad']);
  const entry = (changed: object) => JSON.stringify({ ...resources, ...changed });
  const spoil: Readonly<Record<string, (file: string) => unknown>> = {
    cut: async (file) => writeFile(file, (await readFile(file, 'utf8')).slice(0, -20)),
    'one figure edited': async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('"lut":3', '"lut":4')),
    'of another key': async (file) => {
      await writeCache(folder, contentKey(['other']), { ...resources, lut: 7 });
      await writeFile(file, await readFile(join(folder, `${contentKey(['other'])}.json`), 'utf8'));
    },
    'of an older version': (file) => writeFile(file, entry({})),
    'another hash of the right length': async (file) =>
      writeFile(file, (await readFile(file, 'utf8')).replace(/"sha256":"../, '"sha256":"zz')),
    null: (file) => writeFile(file, 'null'),
    'an empty object': (file) => writeFile(file, '{}'),
    'a list': (file) => writeFile(file, '[]'),
    'not JSON': (file) => writeFile(file, '\0\0'),
    empty: (file) => writeFile(file, ''),
    'a folder': async (file) => {
      await rm(file);
      await mkdir(join(file, 'below'), { recursive: true });
    },
    'a pipe that nobody writes': async (file) => {
      await rm(file);
      execaSync('mkfifo', [file]);
    },
  };

  test.each(Object.keys(spoil))('%s', async (name) => {
    await writeCache(folder, key, resources);
    expect(await readCache(folder, key, isResources)).toEqual(resources);
    await spoil[name]!(join(folder, `${key}.json`));
    expect(await readCache(folder, key, isResources)).toBeUndefined();
    await writeCache(folder, key, resources);
    expect(await readCache(folder, key, isResources)).toEqual(resources);
  });

  /** Whoever writes key and hash as this program does, but another value. */
  const shapes: Readonly<Record<string, unknown>> = {
    'fewer than no LUTs': { ...resources, lut: -5000 },
    'a figure as text': { ...resources, lut: '3' },
    'a figure that is null': { ...resources, ff: null },
    'a figure that is missing': { ...resources, dsp: undefined },
    'levels that are no record': { ...resources, portLevels: { ...resources.portLevels, inToFf: [] } },
    'levels of no port': { ...resources, portLevels: { ...resources.portLevels, inToOut: { d: 1 } } },
    'no levels': { ...resources, logicLevels: null },
    'half a path': { ...resources, portLevels: { ...resources.portLevels, worstPath: { from: 'a' } } },
    'negative delay': { ...resources, timing: { ...resources.timing, delayNs: -1 } },
    'names that are numbers': { ...resources, timing: { ...resources.timing, notTimed: [1] } },
    null: null,
    'an empty object': {},
    'a number': 7,
  };

  test.each(Object.keys(shapes))('of another shape: %s', async (name) => {
    await writeCache(folder, key, shapes[name]);
    expect(await readCache(folder, key, any)).toEqual(JSON.parse(JSON.stringify(shapes[name])));
    expect(await readCache(folder, key, isResources)).toBeUndefined();
  });

  test('a number that JSON does not have', () => {
    expect(isResources(resources)).toBe(true);
    expect(isResources({ ...resources, lut: NaN })).toBe(false);
    expect(isResources({ ...resources, timing: null })).toBe(true);
  });
});

test('no partial file stays behind, and a folder that cannot be made is no fault of the design', async () => {
  expect((await readdir(folder)).every((name) => name.endsWith('.json'))).toBe(true);
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  await chmod(file, 0o444);
  await expect(writeCache(join(file, 'below'), 'k', 1)).resolves.toBeUndefined();
});

test('BITLOOM_CACHE moves the cache; empty, it is as good as absent', () => {
  const before = process.env['BITLOOM_CACHE'];
  try {
    process.env['BITLOOM_CACHE'] = 'elsewhere';
    expect(defaultCacheFolder()).toBe(join(process.cwd(), 'elsewhere'));
    process.env['BITLOOM_CACHE'] = '';
    expect(defaultCacheFolder()).toMatch(/node_modules.\.cache.bitloom$/);
  } finally {
    if (before === undefined) delete process.env['BITLOOM_CACHE'];
    else process.env['BITLOOM_CACHE'] = before;
  }
});
