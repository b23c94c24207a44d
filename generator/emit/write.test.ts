// SPDX-License-Identifier: Apache-2.0
/** All or nothing, and nothing of the user's is lost: not by a full disk, nor by a kill between any two steps. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { contents, temporaryFolder } from '../../test/command-line.ts';
import { besideOf, recover } from './leftovers.ts';
import { owner } from '../processes/owner.ts';
import { sha256 } from './words.ts';
import { generate, writePlan, type Contents } from './write.ts';

/** Steps until one fails; with `stays`, every step behind it fails too, as in a process that was killed. */
const disk = vi.hoisted(() => ({ steps: Infinity, stays: false, failed: false, without: '' }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const step = <F extends (...args: never[]) => unknown>(name: string, call: F) =>
    ((...args) => {
      if (disk.without === name) throw Object.assign(new Error('not on this file system'), { code: 'EPERM' });
      if (disk.steps-- <= 0) {
        disk.failed = true;
        if (!disk.stays) disk.steps = Infinity;
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      }
      return call(...args);
    }) as F;
  const changing = [
    'chmodSync',
    'copyFileSync',
    'linkSync',
    'mkdirSync',
    'renameSync',
    'rmSync',
    'symlinkSync',
    'writeFileSync',
  ] as const;
  return { ...fs, ...Object.fromEntries(changing.map((name) => [name, step(name, fs[name] as never)])) };
});
const whole = () => Object.assign(disk, { steps: Infinity, stays: false, failed: false, without: '' });
beforeEach(() => void whole());

const folder = temporaryFolder();
const here = owner().split('.')[2]!;
/** Of a process that has ended. */
const dead = `${2 ** 22 + 1}.1.${here}`;
const planOf = (files: Record<string, string>): Contents => {
  const hashes = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, sha256(text)]));
  return new Map([
    ...Object.entries(files),
    ['manifest.json', JSON.stringify({ generator: 'bitloom 1', files: hashes })],
  ]);
};
const first = planOf({ 'rtl/a.v': 'module a; endmodule', 'rtl/b.v': 'module b; endmodule', 'vivado/ooc.tcl': 'synth' });
const second = planOf({ 'rtl/a.v': 'module a (input x); endmodule', 'mem/b.mem': '0', 'vivado/ooc.tcl': 'synth' });
const written = (plan: Contents) => Object.fromEntries([...plan].map(([path, text]) => [path, String(text)]));
/** All files below a folder; null where there is a link or an empty folder. */
const files = (path: string) =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => {
        const file = join(entry.parentPath, entry.name);
        return [file.slice(path.length + 1), readFileSync(file, 'utf8')];
      }),
  );
const mine = {
  'notes.txt': 'what I found',
  'vivado/out/post_route.dcp': 'hours of work',
  'vivado/out/deep/er.rpt': 'met',
  'rtl/of-mine.v': 'module mine; endmodule',
};

/** The first plan as `x` in a folder of its own, and what a user put there. */
function livedIn(name: string): { readonly out: string; readonly target: string } {
  const out = join(folder, name);
  const target = writePlan(first, out, 'x');
  for (const [path, text] of Object.entries(mine)) {
    mkdirSync(join(target, path, '..'), { recursive: true });
    writeFileSync(join(target, path), text);
  }
  return { out, target };
}

test('a plan is written, and replaced by the next one; what is not bitloom’s stays, and is named', () => {
  const { out, target } = livedIn('new/deeper');
  for (const file of [
    'report/verification.json',
    'report/report.html',
    'report/report.json.77.tmp',
    'vivado/activity.saif',
    'inputs.json',
  ]) {
    mkdirSync(join(target, file, '..'), { recursive: true });
    writeFileSync(join(target, file), 'of the design before');
  }
  mkdirSync(join(target, 'empty'));
  expect(generate(second, out, 'x')).toEqual({
    path: target,
    foreign: ['empty/', 'notes.txt', 'rtl/of-mine.v', 'vivado/out/'],
  });
  expect(files(target)).toEqual({ ...written(second), ...mine });
  expect(existsSync(join(target, 'empty'))).toBe(true);
  expect(readdirSync(out)).toEqual(['x']);
});

