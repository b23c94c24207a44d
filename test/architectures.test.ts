// SPDX-License-Identifier: Apache-2.0
/**
 * A fourth architecture is one file here and one line in the registry: every command knows it, and nothing else does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { importsOf } from './sources.ts';
import { run } from './streams.ts';
import { temporaryFolder } from './command-line.ts';

vi.mock('../generator/architectures/index.ts', async (original) => {
  const { architectures } = await original<typeof import('../generator/architectures/index.ts')>();
  const { toy } = await import('./toy-architecture.ts');
  return { architectures: [...architectures, toy] };
});

const folder = temporaryFolder();
const toy = ['--board', 'kc705', '--network', 'tiny', '--arch', 'toy', '--out', folder];
const path = join(folder, 'tiny-kc705-toy');

test('gen, check, synth and report build it, by its own option', async () => {
  const made = await run(['gen', ...toy, '--answer', '3']);
  expect([made.exitCode, made.stderr]).toEqual([0, expect.stringContaining('synthetic weights')]);
  expect(made.stdout).toContain('tiny: always 3');
  expect(readFileSync(join(path, 'mem', 'answer.mem'), 'utf8')).toBe('03\n');
  expect(JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'))).toMatchObject({
    architecture: 'toy',
    answer: 3,
    rebuild: 'npm run gen -- --board kc705 --network tiny --arch toy --fps 1000 --clock 200 --answer 3',
  });
  expect((await run(['check', ...toy])).stdout).toContain('tiny: always 7');
  // Commands that judge a folder take its options from there.
  expect(await run(['synth', ...toy])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^toy: \d+ LUT/) });
  expect(await run(['report', ...toy])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('toy') });
}, 120_000);

test('its folder is judged by its plan, bit by bit', async () => {
  writeFileSync(join(path, 'mem', 'answer.mem'), '07\n');
  const { exitCode, stdout } = await run(['verify', ...toy]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/mem\/answer\.mem.*the answer.*\n(.*\n)*NOT EQUAL/);
});

test('its option is refused elsewhere, theirs with it, and what it has no answer for', async () => {
  const refused = async (words: string[]) => (await run(words)).stderr.trim();
  expect(await refused(['check', '--board', 'kc705', '--network', 'tiny', '--answer', '3'])).toContain(
    'NN001 illegal option · --answer · 3 with --arch dataflow · legal: with --arch toy · fix: --arch toy',
  );
  expect(await refused(['check', ...toy, '--answer', '12'])).toContain('--answer · 12 · legal: 0..9');
  expect(await refused(['check', ...toy, '--units', '4'])).toContain(
    '--units · 4 with --arch toy · legal: with --arch shared',
  );
  expect(await refused(['check', ...toy, '--arch', 'tyo'])).toMatch(/--arch/);
  expect(await refused(['pareto', ...toy])).toContain('toy, which has no foldings to sweep · legal: dataflow');
  expect(await refused(['energy', ...toy])).toContain('toy, which has no baseline');
  expect((await run(['check', '--help'])).stdout.replace(/\s+/g, ' ')).toContain('toy, one constant for every image');
});

test('it touches nothing of the others', () => {
  const files = importsOf('test/toy-architecture.ts');
  expect(files.filter((file) => file.includes('/architectures/'))).toEqual([]);
});
