// SPDX-License-Identifier: Apache-2.0
/** README.md shows what happens: the demo's output, the picture that its script draws, figures of docs/results.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { root, temporaryFolder } from './command-line.ts';
import { bitloomWords, blocks, firstDifference, say } from './pages.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('README.md');
const folder = temporaryFolder();

test('make demo prints what the page shows', async () => {
  const shown = blocks(page).find(({ language }) => language === 'text')!.text;
  const recipe = /^demo:.*\n((?:\t.*\n)+)/m.exec(read('Makefile'))![1]!;
  const commands = recipe
    .trimEnd()
    .split('\n')
    .map((line) => bitloomWords(line.trim()));
  expect(commands.map((words) => words?.[0])).toEqual(['gen', 'verify', 'report']);
  let output = '';
  for (const words of commands) {
    const { exitCode, stdout, stderr } = await say([...words!, '--out', join(folder, 'out')]);
    expect(exitCode, stderr).toBe(0);
    output += stdout;
  }
  expect(shown).toContain('EQUAL');
  expect(firstDifference(shown, output), output).toBeUndefined();
  expect(firstDifference(shown.replace('28,345', '28,346'), output)).toBeDefined();
});

/** What a script prints. */
async function printed(script: string): Promise<string> {
  const args = ['--import', import.meta.resolve('tsx'), script];
  return (await execa(process.execPath, args, { cwd: root, stripFinalNewline: false })).stdout;
}

test('the picture is what its script draws', async () => {
  expect(await printed('bench/picture.ts')).toBe(read('docs/picture.svg'));
  expect(page).toContain('](docs/picture.svg)');
});

test('the page of options is made of their definitions', async () => {
  expect(await printed('bench/options-page.ts')).toBe(read('docs/options.md'));
});

/** Rows of the page's results whose rate and area stand in no one row of docs/results.md, or whose accuracy in none. */
function unfounded(readme: string): string[] {
  const rows = (text: string) => text.split('\n').filter((line) => line.startsWith('| '));
  const section = /^## Results\n(.*?)^## /ms.exec(readme)![1]!;
  const details = rows(read('docs/results.md'));
  return rows(section)
    .slice(1)
    .filter((row) => {
      const [, , accuracy, , rate, area] = row.split('|').map((cell) => cell.trim()) as string[];
      const figures = [rate!, ...area!.split(' / ')];
      const percent = /[\d.]+ %/.exec(accuracy!)?.[0];
      return (
        details.filter((line) => figures.every((figure) => line.includes(figure))).length !== 1 ||
        (percent !== undefined && !read('docs/results.md').includes(percent))
      );
    });
}

test('each row of results stands in docs/results.md with the same figures', () => {
  expect(unfounded(page)).toEqual([]);
  for (const [from, to] of [
    ['28,345 | 1,991', '28,346 | 1,991'],
    ['60,186', '60,187'],
    ['86.49 %', '86.94 %'],
  ] as const)
    expect(unfounded(page.replace(from, to)), to).toHaveLength(1);
});

test('the network of the page is a network', async () => {
  const { text } = blocks(page).find(({ language }) => language === 'ts')!;
  const dsl = await import('../generator/index.ts');
  const weights = dsl.synthetic(1);
  const names = Object.keys(dsl).filter((name) => name !== 'default');
  const body = text.replace('export default', 'return');
  const graph = new Function('weights', ...names, body)(weights, ...names.map((name) => dsl[name as keyof typeof dsl]));
  expect(graph).toMatchObject({ name: 'mine' });
});
