// SPDX-License-Identifier: Apache-2.0
/** What a command line may say, and how it says that it was not understood; in process. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decimal } from '../cli/line/decimal.ts';
import { mostFramesPerSecond } from '../generator/hardware/rate.ts';
import { version } from '../generator/emit/version.ts';
import { contents, temporaryFolder } from './command-line.ts';
import { run } from './streams.ts';

const folder = temporaryFolder();
const out = join(folder, 'out');
const tiny = ['--board', 'kc705', '--network', 'tiny', '--out', out];

test.each([
  ['200', 200],
  ['-1', -1],
  ['+2', 2],
  ['0.5', 0.5],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['1E-2', 0.01],
  ['-0', 0],
  ['1e-400', 0],
  ['0x10', undefined],
  ['0b1', undefined],
  [' 5', undefined],
  ['5 ', undefined],
  ['', undefined],
  ['.', undefined],
  ['1e309', undefined],
  ['Infinity', undefined],
  ['NaN', undefined],
  ['1_000', undefined],
  ['1,5', undefined],
  ['٣', undefined],
  ['5n', undefined],
])('the number %j', (text, value) => {
  expect(Object.is(decimal(text), value)).toBe(true);
});

test.each([
  [200, 1000, 200_000],
  [1, 3_000_000, 0.333],
  [1, 1_000_001, 0.999],
  [1, 7e9, 0.000142],
  [1, 1_000_000, 1],
])('the rate at %d MHz and %d clocks a frame', (clock, interval, rate) => {
  expect(mostFramesPerSecond(clock, interval)).toBe(rate);
});

test.each([
  ['--fps', '1e-300'],
  ['--fps', '1e-300', '--arch', 'shared'],
  ['--fps', '5e-324', '--clock', '1000'],
  ['--fps', '1e-300', '--reuse', 'on', '--early', 'on'],
])('a frame in ages: %s %s', async (...options) => {
  expect(await run(['check', ...tiny, ...options.filter((word) => word)])).toMatchObject({ exitCode: 0 });
});

test.each<[string, string[], RegExp]>([
  [
    'an option given twice',
    ['check', ...tiny, '--fps', '1', '--fps', '2'],
    /^NN001 illegal option · --fps · given 2 times · legal: once$/,
  ],
  [
    'a switch given twice',
    ['check', ...tiny, '--unshared', '--unshared=false'],
    /^NN001 .* --unshared · given 2 times/,
  ],
  [
    'two faults at once',
    ['check', ...tiny, '--no-json', '--fps=1', '--fps=1'],
    /--no-json · no option of check .*\n.*--fps · given 2 times/,
  ],
  [
    'a name in camel case',
    ['check', ...tiny, '--bramPrice', '1'],
    /--bramPrice · no option of check .*did you mean --bram-price\?/,
  ],
  [
    'a switch that is neither',
    ['check', ...tiny, '--unshared=yes'],
    /--unshared · "yes" · legal: --unshared alone, true or false/,
  ],
  ['words behind --', ['check', ...tiny, '--', 'now'], /NN001 illegal option · -- · "now" · legal: options by name/],
  ['a lone --', ['check', ...tiny, '--'], /NN001 illegal option · -- · nothing/],
  ['a surplus word', ['check', ...tiny, 'now'], /Unknown argument: now/],
  ['a dash', ['check', ...tiny, '-'], /NN001/],
  ['short options', ['check', ...tiny, '-b'], /-b · no option of check/],
  ['completions of yargs', ['check', '--get-yargs-completions', 'c'], /--get-yargs-completions · no option of check/],
  [
    'a prototype',
    ['check', ...tiny, '--__proto__', '1', '--constructor=2'],
    /--__proto__ · no option.*\n.*--constructor · no option/,
  ],
  ['a command of a prototype', ['constructor'], /command · "constructor" · legal: gen check/],
  ['an empty command', [''], /command · none/],
  ['an option before the command', ['--json=false', 'check', ...tiny], /command · none/],
  ['a NUL character', ['check', ...tiny.slice(0, -1), 'a\0b'], /"a\\u0000b" · a NUL character/],
  [
    'numbers that are none',
    ['check', ...tiny, '--units', '0x10', '--taps', ' 5'],
    /--units · "0x10" · legal: a decimal number\n.*--taps · " 5"/,
  ],
  ['an infinite number', ['check', ...tiny, '--clock', '1e309'], /--clock · "1e309" · legal: a decimal number/],
  ['a negative number with an exponent', ['check', ...tiny, '--bram-price', '-1e5'], /--bram-price · -100000 · legal/],
  [
    'no values, of options with a default too',
    ['verify', ...tiny.slice(0, -1), '--frames', '--shard'],
    /--out · no value\n[^]*--shard · no value/,
  ],
  [
    'empty values',
    ['check', '--board=', '--bram-price=', '--clock', '', '--fps='],
    /--board · no value\n.*--fps · no value\n.*--clock · no value\n.*--bram-price · no value/,
  ],
])('%s', async (_, words, says) => {
  const { exitCode, stdout, stderr } = await run(words);
  expect(stderr.trimEnd()).toMatch(says);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(contents(out)).toEqual({});
});

describe('JSON', () => {
  test.each([['--json'], ['--json=true'], ['--json', 'true']])('asked for by %s %s', async (...json) => {
    const { exitCode, stdout } = await run(['check', ...tiny, ...json.filter((word) => word)]);
    expect([exitCode, (JSON.parse(stdout) as { issues: unknown }).issues]).toEqual([0, []]);
  });

  test.each([['--json=false'], ['--json', 'false']])('not asked for by %s %s', async (...json) => {
    expect((await run(['check', ...tiny, ...json.filter((word) => word)])).stdout).toMatch(/^┌/);
  });

  test('of a fault in the words', async () => {
    expect(JSON.parse((await run(['check', '--json=true', '--bord', 'x'])).stdout)).toMatchObject({
      issues: [{ where: '--bord' }],
    });
  });
});

describe('help', () => {
  test('of all commands, and of one, whose numbers are numbers', async () => {
    const all = await run(['--help']);
    expect([all.exitCode, all.stderr]).toEqual([0, '']);
    expect(all.stdout).toMatch(/npm run gen +generate Verilog/);
    expect((await run(['infer', '--help'])).stdout).toMatch(/--limit +only the first N images +\[number\]/);
    expect(JSON.parse((await run(['infer', '--help', '--json'])).stdout)).toEqual({
      text: expect.stringContaining('--limit'),
    });
  });

  test('the version', async () => {
    expect((await run(['--version'])).stdout).toBe(`${version}\n`);
  });
});
