// SPDX-License-Identifier: Apache-2.0
import { closeSync, mkdtempSync, openSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BitloomError } from '../errors/errors.ts';
import { reason, readInputFile, shownPath } from './input-file.ts';

/** What the next reads are replaced by; real ones where there is none. */
const readSync = vi.hoisted(() => ({ instead: undefined as ((...args: unknown[]) => number) | undefined }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    readSync: (...args: unknown[]) => (readSync.instead ?? (fs.readSync as (...args: unknown[]) => number))(...args),
  };
});

let folder: string;
const at = (name: string) => join(folder, name);

function written(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitloom-input-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const wanted = { code: 'NN010', legal: 'something' } as const;

/** What is said about a path that must not be read. */
function said(path: string, most?: number): string {
  try {
    readInputFile(path, { ...wanted, ...(most === undefined ? {} : { most }) });
  } catch (error) {
    if (error instanceof BitloomError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('a file, whole, also by a link; and one without bytes', () => {
  const path = written('file', 'abc');
  symlinkSync(path, at('link'));
  for (const name of [path, at('link')]) expect(readInputFile(name, wanted)).toEqual(Uint8Array.of(97, 98, 99));
  expect(readInputFile(written('empty', ''), wanted)).toEqual(new Uint8Array());
});

describe('what is no file ends at once, with the code and in words', () => {
  test.each([
    ['nothing there', () => at('absent'), 'no such file or folder'],
    ['a folder', () => folder, 'a folder, not a file'],
    ['a device without an end', () => '/dev/zero', 'a device, not a file'],
    ['a device without bytes', () => '/dev/null', 'a device, not a file'],
    ['a pipe that nobody writes', () => (execFileSync('mkfifo', [at('pipe')]), at('pipe')), 'a pipe, not a file'],
    [
      'a path through a file',
      () => `${written('file', '')}/x`,
      'no such file: a part of the path is a file, not a folder',
    ],
    ['a file as a folder', () => `${written('file', '')}/`, 'no such file: a part of the path is a file, not a folder'],
    [
      'links in a circle',
      () => (symlinkSync(at('b'), at('a')), symlinkSync(at('a'), at('b')), at('a')),
      'symbolic links that lead in a circle',
    ],
    ['a link to nothing', () => (symlinkSync(at('absent'), at('dangling')), at('dangling')), 'no such file or folder'],
    ['a null byte', () => at('a\0b'), 'a path with a null byte'],
    ['10,000 characters', () => at('n'.repeat(10_000)), 'the path is too long for a file'],
    ['10,000 characters of folders', () => at('n/'.repeat(5_000)), 'the path is too long for a file'],
    ['no path', () => '', 'no such file or folder'],
  ])('%s', (_, path, words) => {
    const text = said(path());
    expect(text).toContain(` · ${words} · legal: something`);
    expect(text).toMatch(/^NN010 /);
    expect(text).not.toMatch(/[\0-\x1f]/);
    expect(text.length).toBeLessThan(400);
  });

  test('a socket', async () => {
    const server = createServer();
    await new Promise<void>((ready) => server.listen(at('socket'), ready));
    expect(said(at('socket'))).toContain('a socket, not a file');
    await new Promise((closed) => server.close(closed));
  });

  test('1 TB without content is not read', () => {
    closeSync(openSync(at('sparse'), 'w'));
    truncateSync(at('sparse'), 1e12);
    expect(said(at('sparse'))).toContain('1000000000000 bytes; files of up to 2000000000 are read');
    expect(said(written('four', '1234'), 3)).toContain('4 bytes; files of up to 3 are read');
    expect(readInputFile(at('four'), { ...wanted, most: 4 })).toHaveLength(4);
  });

  test.runIf(process.platform === 'linux')('files that are made as they are read', () => {
    expect(said('/proc/self/status')).toContain('more than its 0 bytes');
  });
});

describe('a file that changes while it is read', () => {
  const reading = (instead: (...args: unknown[]) => number, provoke: () => void) => {
    readSync.instead = instead;
    try {
      provoke();
    } finally {
      readSync.instead = undefined;
    }
  };

  test('shrinks', () => {
    const path = written('shrinks', '12345678');
    let reads = 0;
    reading(
      () => (reads++ === 0 ? 5 : 0),
      () => expect(said(path)).toContain('it ends after 5 of its 8 bytes: it changes while it is read'),
    );
  });

  test('grows', () => {
    const path = written('grows', '12345678');
    reading(
      (...args) => args[3] as number,
      () => expect(said(path)).toContain('more than its 8 bytes'),
    );
  });

  test('comes in parts, which is legal', () => {
    const path = written('parts', '12345678');
    const sizes = [3, 4, 1, 0];
    reading(
      () => sizes.shift()!,
      () => expect(readInputFile(path, wanted)).toHaveLength(8),
    );
  });

  test('fails', () => {
    const path = written('fails', '12345678');
    const error = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    reading(
      () => {
        throw error;
      },
      () => expect(said(path)).toContain('EIO: i/o error, read'),
    );
  });
});

test('permissions and memory, which root and a test have enough of', () => {
  const error = (code: string) => Object.assign(new Error(`${code}: of the system`), { code });
  expect(['EACCES', 'EPERM'].map((code) => reason(error(code)))).toEqual(Array(2).fill('no permission to read it'));
  expect(reason(new RangeError('Array buffer allocation failed'))).toBe('it does not fit into memory');
});

test('paths are shown on one line, long ones without their middle', () => {
  expect(shownPath('weights/a b.safetensors')).toBe('weights/a b.safetensors');
  expect(shownPath('a\nb\0c\u001b[31m')).toBe('a\\nb\\u0000c\\u001b[31m');
  expect(shownPath('x'.repeat(10_000))).toBe(`${'x'.repeat(100)}…${'x'.repeat(100)}`);
});
