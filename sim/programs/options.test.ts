// SPDX-License-Identifier: Apache-2.0
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { illegal } from './options.ts';

const run = (file: string, ...args: string[]) => execa('npx', ['tsx', file, ...args], { reject: false });

test.each([
  [
    'sim/programs/proof.main.ts',
    ['--only', 'rtl-alxnet'],
    /rtl-alxnet.*Choices: .*"rtl-alexnet".*npm run proof -- --help/,
  ],
  ['sim/programs/proof.main.ts', ['rtl-alexnet'], /^unknown: rtl-alexnet/],
  // Nothing would be proven, and all of it.
  ['sim/programs/proof.main.ts', ['--only'], /^--only wants a value/],
  ['bench/early.ts', ['--layers', '1,2'], /^--layers is no number/],
  ['sim/programs/mutants.main.ts', ['--all'], /^Unknown argument: all/],
  ['sim/programs/sweep.main.ts', ['--sede', '3'], /^Unknown argument: sede/],
  ['sim/programs/sweep.main.ts', ['--frames'], /^--frames wants a value \(npm run sweep/],
  [
    'sim/programs/sweep.main.ts',
    ['--frames', '0'],
    /^--frames 0 is illegal, legal are whole numbers from 1 \(npm run sweep/,
  ],
  ['sim/programs/sweep.main.ts', ['--no-small', '--random', '0'], /^--no-small with --random 0 leaves no case/],
  ['sim/programs/mutants.main.ts', ['nope:nope'], /^no mutant is called nope:nope, .* "dataflow: rtl\/nn_loop.v/],
  ['bench/estimates.ts', ['--only', 'cnv'], /"cnv-max".*npm run estimates/],
])('%s %j', async (file, args, said) => {
  const { exitCode, stderr } = await run(file, ...args);
  expect(exitCode).toBe(2);
  expect(stderr.replace(/\s+/g, ' ').trim()).toMatch(said);
});

test.each([
  [0, /^--frames 0 is illegal, legal are whole numbers from 1$/],
  [-1, /^--frames -1 is illegal/],
  [1.5, /^--frames 1.5 is illegal/],
  [Infinity, /^--frames Infinity is illegal/],
  [NaN, /^--frames is no number/],
  [[2, 3], /^--frames is there 2 times/],
  [[], /^--frames wants a value/],
])('a number %j', (given, said) => expect(illegal('frames', given, { type: 'number' })).toMatch(said));

test('numbers from 0, up to some, and several', () => {
  expect(illegal('random', 0, { type: 'number', least: 0 })).toBeUndefined();
  expect(illegal('layers', [1, 6], { type: 'number', array: true, most: 5 })).toMatch(/^--layers 6 .* from 1 to 5$/);
  expect(illegal('layers', [1, 5], { type: 'number', array: true, most: 5 })).toBeUndefined();
  expect(illegal('case', '', { type: 'string' })).toBe('--case wants a value');
  expect(illegal('seed', undefined, { type: 'number' })).toBeUndefined();
});

test('--help says what a command proves, by name', async () => {
  const { exitCode, stdout } = await run('sim/programs/proof.main.ts', '--help');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^rtl-mnist: mnist on KC705/m);
});