test('on a file system without links the user’s files are copied', () => {
  const { out, target } = livedIn('copied');
  symlinkSync('notes.txt', join(target, 'link'));
  disk.without = 'linkSync';
  generate(second, out, 'x');
  expect(files(target)).toEqual({ ...written(second), ...mine, link: mine['notes.txt'] });
});

test('edited files are not overwritten, nor removed, but by force', () => {
  const { out, target } = livedIn('edited');
  for (const file of ['rtl/a.v', 'rtl/b.v']) appendFileSync(join(target, file), '// mine');
  const before = contents(out);
  expect(() => generate(second, out, 'x')).toThrow(/^NN033 .*\/x · rtl\/a\.v rtl\/b\.v · fix: .*--force/);
  expect(contents(out)).toEqual(before);
  generate(second, out, 'x', { force: true });
  expect(files(target)).toEqual({ ...written(second), ...mine });
});

test('a file that was put back, is gone, or already holds what is to be written is no edit', () => {
  const { out, target } = livedIn('put-back');
  rmSync(join(target, 'rtl/b.v'));
  writeFileSync(join(target, 'rtl/a.v'), String(second.get('rtl/a.v')));
  mkdirSync(join(target, 'mem'));
  writeFileSync(join(target, 'mem/b.mem'), '0');
  generate(second, out, 'x');
  expect(files(target)).toEqual({ ...written(second), ...mine });
});

test.each<[string, (target: string) => void, string]>([
  [
    'a file where the plan has one',
    (target) => {
      mkdirSync(join(target, 'mem'));
      writeFileSync(join(target, 'mem/b.mem'), 'mine');
    },
    'mem/b.mem',
  ],
  ['a file where the plan has a folder', (target) => writeFileSync(join(target, 'mem'), 'mine'), 'mem'],
  [
    'a folder where the plan has a file',
    (target) => mkdirSync(join(target, 'mem/b.mem'), { recursive: true }),
    'mem/b.mem',
  ],
  ['a link where the plan has a folder', (target) => symlinkSync('rtl', join(target, 'mem')), 'mem'],
])('%s is refused, by force too', (what, put, path) => {
  const { out, target } = livedIn(what);
  put(target);
  const before = contents(target);
  for (const force of [false, true])
    expect(() => generate(second, out, 'x', { force })).toThrow(
      new RegExp(`^NN030 .* in the way of what is: ${path} · fix: move it away`),
    );
  expect(contents(target)).toEqual(before);
});

test('links lead nowhere: nothing is written or deleted outside', () => {
  const { out, target } = livedIn('links');
  const outside = join(folder, 'outside');
  mkdirSync(outside);
  for (const file of ['a.v', 'kept']) writeFileSync(join(outside, file), 'of others');
  rmSync(join(target, 'rtl/a.v'));
  symlinkSync(join(outside, 'a.v'), join(target, 'rtl/a.v'));
  symlinkSync(outside, join(target, 'vivado/runs'));
  symlinkSync('nowhere', join(target, 'dangling'));
  const before = contents(outside);
  expect(() => generate(second, out, 'x')).toThrow(/^NN033 .* rtl\/a\.v ·/);
  expect(generate(second, out, 'x', { force: true }).foreign).toEqual([
    'dangling',
    'notes.txt',
    'rtl/of-mine.v',
    'vivado/out/',
    'vivado/runs',
  ]);
  expect(contents(outside)).toEqual(before);
  expect(readFileSync(join(target, 'vivado/runs/kept'), 'utf8')).toBe('of others');
  // The folder itself by a link: it would be written outside of --out.
  const other = join(folder, 'by-link');
  mkdirSync(other);
  symlinkSync(target, join(other, 'x'));
  expect(() => generate(first, other, 'x')).toThrow('NN030');
});

