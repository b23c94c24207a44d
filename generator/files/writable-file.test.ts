// SPDX-License-Identifier: Apache-2.0
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { owner } from '../processes/owner.ts';
import { writableFile as tried, writeWholeFile } from './writable-file.ts';

/** Any file may be replaced. */
const writableFile = (path: string, option: string) => tried(path, option, { kind: { name: 'any', is: () => true } });

/** A disk that is full after some bytes. */
const disk = vi.hoisted(() => ({ bytesLeft: Infinity }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const writeFileSync = (path: string, content: string) => {
    fs.writeFileSync(path, content.slice(0, disk.bytesLeft));
    if (content.length > disk.bytesLeft)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  return { ...fs, writeFileSync };
});

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitloom-write-'));
});
afterEach(() => {
  disk.bytesLeft = Infinity;
  rmSync(folder, { recursive: true });
});

describe('a file that can be written', () => {
  test('is not changed by the trial, and nothing is left of it', () => {
    writeFileSync(at('there'), 'as it was');
    expect([writableFile(at('there'), '--out'), writableFile(at('new'), '--out')]).toEqual([at('there'), at('new')]);
    expect([readFileSync(at('there'), 'utf8'), readdirSync(folder)]).toEqual(['as it was', ['there']]);
  });

  test('is freed of what killed runs left beside it, and of nothing else', () => {
    const [pid, start, here] = owner().split('.');
    const left = `file.${pid}.${Number(start) - 1}.${here}.tmp`;
    const kept = ['file.1.tmp', `file.${owner()}.tmp.txt`, `other.${pid}.1.${here}.tmp`, `file.${pid}.1.00000000.tmp`];
    for (const name of [left, ...kept]) writeFileSync(at(name), 'half');
    writableFile(at('file'), '--out');
    expect(readdirSync(folder).sort()).toEqual([...kept].sort());
  });

  test('is written whole, in place of what lay there', () => {
    writeWholeFile(at('file'), 'one');
    writeWholeFile(at('file'), 'two');
    expect([readFileSync(at('file'), 'utf8'), readdirSync(folder)]).toEqual(['two', ['file']]);
  });

  test('behind a link stays behind it', () => {
    writeFileSync(at('file'), 'one');
    symlinkSync(at('file'), at('link'));
    writableFile(at('link'), '--out');
    writeWholeFile(at('link'), 'two');
    expect([readFileSync(at('file'), 'utf8'), lstatSync(at('link')).isSymbolicLink()]).toEqual(['two', true]);
  });
});

describe('what cannot be written is NN030, before and after long work', () => {
  const cases: [string, () => string][] = [
    ['a folder', () => folder],
    ['a file in no folder', () => at('absent/file')],
    ['a file in a file', () => (writeFileSync(at('file'), ''), at('file/x'))],
    ['a device', () => '/dev/null'],
    ['a full device', () => '/dev/full'],
    ['a link in a circle', () => (symlinkSync(at('b'), at('a')), symlinkSync(at('a'), at('b')), at('a'))],
    ['a link to nothing', () => (symlinkSync(at('absent'), at('dangling')), at('dangling'))],
    ['a null byte', () => at('a\0b')],
    ['10,000 characters', () => at('n'.repeat(10_000))],
  ];
  test.each(cases)('%s', (_, make) => {
    const path = make();
    const before = readdirSync(folder);
    for (const attempt of [() => writableFile(path, '--out'), () => writeWholeFile(path, 'text')]) {
      expect(attempt).toThrow(/^NN030 [^\n\0]{1,700}$/);
    }
    expect(readdirSync(folder)).toEqual(before);
  });

  test('a folder in the way of nothing: the trial is beside the file', () => {
    mkdirSync(at('sub'));
    expect(writableFile(at('sub/file'), '--out')).toBe(at('sub/file'));
    expect(readdirSync(at('sub'))).toEqual([]);
  });
});

describe('a file of the user is not replaced', () => {
  const kind = { name: 'a figure', is: (bytes: Uint8Array) => bytes[0] === 49 };

  test('that the command reads: NN001, by whatever name', () => {
    writeFileSync(at('input'), '1');
    symlinkSync(at('input'), at('link'));
    linkSync(at('input'), at('hard'));
    for (const name of ['input', 'link', 'hard', './sub/../input']) {
      mkdirSync(at('sub'), { recursive: true });
      const attempt = () => tried(`${folder}/${name}`, '--out', { kind, inputs: { '--weights': at('input') } });
      expect(attempt, name).toThrow(/^NN001 .*--out · .*, the file that --weights reads · fix: give another file/);
    }
    const inputs = { '--weights': at('link'), '--images': undefined, '--network': 'tiny' };
    expect(() => tried(at('input'), '--out', { kind, inputs })).toThrow(/^NN001/);
    writeFileSync(at('other'), '1');
    expect(tried(at('other'), '--out', { kind, inputs })).toBe(at('other'));
  });

  test('of another kind than what is written: NN030; empty ones and those of its kind are', () => {
    const lying = { text: 'export default 1;', picture: 'GIF89a', empty: '', figure: '12' };
    for (const [name, content] of Object.entries(lying)) writeFileSync(at(name), content);
    const attempt = (name: string) => () => tried(at(name), '--out', { kind });
    expect(attempt('text')).toThrow(/^NN030 .*text is there: a file of another kind · legal: a new file, or a figure/);
    expect(attempt('picture')).toThrow(/^NN030 .* is there: a GIF picture/);
    for (const name of ['empty', 'figure', 'new']) expect(attempt(name)()).toBe(at(name));
    expect(readFileSync(at('text'), 'utf8')).toBe(lying.text);
  });
});

test('a full disk leaves what lay there, and no part of a file', () => {
  writeFileSync(at('file'), 'of the user');
  disk.bytesLeft = 3;
  expect(() => writeWholeFile(at('file'), 'much longer')).toThrow(
    /^NN030 .*file · ENOSPC: no space left on device, write · fix: free some disk space/,
  );
  expect(() => writeWholeFile(at('new'), 'much longer')).toThrow(/^NN030/);
  expect([readFileSync(at('file'), 'utf8'), existsSync(at('new')), readdirSync(folder)]).toEqual([
    'of the user',
    false,
    ['file'],
  ]);
});
