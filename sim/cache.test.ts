// SPDX-License-Identifier: Apache-2.0
/** Where built simulators lie: GNU make refuses paths with spaces. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { ownCacheFolder } from '../generator/project/project.ts';
import { cacheFolder } from './cache.ts';

afterEach(() => vi.unstubAllEnvs());

test('a bitloom that lies below a path with spaces keeps its cache among those of the user', () => {
  vi.stubEnv('XDG_CACHE_HOME', '');
  expect(ownCacheFolder('/home/me/net')).toBe('/home/me/net/node_modules/.cache/bitloom');
  expect(ownCacheFolder('/home/me/my net')).toBe(join(homedir(), '.cache/bitloom'));
  vi.stubEnv('XDG_CACHE_HOME', '/caches');
  expect(ownCacheFolder('/home/me/my net')).toBe('/caches/bitloom');
});

test('a folder that make cannot build in is refused before Verilator runs', () => {
  vi.stubEnv('BITLOOM_CACHE', '/nowhere/my cache');
  expect(() => cacheFolder('runtime')).toThrow(
    'NN030 output folder not writable · /nowhere/my cache/runtime · GNU make does not build in a folder whose ' +
      'path has ' +
      'spaces · fix: set BITLOOM_CACHE to a folder whose path has none',
  );
});
