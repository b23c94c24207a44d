// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { binaryDense, binarise, decide, input, network, quantise, synthetic } from '../index.ts';
import { inferTypes } from '../passes/infer-types.ts';
import { classIssues } from '../passes/match-classes.ts';
import { classesOfFolder } from './bnn-pynq-classes.ts';
import type { NamedTensor, SourceClasses } from './tensors.ts';

const parent = mkdtempSync(join(tmpdir(), 'bnn-pynq-'));
afterAll(() => rmSync(parent, { recursive: true }));
const folder = join(parent, 'weights');
mkdirSync(folder);

/** Rows of bits as text. */
const rows = (...text: readonly string[]): NamedTensor => ({
  dtype: 'U8',
  shape: [text.length, text[0]!.length],
  data: Uint8Array.from(text.join(''), Number),
});

describe('outputs that are no padding', () => {
  test.each([
    ['rows of ones behind them', rows('010', '100', '111', '111'), 2],
    ['rows that no file has', rows('010', '100', '000', '000'), 2],
    ['none is padding', rows('010', '100', '011'), 3],
    ['a row of ones among them', rows('010', '111', '011', '111'), 3],
    ['all are', rows('111', '111'), 0],
  ])('%s', (_, last, outputs) => {
    expect(classesOfFolder(folder, last)).toEqual({ where: folder, outputs });
  });
});

test('classes.txt of the folder, else of the one around it: a name a line', () => {
  const named = () => classesOfFolder(folder, rows('01')).named;
  expect(named()).toBeUndefined();
  writeFileSync(join(parent, 'classes.txt'), 'Stop\nGive way');
  expect(named()).toEqual({ file: join(parent, 'classes.txt'), names: ['Stop', 'Give way'] });
  writeFileSync(join(folder, 'classes.txt'), 'Cat\r\n\r\nDog\r\n\n');
  expect(named()).toEqual({ file: join(folder, 'classes.txt'), names: ['Cat', '', 'Dog'] });
  writeFileSync(join(folder, 'classes.txt'), '\n');
  expect(named()!.names).toEqual([]);
  rmSync(join(folder, 'classes.txt'));
  mkdirSync(join(folder, 'classes.txt'));
  expect(named).toThrow(/^NN010 .*classes\.txt · a folder, not a file/);
});

describe('a network of 3 classes and 8 values', () => {
  const graph = network('three', () => {
    const bits = quantise('bits', input('pixels', { height: 1, width: 1, channels: 6 }), binarise(128));
    return decide('class', binaryDense('fc', bits, { units: 8, weights: synthetic(1) }), { classes: 3, ignore: 5 });
  });
  const issues = (classes: Omit<SourceClasses, 'where'>) =>
    classIssues('three', inferTypes(graph), { where: 'folder', ...classes });
  const names = (count: number) => ({ file: 'folder/classes.txt', names: Array.from({ length: count }, String) });

  test('takes weights of as many classes, named or not, and of fewer outputs', () => {
    expect([...issues({ outputs: 3 }), ...issues({ outputs: 3, named: names(3) }), ...issues({ outputs: 2 })]).toEqual(
      [],
    );
  });

  test('refuses more outputs, and names of more or fewer classes, with what would take them', () => {
    const said = { code: 'NN012', where: 'three › class (decide)', legal: 'weights of 3 classes' };
    expect(issues({ outputs: 4 })).toMatchObject([
      {
        ...said,
        got: 'folder has 4 outputs that are no padding, the network 3 classes',
        fix: 'give weights of 3 classes, or { classes: 4, ignore: 4 } here',
      },
    ]);
    expect(issues({ outputs: 8 })).toMatchObject([{ fix: 'give weights of 3 classes, or { classes: 8 } here' }]);
    expect(issues({ outputs: 3, named: names(2) })).toMatchObject([
      { ...said, got: 'folder/classes.txt names 2 classes, the network has 3' },
    ]);
    expect(issues({ outputs: 3, named: names(9) })).toMatchObject([
      {
        got: 'folder/classes.txt names 9 classes, the network has 3',
        fix: 'give weights of 3 classes, or a last layer of 9 values here',
      },
    ]);
    expect(issues({ outputs: 4, named: names(3) })).toMatchObject([
      { got: 'folder has 4 outputs that are no padding, the network 3 classes' },
    ]);
  });
});
