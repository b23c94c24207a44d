// SPDX-License-Identifier: Apache-2.0
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { BitloomError } from '../errors/errors.ts';
import { complain, type Streams } from '../../cli/main.ts';
import { isGone, owner } from './owner.ts';
import { isOnPath, runTool } from './run-tool.ts';
import { workFolder } from './work-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = fileURLToPath(new URL('./processes.fixture.ts', import.meta.url));

const isAlive = (pid: number) => isGone(`${pid}.${startOf(pid)}.${owner().split('.')[2]}`) === false;

function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')[19]!;
  } catch {
    return '0';
  }
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const limit = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > limit) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts the fixture with its folders in `parent`; its work folder, and the processes of its tool. */
async function started(parent: string, options: Options = {}) {
  const fixtureProcess = execa(process.execPath, ['--import', import.meta.resolve('tsx'), fixture, parent], {
    reject: false,
    ...options,
  });
  const pidsIn = (name: string) => join(parent, name, 'pids');
  const work = () =>
    (existsSync(parent) ? readdirSync(parent) : []).find((name) => name.includes(`-${fixtureProcess.pid}.`));
  await until(
    () => work() !== undefined && existsSync(pidsIn(work()!)) && readFileSync(pidsIn(work()!), 'utf8').endsWith('\n'),
    'the fixture starts',
  );
  const pids = readFileSync(pidsIn(work()!), 'utf8').trim().split(' ').map(Number);
  return { fixtureProcess, work: join(parent, work()!), pids };
}

describe('a tool', () => {
  test('gives what it printed and how it ended', async () => {
    expect(await runTool('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      exitCode: 3,
      signal: undefined,
      stdout: 'out',
      stderr: 'err',
      stopped: undefined,
      unstarted: undefined,
    });
    expect(await runTool('sh', ['-c', 'kill -SEGV $$'])).toMatchObject({
      exitCode: undefined,
      signal: 'SIGSEGV',
      stopped: undefined,
    });
    expect(await runTool('cat', [])).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await runTool('cat', [], { line: ' a "line" of $HOME and \\ ' })).toMatchObject({
      exitCode: 0,
      stdout: ' a "line" of $HOME and \\ ',
    });
    expect(await runTool('true', [], { line: 'that nobody reads' })).toMatchObject({ exitCode: 0 });
    expect(await runTool('printf', ['%s|', 'a b', '$HOME', "'"])).toMatchObject({ stdout: "a b|$HOME|'|" });
  });

  test('is stopped after its time', async () => {
    expect(await runTool('sleep', ['600'], { seconds: 0.2 })).toMatchObject({ stopped: 'time' });
  });

  test('that cannot be started says so', async () => {
    expect(await runTool('no-such-tool', [])).toMatchObject({ exitCode: 127 });
    expect(await runTool(fixture, [])).toMatchObject({ exitCode: 126 });
    expect((await runTool('true', [], { cwd: join(folder, 'absent') })).unstarted).toMatch(/ENOENT|cwd/);
  });

  test('leaves no child behind', async () => {
    const { stdout } = await runTool('sh', ['-c', 'sleep 600 >/dev/null 2>&1 & echo $!']);
    await until(() => !isAlive(Number(stdout)), 'the child of a tool that has ended is gone');
  });

  test('is on PATH or not', () => {
    expect([isOnPath('sh'), isOnPath('no-such-tool'), isOnPath('.')]).toEqual([true, false, false]);
  });
});

// SIGTERM: test/cli-killed.test.ts.
describe.each(['SIGINT', 'SIGHUP', 'SIGKILL'] as const)('%s', (signal) => {
  test('ends a process with its tools, as the signal does', async () => {
    const parent = join(folder, signal);
    const { fixtureProcess, work, pids } = await started(parent);
    expect(pids.map(isAlive)).toEqual([true, true]);
    // That of a living process is left alone. A process looks for left-overs once in each place: this is another way
    // to write it.
    const other = workFolder('other', `${parent}/`);
    expect([work, other].map((path) => existsSync(path))).toEqual([true, true]);
    fixtureProcess.kill(signal);
    expect((await fixtureProcess).signal).toBe(signal);
    await until(() => !pids.some(isAlive), 'the tool and its child are gone');
    // Nobody can tidy up after SIGKILL but the next process.
    expect(existsSync(work)).toBe(signal === 'SIGKILL');
    const next = workFolder('fixture', parent);
    expect(existsSync(work)).toBe(false);
    expect(existsSync(next)).toBe(true);
  });
});

