// SPDX-License-Identifier: Apache-2.0
/** A command that is killed in mid-work leaves no process behind, and no folder longer than to the next start. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { workFolder } from '../generator/processes/work-folder.ts';
import { root, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const out = join(folder, 'out');
const tools = join(folder, 'tools');

beforeAll(() => {
  mkdirSync(tools);
  // A compiler that takes its time.
  writeFileSync(join(tools, 'make'), '#!/bin/sh\nsleep 600 & sleep 600\n');
  chmodSync(join(tools, 'make'), 0o755);
});

/** Processes that have `mark` in their environment, as children inherit it; those that have ended have none. */
function marked(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

async function until(isSo: () => boolean, seconds: number, what: string): Promise<void> {
  const limit = Date.now() + 1000 * seconds;
  while (!isSo()) {
    if (Date.now() > limit) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const node = [process.execPath, '--import', import.meta.resolve('tsx'), join(root, 'cli/cli.ts')];
const npm = ['npm', 'run', '--silent'];
const options = ['--board', 'kc705', '--network', 'tiny', '--out', out];
const yosys = (pids: readonly string[]) =>
  pids.map(nameOf).some((name) => /yosys-worker/.test(name) && !/^\S*sh /.test(name));
const make = (pids: readonly string[]) => pids.map(nameOf).filter((name) => name.startsWith('sleep 600')).length === 2;

interface Case {
  readonly command: readonly string[];
  readonly signal: 'SIGTERM' | 'SIGKILL';
  /** It is in mid-work. */
  readonly works: (pids: readonly string[]) => boolean;
}

const cases: Readonly<Record<string, Case>> = {
  'verify, asked to end through npm': { command: [...npm, 'verify', '--', ...options], signal: 'SIGTERM', works: make },
  'verify, killed': { command: [...node, 'verify', ...options], signal: 'SIGKILL', works: make },
  'synth, killed': { command: [...node, 'synth', ...options], signal: 'SIGKILL', works: yosys },
};

test.each(Object.keys(cases))('%s', async (name) => {
  const {
    command: [program, ...args],
    signal,
    works,
  } = cases[name]!;
  // make takes no folder with spaces.
  const cache = join(folder, name.replace(/\W+/g, '-'));
  const mark = `BITLOOM_CACHE=${cache}`;
  const env = { BITLOOM_CACHE: cache, PATH: `${tools}:${process.env['PATH']}` };
  const running = execa(program!, args, { cwd: root, env, reject: false });
  await until(() => works(marked(mark)), 60, 'the command is in mid-work');
  running.kill(signal);
  expect((await running).signal).toBe(signal);
  await until(() => marked(mark).length === 0, 3, 'no process is left');
  const left = () =>
    ['vectors', 'runtime', 'simulators'].flatMap((part) =>
      existsSync(join(cache, part)) ? readdirSync(join(cache, part)) : [],
    );
  if (signal === 'SIGTERM') expect(left()).toEqual([]);
  else if (works === make) expect(left()).toHaveLength(3);
  for (const part of ['vectors', 'runtime', 'simulators']) workFolder('next', join(cache, part));
  expect(left().every((entry) => entry.startsWith('next-'))).toBe(true);
});
