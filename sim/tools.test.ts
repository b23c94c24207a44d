// SPDX-License-Identifier: Apache-2.0
/**
 * Tools that are missing or fail: each is told by what is wrong with it. The tools here are scripts first on PATH, or
 * the real ones.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { BitloomError, type Issue } from '../generator/errors/errors.ts';
import { blaming } from './blame.ts';
import { compileSimulator } from './build-simulator.ts';
import { runBench } from './report-lines.ts';
import { verilatorVersion } from './verilator.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-tools-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Tools = Readonly<Record<string, string>>;

function script(path: string, text: string): string {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** `use` with these scripts on PATH: before everything else, or alone with what the real tools need besides. */
async function withTools<T>(tools: Tools, alone: readonly string[] | undefined, use: () => Promise<T>): Promise<T> {
  const own = mkdtempSync(join(folder, 'path-'));
  for (const [name, text] of Object.entries(tools)) script(join(own, name), text);
  for (const name of alone ?? []) symlinkSync(execaSync('which', [name]).stdout, join(own, name));
  const before = { PATH: process.env['PATH'], BITLOOM_CACHE: process.env['BITLOOM_CACHE'] };
  Object.assign(process.env, { PATH: alone ? own : `${own}:${before.PATH}`, BITLOOM_CACHE: join(own, 'cache') });
  try {
    return await use();
  } finally {
    process.env['PATH'] = before.PATH;
    if (before.BITLOOM_CACHE === undefined) delete process.env['BITLOOM_CACHE'];
    else process.env['BITLOOM_CACHE'] = before.BITLOOM_CACHE;
  }
}

async function issuesOf(attempt: () => Promise<unknown>): Promise<readonly Issue[]> {
  const error = await attempt().then(
    () => new Error('nothing was refused'),
    (reason: Error) => reason,
  );
  if (!(error instanceof BitloomError)) throw error;
  return error.issues;
}

const said = async (attempt: () => Promise<unknown>) => new BitloomError(await issuesOf(attempt)).message;

const own = 'module own(input wire clk);\nendmodule\n';
const bench = 'module bench(input wire clk);\nown dut (.clk(clk));\nendmodule\n';

const compiled = (source = own, top = bench) =>
  compileSimulator([{ path: 'rtl/own.v', text: source }], top, mkdtempSync(join(folder, 'work-')), { quick: true });

describe('verilator --version', () => {
  const version = (tools: Tools, alone?: readonly string[]) => () => withTools(tools, alone, verilatorVersion);

  test('of the real one', async () => {
    expect(await version({})()).toMatch(/^Verilator \d+\.\d+$/);
  });

  test('of none', async () => {
    expect(await said(version({}, []))).toBe(
      'NN040 tool missing · verilator · not found on PATH · fix: apt-get install verilator g++ make, or: make setup',
    );
  });

  test.each([
    [
      'fails',
      'echo "verilator: libfoo.so: cannot open" >&2; exit 1',
      /NN041 .*ended with 1: verilator: libfoo\.so: cannot open · legal: Verilator 4\.200/,
    ],
    ['crashes', 'kill -SEGV $$', /NN041 .*was killed by SIGSEGV/],
    ['is another program', 'echo "verily 3"', /NN041 .*verily 3/],
    ['says nothing', '', /NN041 .*ended with 0/],
    [
      'is too old',
      'echo "Verilator 4.038 2020-07-11"',
      /NN041 .*· Verilator 4\.038 · legal: Verilator 4\.200 or later/,
    ],
  ])('that %s', async (_, text, says) => {
    expect(await said(version({ verilator: text }))).toMatch(says);
  });

  test('that finds no interpreter', async () => {
    const tools = { verilator: 'echo "/usr/bin/env: \'perl\': No such file or directory" >&2; exit 127' };
    expect(await said(version(tools))).toMatch(/NN041 .*'perl': No such file/);
  });
});

/** Answers for its version, then does as the test says. */
const verilator = (text: string) => `[ "$1" = --version ] && echo "Verilator 5.006 2023-01-22" && exit\n${text}`;

