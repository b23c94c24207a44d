import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentKey, readCache, writeCache } from './cache.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitloom-cache-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what was written is read back, anything else is a miss', async () => {
  const key = contentKey(['a']);
  expect(await readCache(folder, key)).toBeUndefined();
  await writeCache(folder, key, { lut: 3 });
  expect(await readCache(folder, key)).toEqual({ lut: 3 });
  expect(await readCache(folder, contentKey(['b']))).toBeUndefined();
});

test('the key tells parts apart', () => {
  expect(contentKey(['ab', 'c'])).not.toBe(contentKey(['a', 'bc']));
  expect(contentKey(['a', 'b'])).not.toBe(contentKey(['b', 'a']));
  expect(contentKey(['a', 'b'])).toBe(contentKey(['a', 'b']));
});

test('a damaged entry is a miss and is overwritten', async () => {
  const key = contentKey(['damaged']);
  await writeFile(join(folder, `${key}.json`), '{"lut": ');
  expect(await readCache(folder, key)).toBeUndefined();
  await writeCache(folder, key, 7);
  expect(await readCache(folder, key)).toBe(7);
});

test('no partial file stays behind, and a folder that cannot be made is no fault of the design', async () => {
  expect((await readdir(folder)).every((name) => name.endsWith('.json'))).toBe(true);
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  await chmod(file, 0o444);
  await expect(writeCache(join(file, 'below'), 'k', 1)).resolves.toBeUndefined();
});
