// SPDX-License-Identifier: Apache-2.0
/** Lines have at most 120 columns, in sources, scripts, templates and documents. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from './command-line.ts';
import { read } from './sources.ts';

const LIMIT = 120;

/** Generated Verilog has what names and shapes make of it. */
const exceptions = /^rtl-out\/demo\//;

/** What cannot be wrapped: a regular expression, a key before it or not; in a document a table's row and a link. */
function cannotWrap(file: string, line: string): boolean {
  if (file.endsWith('.md'))
    return line.startsWith('|') || /^\s*([-*]\s+)?(\[[^\]]*\]\(\S+\)|<?https?:\S+)[.,;]?$/.test(line);
  return /^\s*(\w+: )?\/.*\/[a-z]*[,;]?$/.test(line);
}

/** Places of the lines that are too long, as `file:line`. A document's fenced blocks show what is printed, as it is. */
function tooLong(file: string, text = read(file)): string[] {
  let isFenced = false;
  return text.split('\n').flatMap((line, i) => {
    if (file.endsWith('.md') && /^\s*```/.test(line)) isFenced = !isFenced;
    return [...line].length > LIMIT && !isFenced && !cannotWrap(file, line) ? [`${file}:${i + 1}`] : [];
  });
}

test('the scan counts columns, not bytes, and passes over what cannot be wrapped', () => {
  const long = 'word '.repeat(25);
  expect(tooLong('a.ts', `${'×'.repeat(120)}\n${'×'.repeat(121)}\n  says: /${long}/g,\n  /${long}/.test(x)`)).toEqual([
    'a.ts:2',
    'a.ts:4',
  ]);
  const link = `[a](https://example.org/${'x'.repeat(120)})`;
  expect(tooLong('a.md', [long, `| ${long} |`, link, `see ${link}`, '```', long, '```', long].join('\n'))).toEqual([
    'a.md:1',
    'a.md:4',
    'a.md:8',
  ]);
});

test(`no line has more than ${LIMIT} columns`, () => {
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
  const sources = files.filter((file) => /\.(ts|mjs|py|v|md|hbs|sh|yml)$/.test(file) && !exceptions.test(file));
  expect(sources.length).toBeGreaterThan(600);
  expect(sources.flatMap((file) => tooLong(file))).toEqual([]);
});