describe('a build', () => {
  const attempt = (tools: Tools, alone?: readonly string[]) => () => withTools(tools, alone, () => compiled());
  const needed = ['verilator', 'perl', 'sh', 'mkdir', 'echo', 'rm', 'ar', 'python3'];

  test('without make', async () => {
    const [issue, more] = await issuesOf(attempt({}, needed));
    expect(issue).toEqual({
      code: 'NN040',
      where: 'make',
      got: 'not found on PATH',
      fix: 'apt-get install make, or: make setup',
    });
    expect(more).toBeUndefined();
  });

  test('without g++', async () => {
    // Nor is there uname, which make asks for without need.
    const issues = await issuesOf(attempt({}, [...needed, 'make']));
    expect(issues).toEqual([
      { code: 'NN040', where: 'g++', got: 'not found on PATH', fix: 'apt-get install g++, or: make setup' },
    ]);
  });

  test('with a cache of the compiler that is not there', async () => {
    process.env['OBJCACHE'] = 'ccache';
    try {
      expect(await said(attempt({}, [...needed, 'make', 'g++']))).toMatch(
        /^NN040 .* ccache · not found on PATH · fix: .*unset OBJCACHE$/,
      );
    } finally {
      delete process.env['OBJCACHE'];
    }
  });

  test('with g++ that does not find a header', async () => {
    const real = execaSync('which', ['g++']).stdout;
    const says = await said(attempt({ 'g++': `exec ${real} -include absent.h "$@"` }));
    expect(says).toMatch(
      /^NN041 tool failed · g\+\+ · C\+\+ of Verilator does not compile: .*absent\.h: No such file .*fix: install both again/,
    );
  });

  test.each([
    [
      'is killed for its memory',
      'echo "g++: fatal error: Killed signal terminated program cc1plus" >&2; exit 1',
      /NN041 .* make · Killed signal terminated program cc1plus · fix: too little memory/,
    ],
    [
      'finds the disk full',
      'echo "as: main.o: No space left on device" >&2; exit 1',
      /NN041 .* make · No space left on device: .* fix: free some disk space/,
    ],
    [
      'lacks a library',
      'echo "/usr/bin/ld: cannot find -lz: No such file or directory" >&2; exit 1',
      /NN041 .*cannot find -lz · fix: apt-get install zlib1g-dev/,
    ],
    [
      'has a broken cache',
      'echo "ccache: error: failed to create /x: Permission denied" >&2; exit 1',
      /NN041 .* ccache · failed to create .*fix: mend its settings/,
    ],
    [
      'says something else',
      'echo "g++: strange" >&2; exit 1',
      /NN041 .* make · g\+\+: strange .*legal: Verilator 5\.006/,
    ],
  ])('with a compiler that %s', async (_, text, says) => {
    const ended = await said(attempt({ 'g++': text }));
    expect(ended).toMatch(says);
    expect(ended).not.toMatch(/was edited/);
  });

  test('with make that is killed', async () => {
    expect(await said(attempt({ make: 'kill -9 $$' }))).toMatch(
      /NN041 .* make · was killed by SIGKILL · fix: too little memory/,
    );
  });

  test.each([
    ['killed', 'kill -9 $$', /NN041 .* verilator · was killed by SIGKILL · fix: too little memory/],
    [
      'an option that it lacks',
      'echo "%Error: Invalid option: --x-initial" >&2; exit 1',
      /NN041 .* verilator · no option --x-initial · legal: Verilator 5\.006/,
    ],
    [
      'a fault of its own',
      'echo "%Error: Internal Error: own.v:1:8: ../V3Ast.cpp:1: what" >&2; exit 1',
      /NN041 .*Internal Error.*fix: if the Verilog was edited, undo that; if not, install another version/,
    ],
    ['nothing said', 'exit 3', /NN041 .* verilator · ended with 3/],
  ])('with Verilator: %s', async (_, text, says) => {
    expect(await said(attempt({ verilator: verilator(text) }))).toMatch(says);
  });

  test('of Verilog with errors names each by file and line', async () => {
    const broken = 'module own(input wire clk);\nabsent a();\nmissing b();\nendmodule\n';
    const issues = await issuesOf(() => compiled(broken));
    expect(issues.map(({ where }) => where)).toEqual(expect.arrayContaining(['rtl/own.v:2', 'rtl/own.v:3']));
    expect(issues[0]!.got).toMatch(/^verilator: .*absent/);
    expect(issues[0]!.fix).toMatch(/^if the file was edited, mend it/);
    const [port] = await issuesOf(() => compiled('module own(input wire clock);\nendmodule\n'));
    expect(port).toMatchObject({ where: 'bench_top.sv:2', fix: expect.stringMatching(/port of its top/) });
  });

  test('of Verilog with errors says whose they are', async () => {
    const broken = () => compiled('module own(input wire clk);\nabsent a();\nendmodule\n');
    const fixes = async (modified: readonly string[]) => {
      const issues = await issuesOf(() => blaming(modified, broken));
      return issues[0]!.fix;
    };
    expect(await fixes(['rtl/own.v'])).toBe('rtl/own.v was edited since it was generated: mend it, or undo the edit');
    expect(await fixes(['rtl/other.v', 'filelist.f'])).toMatch(/as it was generated; edited were rtl\/other\.v: look/);
    expect(await fixes(['filelist.f'])).toBe('nothing was edited: please report it');
    const tool: Issue = { code: 'NN040', where: 'make', got: 'not found', fix: 'install it' };
    expect(await issuesOf(() => blaming([], () => Promise.reject(new BitloomError([tool]))))).toEqual([tool]);
  });

  test('in a cache that cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const before = process.env['BITLOOM_CACHE'];
    process.env['BITLOOM_CACHE'] = join(file, 'below');
    try {
      expect(await said(() => compiled())).toMatch(/^NN030 .*ENOTDIR.* fix: set BITLOOM_CACHE/);
    } finally {
      if (before === undefined) delete process.env['BITLOOM_CACHE'];
      else process.env['BITLOOM_CACHE'] = before;
    }
  });

  test('that fails leaves nothing in the cache', async () => {
    const kept = join(folder, 'kept');
    await said(() =>
      withTools({ make: 'exit 1' }, undefined, async () => {
        symlinkSync(process.env['BITLOOM_CACHE']!, kept);
        await compiled();
      }),
    );
    expect(existsSync(kept)).toBe(true);
    expect(readdirSync(join(kept, 'runtime'))).toEqual([]);
  });
});

