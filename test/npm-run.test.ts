// SPDX-License-Identifier: Apache-2.0
/**
 * Commands as npm runs them in a checkout (docs/commands.md). npm writes a banner to stdout in front of what it runs,
 * unless it is told --silent. The project has no .npmrc that says so for all: it would hide npm's own errors too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { root } from './command-line.ts';

const npm = (...args: readonly string[]) => execa('npm', args, { cwd: root, reject: false });
const check = ['check', '--', '--board', 'kc705', '--network', 'tiny', '--json'];

test('npm run --silent NAME -- --json: one JSON object on stdout, also where the command fails', async () => {
  expect(readFileSync(join(root, 'docs/commands.md'), 'utf8')).toContain('`npm run --silent NAME`');
  const done = await npm('run', '--silent', ...check, '--fps', '200000');
  expect([done.exitCode, JSON.parse(done.stdout)]).toMatchObject([0, { issues: [], report: { network: 'tiny' } }]);
  const failed = await npm('run', '--silent', ...check, '--fps', '1e12');
  expect([failed.exitCode, JSON.parse(failed.stdout)]).toMatchObject([2, { issues: [{ code: 'NN015' }] }]);
});

test('errors of npm itself are shown', async () => {
  expect(existsSync(join(root, '.npmrc'))).toBe(false);
  const { exitCode, stderr } = await npm('run', 'chekc');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Missing script: "chekc"');
});
