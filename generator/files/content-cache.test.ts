// SPDX-License-Identifier: Apache-2.0
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { BitloomError } from '../errors/errors.ts';
import { isResources } from '../synth/is-resources.ts';
import type { Resources } from '../synth/synthesise.ts';
import { cachedFolder, contentKey, defaultCacheFolder, readValue, writeValue } from './content-cache.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-cache-'));
const folders = mkdtempSync(join(tmpdir(), 'bitloom-cached-'));
afterAll(() => [folder, folders].forEach((path) => rmSync(path, { recursive: true, force: true })));

const any = (_: unknown): _ is unknown => true;
const entryOf = (key: string) => join(folder, key.slice(0, 24));

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

test('what was written is read back, anything else is a miss', () => {
  const key = contentKey(['a']);
  expect(readValue(folder, key, any)).toBeUndefined();
  writeValue(folder, key, resources);
  expect(readValue(folder, key, isResources)).toEqual(resources);
  expect(readValue(folder, contentKey(['b']), any)).toBeUndefined();
});

test('the key tells parts apart', () => {
  expect(contentKey(['ab', 'c'])).not.toBe(contentKey(['a', 'bc']));
  expect(contentKey(['a', 'b'])).not.toBe(contentKey(['b', 'a']));
  expect(contentKey(['a', 'b'])).toBe(contentKey(['a', 'b']));
});