test('a manifest that names files outside has no power', () => {
  const { out, target } = livedIn('manifest');
  writeFileSync(join(folder, 'secret'), 'of others');
  writeFileSync(
    join(target, 'manifest.json'),
    JSON.stringify({ generator: 'bitloom 1', files: { '../../secret': sha256('of others'), '/etc/passwd': '' } }),
  );
  expect(() => generate(second, out, 'x')).toThrow('in the way of what is: rtl/a.v');
  generate(first, out, 'x');
  expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('of others');
});

/** Provokes the same with one more step each time, until it goes through. @returns how many steps it took */
function untilDone(name: string, stays: boolean, judge: (out: string, target: string) => void): number {
  for (let steps = 0; ; steps++) {
    const { out, target } = livedIn(`${name}-${steps}`);
    Object.assign(disk, { steps, stays });
    try {
      generate(second, out, 'x');
    } catch (error) {
      expect(String(error)).toContain('NN030 output folder not writable');
    }
    const { failed } = disk;
    whole();
    judge(out, target);
    if (!failed) return steps;
  }
}
const [before, after] = [first, second].map((plan) => ({ ...written(plan), ...mine }));

test('a disk that is full at any step: the old folder or the new one, whole, and no remains', () => {
  const steps = untilDone('full', false, (out, target) => {
    expect([before, after]).toContainEqual(files(target));
    recover(target);
    expect(readdirSync(out)).toEqual(['x']);
  });
  expect(steps).toBeGreaterThan(15);
});

test('killed at any step: the next start finds the old folder or the new one, whole, and cleans up', () => {
  const steps = untilDone('killed', true, (out, target) => {
    // The folder is never half of one; between two renames it is beside.
    if (existsSync(target)) expect([before, after]).toContainEqual(files(target));
    else expect(files(besideOf(target).old)).toEqual(before);
    recover(target);
    expect([before, after]).toContainEqual(files(target));
    expect(readdirSync(out)).toEqual(['x']);
  });
  expect(steps).toBeGreaterThan(15);
});

test('what a live run has beside the folder is its own; what a dead one left is cleaned by the next gen', () => {
  const { out, target } = livedIn('others');
  const live = `${process.ppid}.${
    readFileSync(`/proc/${process.ppid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')[19]
  }.${here}`;
  const elsewhere = `${process.ppid}.1.00000000`;
  for (const mark of [live, dead, elsewhere]) mkdirSync(join(out, `.x.${mark}.tmp`));
  renameSync(target, join(out, `.x.${dead}.old`));
  const others = [`.x.${live}.tmp`, `.x.${elsewhere}.tmp`, `.y.${dead}.tmp`, '.x.tmp', '.x.1.tmp'];
  for (const other of others.slice(2)) mkdirSync(join(out, other));
  generate(second, out, 'x');
  expect(files(target)).toEqual(after);
  expect(readdirSync(out)).toEqual([...others, 'x'].sort());
  // A day later nobody is at it any more.
  utimesSync(join(out, others[1]!), 0, 0);
  recover(target);
  expect(existsSync(join(out, others[1]!))).toBe(false);
});

test('a file that came while the folder was replaced is taken along', () => {
  const { out, target } = livedIn('late');
  renameSync(target, besideOf(target, dead).old);
  generate(second, out, 'z');
  renameSync(join(out, 'z'), target);
  recover(target);
  expect(files(target)).toEqual(after);
});

test('what is not ours is not replaced', () => {
  const out = join(folder, 'foreign');
  mkdirSync(join(out, 'x'), { recursive: true });
  for (const manifest of ['', '{', 'null', '{}', '{ "generator": "webpack" }']) {
    writeFileSync(join(out, 'x', 'manifest.json'), manifest);
    const before = contents(out);
    expect(() => writePlan(first, out, 'x')).toThrow('no generated design');
    expect(contents(out)).toEqual(before);
  }
});