describe('a simulator without a result', () => {
  const ended = (text: string, seconds = 0) =>
    said(() => runBench(script(join(mkdtempSync(join(folder, 'run-')), 'Vbench'), text), {}, { cwd: folder, seconds }));

  test.each([
    ['killed', 'kill -9 $$', /simulation · was killed by SIGKILL · fix: too little memory/],
    ['ended by somebody', 'kill -TERM $$', /was killed by SIGTERM · fix: somebody ended it/],
    ['crashed', 'kill -SEGV $$', /was killed by SIGSEGV · fix: if the Verilog was edited/],
    ['of another processor', 'kill -ILL $$', /was killed by SIGILL · fix: it was built for another processor/],
    [
      'a word too many in an image',
      'echo "%Error: fc0_weights.mem:17: \\$readmem file address beyond bounds of array"; kill -ABRT $$',
      /^NN041 tool failed · mem\/fc0_weights\.mem · \$readmem file address beyond bounds of array, in line 17 or the next · fix: mend the memory image/,
    ],
    [
      'an assertion',
      'echo "[12] %Error: nn_fifo.v:3: Assertion failed in bench.dut: overflow" >&2; kill -ABRT $$',
      /simulation, nn_fifo\.v:3 · Assertion failed/,
    ],
    ['another status', 'echo "no such plusarg" >&2; exit 9', /ended with 9: no such plusarg/],
    ['that ended early', 'exit 0', /ended without a result/],
  ])('%s', async (_, text, says) => {
    const words = await ended(text);
    expect(words).toMatch(says);
    expect(words).toMatch(/^NN041 /);
  });

  test('after its time', async () => {
    expect(await ended('exec sleep 600', 0.2)).toMatch(/^NN044 .*no end after 0.2 s/);
  });

  test('that cannot be executed', async () => {
    mkdirSync(join(folder, 'a-folder'));
    expect(await said(() => runBench(join(folder, 'a-folder'), {}, { cwd: folder, seconds: 0 }))).toMatch(
      /cannot be executed: .*Permission denied .*fix: set BITLOOM_CACHE .*noexec/,
    );
  });
});
