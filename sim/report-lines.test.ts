// SPDX-License-Identifier: Apache-2.0
/** A design cannot speak for the bench: its own lines are no reports, and no report may be missing or come twice. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { reportsIn, runBench } from './report-lines.ts';
import { parseRun, passed } from './simulator.ts';

const folder = mkdtempSync(join(tmpdir(), 'report-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('reports', () => {
  test('begin with the nonce, wherever in a line', () => {
    const output = 'DONE cycle=1\nf00d EDGE edge=0\nnoise f00d DONE cycle=2\nf00e EDGE edge=1\n';
    expect(reportsIn(output, 'f00d')).toEqual(['EDGE edge=0', 'DONE cycle=2']);
  });

  /** A program in place of a bench's; `$nonce` is what it was given. */
  const run = (script: string) => {
    const program = join(folder, 'program');
    writeFileSync(program, `#!/bin/sh\nread nonce\n${script}\n`);
    chmodSync(program, 0o755);
    return runBench(program, { seed: 3 }, { cwd: folder, seconds: 10 });
  };

  test('have a nonce of their own in every run, in no argument and no variable', async () => {
    const seen = '(echo "$@"; env) | grep -q "$nonce" && echo "$nonce SEEN"';
    const say = `echo "$nonce DONE of=x\${nonce}x args=$#"; ${seen}; true`;
    const [first, second] = [await run(say), await run(say)];
    expect(first.done['of']).toMatch(/^x[0-9a-f]{32}x$/);
    expect(first.done['of']).not.toBe(second.done['of']);
    expect([first.done['args'], first.reports.length]).toEqual(['3', 1]);
  });

  test.each([
    ['none of them', 'echo "DONE cycle=1"', /ended without a result/],
    ['another nonce', 'echo "0123 DONE cycle=1"', /ended without a result/],
    ['no end', 'echo "$nonce FILE name=a"', /ended without a result: FILE name=a/],
    ['two ends', 'echo "$nonce DONE cycle=1"; echo "$nonce DONE cycle=2"', /ended twice/],
    ['a program that fails', 'echo "$nonce DONE cycle=1"; exit 1', /NN041/],
  ])('%s: no result', async (_, script, said) => {
    await expect(run(script)).rejects.toThrow(said);
  });
});

describe('totals', () => {
  const good = ['EDGE edge=0 taken=3 faults=0 done=1', 'EDGE edge=1 taken=3 faults=0 done=1', 'BUSY engine=0 cycles=7'];
  const parsed = (reports: readonly string[]) => parseRun({ reports, done: { cycle: '9', edges: '2', engines: '1' } });

  test('of every edge and engine, once', () => {
    expect(parsed(good)).toMatchObject({ violations: [], busy: [7] });
    expect(passed(parsed(good))).toBe(true);
  });

  test.each([
    ['an edge is missing', good.filter((line) => !line.includes('edge=1'))],
    ['an edge comes twice', [...good, good[0]!]],
    ['an edge with a fault is said again without', ['EDGE edge=0 taken=3 faults=1 done=1', ...good]],
    ['an edge that is not there', [...good, 'EDGE edge=2 taken=3 faults=0 done=1']],
    ['a frame of an edge that is not there', [...good, 'FRAME edge=7 frame=0 cycle=5']],
    ['an edge without a number', [...good, 'EDGE edge=x taken=3 faults=0 done=1']],
    ['an engine is missing', good.filter((line) => !line.startsWith('BUSY'))],
    ['an engine comes twice', [...good, good[2]!]],
    ['an engine that is not there', [...good, 'BUSY engine=1 cycles=7']],
  ])('%s: not passed', (_, reports) => {
    expect(passed(parsed(reports))).toBe(false);
    expect(parsed(reports).violations.join()).toMatch(/^REPORT/);
  });
});
