// SPDX-License-Identifier: Apache-2.0
/** What a compression leaves for a run that takes it up again: as it was written, or refused. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BitloomError } from '../errors/errors.ts';
import { writeSafetensors } from '../import/index.ts';
import { randomFrom } from '../passes/random.ts';
import { seededRandom } from '../train/random.ts';
import { readTable, writeTable } from './checkpoint.ts';
import { freshNet } from './fresh-net.ts';
import { readNet, writeNet } from './net-file.ts';
import { stateFile } from './training-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const net = freshNet(seededRandom(3), {
  input: { height: 8, width: 8, channels: 1 },
  width: 2,
  stages: 1,
  blocks: 1,
  classes: 3,
});
const path = join(folder, 'net.safetensors');

/** Codes of what is thrown; fails where nothing is. */
function refused(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof BitloomError) return error.issues.map((issue) => issue.code);
    throw error;
  }
  throw new Error('nothing was refused');
}

/**
 * The file with one bit flipped, at so many places anywhere, and as many in its first kilobyte, which is the header.
 */
function flipped(file: string, count: number, read: () => unknown): void {
  const bytes = readFileSync(file);
  const random = randomFrom(file);
  for (let i = 0; i < 2 * count; i++) {
    const at = Math.floor(random() * (i < count ? Math.min(1024, bytes.length) : bytes.length));
    const bit = Math.floor(random() * 8);
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1 << bit;
    writeFileSync(file, damaged);
    const codes = refused(read);
    if (!codes.every((code) => ['NN011', 'NN013'].includes(code)))
      expect.fail(`byte ${at}, bit ${bit}: ${codes.join(' ')}`);
  }
  writeFileSync(file, bytes);
  expect(read).not.toThrow();
}

describe('a flipped bit is refused', () => {
  test('in a network', () => {
    writeNet(path, net);
    flipped(path, 150, () => readNet(path));
  });

  test('in the state of a training', () => {
    const states = stateFile(join(folder, 'state.safetensors'));
    const variables = [Float32Array.of(1, 2, 3), Float32Array.of(4)];
    states.save({ epoch: 2, steps: 7, variables, moments: variables });
    expect(states.load()).toEqual({ epoch: 2, steps: 7, variables, moments: variables });
    flipped(join(folder, 'state.safetensors'), 60, () => states.load());
  });

  test('in a table', () => {
    const file = join(folder, 'table.json');
    writeTable(file, { steps: [{ layer: 'a', loss: 0.125 }] });
    expect(readTable(file, '')).toEqual({ steps: [{ layer: 'a', loss: 0.125 }] });
    const text = readFileSync(file, 'utf8');
    for (let at = 0; at < text.length; at++) {
      // Between the words a blank is as good as another.
      if (/\s/.test(text[at]!)) continue;
      writeFileSync(file, `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`);
      expect(refused(() => readTable(file, 'again'))).toEqual(['NN011']);
    }
  });
});

test.each<[string, () => void, string[]]>([
  ['weights that are no checkpoint', () => writeSafetensors(path, {}, { source: 'trained' }), ['NN011']],
  [
    'a checkpoint of a training in the place of a network',
    () => stateFile(path).save({ epoch: 1, steps: 1, variables: [], moments: [] }),
    ['NN011'],
  ],
  ['nothing', () => writeFileSync(path, ''), ['NN011']],
  ['a folder', () => (rmSync(path), mkdirSync(path)), ['NN010']],
])('%s', (_, write, codes) => {
  write();
  expect(refused(() => readNet(path))).toEqual(codes);
});

test('a table that is not there, or a folder', () => {
  expect(refused(() => readTable(join(folder, 'absent.json'), ''))).toEqual(['NN011']);
  expect(refused(() => readTable(folder, ''))).toEqual(['NN011']);
});
