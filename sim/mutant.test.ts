// SPDX-License-Identifier: Apache-2.0
/** Every edit of every mutant can be made; and the edits themselves. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { planFiles } from '../generator/emit/plan.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { cacheFolder } from './cache.ts';
import { writeSequences } from './faults.ts';
import { faulty, firstReplaced, flipped, mutated, replaced, unmade, without, type Mutant } from './mutant.ts';
import { residualMutants } from './mutants-residual.ts';
import { sharedMutants } from './mutants-shared.ts';
import { wiredMutants } from './mutants-wired.ts';
import { mutants } from './mutants.ts';
import { duts } from './simulator.ts';
import { residualSpecimens } from './specimens-residual.ts';
import { sharedSpecimens } from './specimens-shared.ts';
import { specimens, wiredSpecimens } from './specimens.ts';

const folder = mkdtempSync(join(cacheFolder('mutants'), 'edits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const filesOf = (designs: readonly StreamDesign[]) =>
  new Map(designs.flatMap((design) => [...planFiles(design, { network: design.name, defaulted: false })]));

/** Each list with the designs that it is tried on. */
const lists: Readonly<Record<string, readonly [list: readonly Mutant[], designs: readonly StreamDesign[]]>> = {
  dataflow: [mutants, specimens()],
  wired: [wiredMutants, wiredSpecimens()],
  residual: [residualMutants, residualSpecimens()],
  shared: [sharedMutants, sharedSpecimens()],
};

describe('the lists', () => {
  const all = Object.values(lists).flatMap(([list]) => list);

  it('have at least forty mutants, no two with one name', () => {
    const names = new Set(all.map(({ file, fault }) => `${file} ${fault}`));
    expect(names.size).toBe(all.length);
    expect(names.size).toBeGreaterThanOrEqual(40);
  });

  it.each(Object.entries(lists))('%s: every edit finds what it replaces, as often as it says', (_, [list, designs]) => {
    const files = filesOf(designs);
    const vectors = join(folder, 'vectors');
    if (list.some(({ file }) => file.startsWith('vectors/'))) writeSequences(duts(designs), vectors);
    const textOf = (file: string) =>
      file.startsWith('vectors/') ? readFileSync(join(folder, file), 'utf8') : String(files.get(file));
    expect(list.flatMap((mutant) => unmade(mutant, textOf(mutant.file)))).toEqual([]);
  });

  it('have mutants of every cell', () => {
    const cells = Object.values(lists)
      .flatMap(([, designs]) => [...filesOf(designs).keys()])
      .filter((path) => path.startsWith('rtl/nn_'));
    const mutatedFiles = new Set(all.map(({ file }) => file));
    expect(cells.filter((path) => !mutatedFiles.has(path))).toEqual([]);
  });
});

describe('replacing tokens', () => {
  it('refuses what is absent or stands there more often', () => {
    expect(() => replaced('a >= b', 'a > b')('x')).toThrow('found 0 times instead of 1: a >= b');
    expect(() => replaced('a', 'b')('a a')).toThrow('found 2 times instead of 1');
    expect(replaced('a', 'b', 2)('a a')).toBe('b b');
  });
  it('does not see white space and comments', () => {
    const text = '  x <= // the first\n    a\t+ /* then */ b;  // done\n';
    expect(replaced('x<=a+b;', 'x <= a;')(text)).toBe('  x <= a;  // done\n');
    expect(replaced('x  <=  a\n+ b ; // other', 'x <= a;')(text)).toBe('  x <= a;  // done\n');
    expect(() => replaced('done', 'x')(text)).toThrow('found 0 times');
  });
  it('takes whole words, numbers and strings', () => {
    expect(() => replaced('valid', 'x')('s_valid valid_2')).toThrow('found 0 times');
    expect(() => replaced('d1', 'x')("4'd12")).toThrow('found 0 times');
    expect(() => replaced('"a b"', 'x')('"a  b"')).toThrow('found 0 times');
    expect(replaced("1'b0", "1'b1")("31'b0 1'b0")).toBe("31'b0 1'b1");
  });
  it('counts places that do not overlap', () => {
    expect(replaced('a a', 'b', 2)('a a a a a')).toBe('b b a');
  });
  it('puts in what is given as it stands', () => {
    expect(replaced('a', '$& $1')('a')).toBe('$& $1');
  });
});

describe('other edits', () => {
  it('the first place with any number, until one is taken', () => {
    const odd = firstReplaced('y[`number]', (n) => (Number(n) % 2 ? `y[${Number(n) + 1}]` : undefined));
    expect(odd('x[1] y [ 2 ] y[3] y[5]')).toBe('x[1] y [ 2 ] y[4] y[5]');
    expect(() => odd('y[2] y[a]')).toThrow('not found: y[`number]');
    expect(firstReplaced("4'`word", (word) => `4'${word}1`)("4'd2 4'd3")).toBe("4'd21 4'd3");
  });
  it('one of several sources', () => {
    const sources = [
      { path: 'lib/a.v', text: 'x' },
      { path: 'b.v', text: 'x' },
    ];
    expect(faulty(sources, 'a.v', 'x', 'y').map(({ text }) => text)).toEqual(['y', 'x']);
    expect(() => faulty(sources, 'c.v', 'x', 'y')).toThrow('no source is called c.v');
  });
  it('flip a bit and drop a line', () => {
    expect(flipped(1, 4)('10\n1b\n')).toBe('10\n1f\n');
    expect(without(0)('10\n1b\n')).toBe('1b\n');
    expect(() => flipped(2)('10\n1b\n')).toThrow('no line 2');
    expect(() => without(2)('10\n1b\n')).toThrow('no line 2');
  });
});

test('an edit that cannot be made names its mutant', () => {
  const mutant = { fault: 'no carry', file: 'rtl/a.v', change: replaced('carry', "1'b0") };
  expect(() => mutated(mutant, 'x')).toThrow('rtl/a.v: no carry: found 0 times instead of 1: carry');
  expect(unmade(mutant, 'x')).toEqual(['rtl/a.v: no carry: found 0 times instead of 1: carry']);
  expect(unmade(mutant, undefined)).toEqual(['rtl/a.v: no carry: no such file']);
  expect(unmade({ ...mutant, change: (text) => text }, 'carry')).toEqual(['rtl/a.v: no carry: changes nothing']);
  expect(unmade(mutant, 'carry')).toEqual([]);
});