describe('an entry that cannot be believed is a miss and is overwritten', () => {
  const key = contentKey(['bad']);
  const spoil: Readonly<Record<string, (file: string) => unknown>> = {
    cut: (file) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20)),
    'one figure edited': (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('"lut":3', '"lut":4')),
    'of another key': (file) => {
      writeValue(folder, contentKey(['other']), { ...resources, lut: 7 });
      cpSync(entryOf(contentKey(['other'])), dirname(file), { recursive: true });
    },
    'in the form of an older version': (file) => writeFileSync(file, JSON.stringify({ key, value: resources })),
    'another hash of the right length': (file) => {
      const entry = join(dirname(file), 'entry.json');
      writeFileSync(entry, readFileSync(entry, 'utf8').replace(/"value.json":"../, '"value.json":"zz'));
    },
    'an entry file that is a pipe that nobody writes': (file) => {
      rmSync(join(dirname(file), 'entry.json'));
      execaSync('mkfifo', [join(dirname(file), 'entry.json')]);
    },
    'a file in its place': (file) => {
      rmSync(dirname(file), { recursive: true });
      writeFileSync(dirname(file), '');
    },
    null: (file) => writeFileSync(file, 'null'),
    'an empty object': (file) => writeFileSync(file, '{}'),
    'a list': (file) => writeFileSync(file, '[]'),
    'not JSON': (file) => writeFileSync(file, '\0\0'),
    empty: (file) => writeFileSync(file, ''),
    'a folder': (file) => {
      rmSync(file);
      mkdirSync(join(file, 'below'), { recursive: true });
    },
    'a pipe that nobody writes': (file) => {
      rmSync(file);
      execaSync('mkfifo', [file]);
    },
  };

  test.each(Object.keys(spoil))('%s', (name) => {
    writeValue(folder, key, resources);
    expect(readValue(folder, key, isResources)).toEqual(resources);
    spoil[name]!(join(entryOf(key), 'value.json'));
    expect(readValue(folder, key, isResources)).toBeUndefined();
    writeValue(folder, key, resources);
    expect(readValue(folder, key, isResources)).toEqual(resources);
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

  test.each(Object.keys(shapes))('of another shape: %s', (name) => {
    writeValue(folder, key, shapes[name]);
    expect(readValue(folder, key, any)).toEqual(JSON.parse(JSON.stringify(shapes[name])));
    expect(readValue(folder, key, isResources)).toBeUndefined();
  });

  test('a number that JSON does not have', () => {
    expect(isResources(resources)).toBe(true);
    expect(isResources({ ...resources, lut: NaN })).toBe(false);
    expect(isResources({ ...resources, timing: null })).toBe(true);
  });
});

test('no partial file stays behind, and a folder that cannot be made is no fault of the design', () => {
  expect(readdirSync(folder).filter((name) => !/^[0-9a-f]{24}$/.test(name))).toEqual([]);
  const file = join(folder, 'a-file');
  writeFileSync(file, '', { mode: 0o444 });
  expect(() => writeValue(join(file, 'below'), 'k', 1)).not.toThrow();
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

describe('folders of files', () => {
  const program = '#!/bin/sh\necho right\n';

  /** A program and a file in a folder below; `made` counts. */
  function maker() {
    const counted = {
      made: 0,
      async make(work: string): Promise<ReadonlyMap<string, string>> {
        counted.made += 1;
        writeFileSync(join(work, 'a.out'), program, { mode: 0o755 });
        writeFileSync(join(work, 'header'), 'read');
        return new Map([
          ['program', join(work, 'a.out')],
          ['headers/fast', join(work, 'header')],
        ]);
      },
    };
    return counted;
  }

  test('an entry is made once, of the files named alone, and found again', async () => {
    const parent = join(folders, 'once');
    const counted = maker();
    const found = [await cachedFolder(parent, ['a'], counted.make), await cachedFolder(parent, ['a'], counted.make)];
    expect([found[0] === found[1], counted.made]).toEqual([true, 1]);
    expect(readdirSync(found[0]!, { recursive: true }).sort()).toEqual([
      'entry.json',
      'headers',
      join('headers', 'fast'),
      'program',
    ]);
    expect(statSync(join(found[0]!, 'program')).mode & 0o111).toBe(0o111);
    await cachedFolder(parent, ['b'], counted.make);
    expect([counted.made, readdirSync(parent).length]).toEqual([2, 2]);
  });

  describe('an entry that cannot be believed is made again', () => {
    const parent = join(folders, 'bad');
    const inEntry = (path: string, text: string) => writeFileSync(join(path, 'entry.json'), text);
    const spoil: Readonly<Record<string, (path: string) => unknown>> = {
      'a program that was cut': (path) => truncateSync(join(path, 'program'), 5),
      'an empty program': (path) => truncateSync(join(path, 'program'), 0),
      'a foreign program of the same length': (path) =>
        writeFileSync(join(path, 'program'), program.replace('right', 'wrong')),
      'a program that may not be run': (path) => chmodSync(join(path, 'program'), 0o644),
      'a program that is gone': (path) => rmSync(join(path, 'program')),
      'a folder for a program': (path) => {
        rmSync(join(path, 'program'));
        mkdirSync(join(path, 'program'));
      },
      'a link to the same program elsewhere': (path) => {
        renameSync(join(path, 'program'), join(folders, 'elsewhere'));
        symlinkSync(join(folders, 'elsewhere'), join(path, 'program'));
      },
      'a header that was edited': (path) => writeFileSync(join(path, 'headers', 'fast'), 'bred'),
      'no entry file': (path) => rmSync(join(path, 'entry.json')),
      null: (path) => inEntry(path, 'null'),
      'an empty object': (path) => inEntry(path, '{}'),
      'no JSON': (path) => inEntry(path, '{"key'),
      'another key': (path) =>
        inEntry(path, readFileSync(join(path, 'entry.json'), 'utf8').replace(/"key":"./, '"key":"z')),
      'hashes that are none': (path) =>
        inEntry(path, readFileSync(join(path, 'entry.json'), 'utf8').replace(/:"\w{64}"}/, ':7}')),
      'no files': (path) =>
        inEntry(path, JSON.stringify({ ...JSON.parse(readFileSync(join(path, 'entry.json'), 'utf8')), files: {} })),
      'an entry of another key in its place': (path) => {
        rmSync(path, { recursive: true });
        cpSync(join(parent, readdirSync(parent).find((name) => !path.endsWith(name))!), path, { recursive: true });
      },
      'a file in its place': (path) => {
        rmSync(path, { recursive: true });
        writeFileSync(path, '');
      },
      'an entry of an older version': (path) => {
        rmSync(path, { recursive: true });
        mkdirSync(join(path, 'obj'), { recursive: true });
        writeFileSync(join(path, 'obj', 'Vbench'), program, { mode: 0o755 });
      },
    };

    test.each(Object.keys(spoil))('%s', async (name) => {
      const counted = maker();
      await cachedFolder(parent, ['another'], counted.make);
      const path = await cachedFolder(parent, [name], counted.make);
      const before = counted.made;
      expect(await cachedFolder(parent, [name], counted.make)).toBe(path);
      expect(counted.made).toBe(before);
      spoil[name]!(path);
      expect(await cachedFolder(parent, [name], counted.make)).toBe(path);
      expect(counted.made).toBe(before + 1);
      expect(readFileSync(join(path, 'program'), 'utf8')).toBe(program);
      expect(await cachedFolder(parent, [name], counted.make)).toBe(path);
      expect(counted.made).toBe(before + 1);
      expect(readdirSync(parent).filter((entry) => entry.startsWith('build-'))).toEqual([]);
    });
  });

  test('of two that make the same entry at once, the second leaves that of the first', async () => {
    const parent = join(folders, 'two');
    const counted = maker();
    let first: number | undefined;
    const slow = async (work: string) => {
      const files = await counted.make(work);
      first = statSync(join(await cachedFolder(parent, ['same'], counted.make), 'program')).ino;
      return files;
    };
    const path = await cachedFolder(parent, ['same'], slow);
    expect(counted.made).toBe(2);
    expect(statSync(join(path, 'program')).ino).toBe(first);
  });

  test('what fails leaves nothing behind; a full disk is no fault of bitloom', async () => {
    const parent = join(folders, 'fails');
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    const attempt = (error: Error) => cachedFolder(parent, ['fails'], () => Promise.reject(error));
    await expect(attempt(full)).rejects.toThrow(
      /^NN030 .*no space left .*fix: free some disk space, or set BITLOOM_CACHE/,
    );
    await expect(attempt(new BitloomError([{ code: 'NN041', where: 'make', got: 'this' }]))).rejects.toThrow(
      /^NN041 tool failed · make · this$/,
    );
    await expect(attempt(new TypeError('a bug'))).rejects.toThrow(TypeError);
    expect(readdirSync(parent)).toEqual([]);
  });
});
