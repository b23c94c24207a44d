// SPDX-License-Identifier: Apache-2.0
/** The list of checks: nothing leaves it in silence. The tests of each file are compared where they run (suite/). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './command-line.ts';
import { entriesOf, listFile, missing, parseChecks, printChecks } from './suite/checks.ts';
import { ownChecks } from './suite/own-checks.ts';
import { slowFiles } from './suite/slow-files.ts';

const listed = parseChecks(readFileSync(listFile, 'utf8'));
const own = ownChecks();

test('no cell, parameter point or mutant is gone (npm run tests -- --renew)', () => {
  expect(missing(new Map([...listed].filter(([heading]) => own.has(heading))), own)).toEqual([]);
  expect(missing(own, listed)).toEqual([]);
});

test('every file with tests is there (npm run tests -- --renew)', () => {
  const files = [...listed.keys()].filter((heading) => heading.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('every slow file is there', () => {
  expect(Object.keys(slowFiles).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

describe('the list', () => {
  const checks = new Map([
    ['a.test.ts', ['one', 'one > two']],
    ['cells', ['nn_a X=1: verilator']],
  ]);

  test('comes back as it was printed', () => {
    expect(parseChecks(printChecks(checks))).toEqual(checks);
  });

  test('says what is gone, and nothing of what is new', () => {
    expect(missing(checks, checks)).toEqual([]);
    expect(missing(checks, new Map([...checks, ['b.test.ts', ['three']]]))).toEqual([]);
    expect(missing(checks, new Map([...checks, ['cells', []]]))).toEqual(['cells: nn_a X=1: verilator']);
    expect(missing(checks, new Map([['cells', checks.get('cells')!]]))).toEqual(['a.test.ts: all 2']);
  });

  test('has each entry once, in one line, in order', () => {
    expect(entriesOf(['b\n c', 'a', 'b  c'])).toEqual(['a', 'b c']);
  });
});
