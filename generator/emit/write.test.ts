/** All or nothing: a plan that cannot be written to its end leaves what was there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contents, temporaryFolder } from '../../test/command-line.ts';
import { writePlan } from './write.ts';

const folder = temporaryFolder();
const whole = new Map([['rtl/a.v', 'module a; endmodule'], ['manifest.json', '{ "generator": "bitloom 1" }']]);
/** Its second file needs a folder where its first one lies: as a disk does that fills up midway. */
const failing = new Map([['rtl/a.v', 'other'], ['rtl/a.v/b', 'never']]);

test('a plan is written, and replaced by the next one without remains', () => {
  const out = join(folder, 'new', 'deeper');
  expect(writePlan(whole, out, 'x')).toBe(join(out, 'x'));
  writeFileSync(join(out, 'x', 'rtl', 'of-mine.v'), '');
  writePlan(new Map([...whole, ['mem/b.mem', '0']]), out, 'x');
  expect(Object.keys(contents(out))).toEqual(['x', 'x/manifest.json', 'x/mem', 'x/mem/b.mem', 'x/rtl', 'x/rtl/a.v']);
});

test('a failure midway leaves nothing of the new and all of the old', () => {
  const out = join(folder, 'midway');
  mkdirSync(out);
  expect(() => writePlan(failing, out, 'x')).toThrow('NN030 output folder not writable');
  expect(contents(out)).toEqual({});
  writePlan(whole, out, 'x');
  const before = contents(out);
  expect(() => writePlan(failing, out, 'x')).toThrow('NN030 output folder not writable');
  expect(contents(out)).toEqual(before);
});

test('what is not ours is not replaced', () => {
  const out = join(folder, 'foreign');
  mkdirSync(join(out, 'x'), { recursive: true });
  for (const manifest of ['', '{', 'null', '{}', '{ "generator": "webpack" }']) {
    writeFileSync(join(out, 'x', 'manifest.json'), manifest);
    const before = contents(out);
    expect(() => writePlan(whole, out, 'x')).toThrow('no generated design');
    expect(contents(out)).toEqual(before);
  }
});
