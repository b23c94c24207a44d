// SPDX-License-Identifier: Apache-2.0
/** docs/first-network.md works: its files and commands, in its order, print what it says they print. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { root, temporaryFolder } from './command-line.ts';
import { bitloomWords, blocks, firstDifference, say, type Block } from './pages.ts';

const page = readFileSync(join(root, 'docs/first-network.md'), 'utf8');
const shown = blocks(page);

describe('the comparison of output', () => {
  const output = 'a table\n a row\nbuilt in 2.5 s, done\nEQUAL\n';
  test.each(['…\nbuilt in 7 s, done\nEQUAL', 'a table\n…', 'a table\n a …\n…\nEQUAL'])('takes %j', (text) => {
    expect(firstDifference(text, output)).toBeUndefined();
  });
  test.each(['EQUAL', '…\nNOT EQUAL', 'a table\nEQUAL', 'a table\n a row\nbuilt in 1 s, done', '…\nEQUAL\n…\na table'])(
    'refuses %j',
    (text) => {
      expect(firstDifference(text, output)).toBeDefined();
    },
  );
});

/** One step: the blocks of a file are appended to it in their order; a command runs, its text block is its output. */
async function run({ language, file, text }: Block, folder: string, expected: string | undefined): Promise<void> {
  if (file !== undefined) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    appendFileSync(join(folder, file), text);
    return;
  }
  if (language !== 'sh') return;
  const [command, into] = text.trim().split(' > ') as [string, string?];
  const words = bitloomWords(command);
  const stdout = words ? await bitloomIn(words) : (await execa('sh', ['-c', command], { cwd: folder })).stdout;
  if (into !== undefined) writeFileSync(join(folder, into), stdout);
  if (expected !== undefined) expect(firstDifference(expected, stdout), stdout).toBeUndefined();
}

async function bitloomIn(words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await say(words);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

const here = process.cwd();
const folder = realpathSync(temporaryFolder());
afterAll(() => process.chdir(here));

test('every command and every file of the page, in order', async () => {
  // A checkout, as far as the page needs one.
  for (const name of ['generator', 'docs', 'package.json', 'node_modules'])
    symlinkSync(join(root, name), join(folder, name));
  process.chdir(folder);
  const commands = shown.flatMap(({ language, text }) => (language === 'sh' ? text.trimEnd().split('\n') : []));
  expect(commands.length).toBeGreaterThan(6);
  for (const [i, block] of shown.entries()) {
    const next = shown[i + 1];
    const expected = next?.language === 'text' ? next.text : undefined;
    if (block.language !== 'sh') {
      await run(block, folder, undefined);
      continue;
    }
    const lines = block.text.trimEnd().split('\n');
    for (const [k, line] of lines.entries())
      await run({ ...block, text: line }, folder, k === lines.length - 1 ? expected : undefined);
  }
  expect(existsSync(join(folder, 'strokes/rtl/strokes-kc705/manifest.json'))).toBe(true);
});

/** What a reader may get wrong, and step 8 has to see. */
const slips: readonly [what: string, file: string, from: string, to: string][] = [
  ['kernels with channels first', 'convert.mjs', 'kernels(trained.conv1)', 'trained.conv1.flat(3).map(bit)'],
  ['columns as they were flattened', 'convert.mjs', 'columns(trained.fc0, 4, 16)', 'trained.fc0.flat().map(bit)'],
  ['a threshold on sums, not popcounts', 'convert.mjs', '(taps - bias) / 2', '-bias'],
  ['a rounding down of thresholds', 'convert.mjs', 'Math.ceil', 'Math.floor'],
  ['bits the other way round', 'convert.mjs', 'weight >= 0 ? 1 : 0', 'weight >= 0 ? 0 : 1'],
  ['a pixel scale of 1', 'strokes.ts', '1 / 255', '1'],
  ['pixels of another zero', 'strokes.ts', 'p - 255', 'p - 254'],
  ['another padding', 'strokes.ts', 'value: 0', 'value: -255'],
  ['another epsilon', 'strokes.ts', 'epsilon: 1e-5', 'epsilon: 1'],
];

test.each(slips)('step 8 sees %s', async (_, file, from, to) => {
  const slip = mkdtempSync(join(folder, 'slip-'));
  for (const name of ['trained.json', 'convert.mjs', 'strokes.ts', 'compare.mjs'])
    cpSync(join(folder, 'strokes', name), join(slip, name));
  const text = readFileSync(join(slip, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(slip, file), text.replaceAll(from, to));
  await execa('node', [join(slip, 'convert.mjs')]);
  const images = join(folder, 'strokes/images.raw');
  writeFileSync(
    join(slip, 'infer.json'),
    await bitloomIn(['infer', '--network', join(slip, 'strokes.ts'), '--images', images, '--threads', '1', '--json']),
  );
  const { stdout } = await execa('node', [join(slip, 'compare.mjs')]);
  expect(Number(/^\d+/.exec(stdout)![0])).toBeLessThan(240);
});

test('there are ten steps, and each output follows a command', () => {
  expect([...page.matchAll(/^## (\d+)\. /gm)].map((match) => Number(match[1]))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  shown.forEach(({ language }, i) => language === 'text' && expect(shown[i - 1]?.language).toBe('sh'));
});