describe('a folder', () => {
  test('of another machine, or from before a restart, is left alone for a day', () => {
    const [pid, start] = owner().split('.');
    const names = ['build-1.1.00000000-abcdef', `run-${pid}.${start}.ffffffff-abcdef`];
    for (const hours of [23, 25]) {
      const parent = join(folder, `elsewhere-${hours}`);
      const then = Date.now() / 1000 - hours * 3600;
      for (const name of names) {
        mkdirSync(join(parent, name), { recursive: true });
        writeFileSync(join(parent, name, 'file'), '');
        utimesSync(join(parent, name), then, then);
      }
      workFolder('own', parent);
      expect(names.map((name) => existsSync(join(parent, name)))).toEqual(names.map(() => hours < 24));
    }
  });

  test('whose process id another process has now is left over; names of others are not', () => {
    const parent = join(folder, 'ids');
    const [pid, start, place] = owner().split('.');
    const gone = [`run-${pid}.${Number(start) + 1}.${place}-abcdef`, `bitloom-run-4194305.1.${place}-abcdef`];
    const kept = [
      `run-${owner()}-abcdef`,
      'run-abcdef',
      'simulators',
      `notes-${pid}.1.${place}`,
      `my run-4194305.1.${place}-abcdef`,
    ];
    for (const name of [...gone, ...kept]) mkdirSync(join(parent, name), { recursive: true });
    workFolder('own', parent);
    expect(gone.filter((name) => existsSync(join(parent, name)))).toEqual([]);
    expect(kept.filter((name) => !existsSync(join(parent, name)))).toEqual([]);
  });

  test('that nobody can make is a fault of the disk, not of bitloom', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const attempt = () => workFolder('own', join(file, 'below'));
    expect(attempt).toThrow(BitloomError);
    expect(attempt).toThrow(/^NN030 .*ENOTDIR.*fix: set BITLOOM_CACHE to a folder that can be written/);
    // Where Node's own mkdir never ends.
    expect(() => workFolder('own', '/proc/bitloom/below')).toThrow(/^NN030 .*fix: set BITLOOM_CACHE/);
  });

  test('that became something else is not removed', async () => {
    const parent = join(folder, 'renamed');
    const work = workFolder('own', parent);
    renameSync(work, join(parent, 'kept'));
    workFolder('own', parent);
    expect(existsSync(join(parent, 'kept'))).toBe(true);
  });
});

describe('a full disk', () => {
  const streams = () => {
    const said = { stdout: '', stderr: '' };
    const into = (name: 'stdout' | 'stderr') => ({ write: (text: string) => Boolean((said[name] += text)) });
    return { said, streams: { stdout: into('stdout'), stderr: into('stderr') } as unknown as Streams };
  };

  test('is no fault of bitloom, wherever it shows', () => {
    const { said, streams: into } = streams();
    try {
      writeFileSync('/dev/full', 'text');
    } catch (error) {
      expect(complain(error, true, into)).toBe(2);
    }
    expect(said.stderr).toMatch(/^NN030 .*ENOSPC: no space left on device, write · fix: free some disk space\n$/);
    expect(JSON.parse(said.stdout)).toMatchObject({ issues: [{ code: 'NN030' }] });
  });

  test('a file that is not there is: bitloom should have asked', () => {
    const { said, streams: into } = streams();
    try {
      readFileSync(join(folder, 'absent'));
    } catch (error) {
      expect(complain(error, false, into)).toBe(3);
    }
    expect(said.stderr).toMatch(/please report it/);
  });
});
