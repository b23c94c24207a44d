// SPDX-License-Identifier: Apache-2.0
/** The pages point at things that are there: links, anchors, files, commands, papers. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cellPaths } from '../generator/hardware/cell-library.ts';
import { root } from './command-line.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const below = (folder: string, ending: RegExp): string[] =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .map((file) => join(folder, file))
    .filter((file) => ending.test(file));

const pages = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...below('docs', /\.md$/),
  ...below('networks', /\.md$/),
];
/** A changelog names what was there at its time. */
const living = pages.filter((page) => page !== 'CHANGELOG.md');
const sources = ['generator', 'sim', 'bench', 'networks', 'test', 'templates', ...(existsSync('cli') ? ['cli'] : [])]
  .flatMap((folder) => below(folder, /\.(ts|v|hbs|py)$/))
  .filter((file) => file !== 'test/docs.test.ts');

/** Targets of Markdown links, without those to other hosts; code is no link. */
function links(text: string): string[] {
  const prose = text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!).filter((to) => !/^[a-z]+:/.test(to));
}

/** As GitHub makes them of headings: lower case, spaces to hyphens, no other signs. */
function anchors(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((match) => match[1]!);
  const plain = (heading: string) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
  return headings.map((heading) => plain(heading).trim().replace(/\s/g, '-'));
}

/** Links of a page that lead nowhere. */
function brokenLinks(page: string, text: string): string[] {
  return links(text).filter((to) => {
    const [path, anchor] = to.split('#') as [string, string?];
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchors(path === '' ? text : read(target)).includes(anchor);
  });
}

/** Files of the repository that a text names by their path; patterns with * or <…> are none. */
function namedFiles(text: string): string[] {
  const rooms = 'cli|generator|templates|sim|test|bench|networks|docs';
  const path = new RegExp(
    `(?<![\\w/.<…-])(?:${rooms})/[\\w./-]*\\.(?:ts|v|md|py|mjs|hbs|h|svg|safetensors)\\b(?![*{<])`,
    'g',
  );
  return [...text.matchAll(path)].map((match) => match[0]);
}

describe('the scanners', () => {
  test('see a link that leads nowhere, an anchor that is not there, and nothing else', () => {
    const text = '# A b: c\n[x](README.md) [y](nowhere.md) [z](#a-b-c) [w](#other) `[v](code.md)` [u](https://x.org)';
    expect(brokenLinks('README.md', text)).toEqual(['nowhere.md', '#other']);
  });

  test('see files by their path, and no patterns', () => {
    const text =
      'of `generator/errors.ts`, docs/a.md. In generator/layers/<kind>/x.ts, sim/*.ts, ../docs/b.md and mine/test/c.ts';
    expect(namedFiles(text)).toEqual(['generator/errors.ts', 'docs/a.md']);
  });
});

test.each(pages)('%s: links lead somewhere', (page) => {
  expect(brokenLinks(page, read(page))).toEqual([]);
});

test.each(living)('%s: files that it names are there', (page) => {
  expect(namedFiles(read(page)).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('comments name pages that are there', () => {
  const missing = sources.flatMap((file) =>
    [...read(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g)]
      .map((match) => match[0])
      .filter((page) => !existsSync(join(root, page)))
      .map((page) => `${file}: ${page}`),
  );
  expect(missing).toEqual([]);
});

test('cells that the pages name are there', () => {
  const unknown = living
    .filter((page) => !page.startsWith('docs/decisions/'))
    .flatMap((page) =>
      [...read(page).matchAll(/\bnn_[a-z0-9_]*[a-z0-9]\b(?!\*|_)/g)]
        .map((match) => match[0])
        .filter((cell) => !cellPaths.has(cell))
        .map((cell) => `${page}: ${cell}`),
    );
  expect(unknown).toEqual([]);
});

test('npm scripts and make targets that the pages name are there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const targets = [...read('Makefile').matchAll(/^([a-z-]+):/gm)].map((match) => match[1]!);
  const unknown = living.flatMap((page) => [
    ...[...read(page).matchAll(/npm run ([a-z][\w:-]*)/g)]
      .filter((match) => !(match[1]! in scripts))
      .map((match) => `${page}: ${match[0]}`),
    ...[...read(page).matchAll(/`make ([a-z-]+)`/g)]
      .filter((match) => !targets.includes(match[1]!))
      .map((match) => `${page}: ${match[0]}`),
  ]);
  expect(unknown).toEqual([]);
});

describe('papers', () => {
  const tags = [...read('docs/papers.md').matchAll(/^(?:## |.*\*\*)\[([\w-]+)\]/gm)].map((match) => match[1]!);
  const cited = (text: string) => [...text.matchAll(/\[([A-Z][A-Za-z]+(?:-[A-Za-z0-9]+)*)\](?!\()/g)].map((m) => m[1]!);

  test('a tag in code that points at docs/papers.md has an entry there', () => {
    const pointing = sources
      .map((file) => [file, read(file)] as const)
      .filter(([, text]) => text.includes('docs/papers.md'));
    expect(pointing.length).toBeGreaterThan(10);
    for (const [file, text] of pointing) {
      const near = text
        .split('\n')
        .flatMap((line, i, lines) => (line.includes('docs/papers.md') ? cited(`${lines[i - 1] ?? ''} ${line}`) : []));
      expect(
        near.filter((tag) => tags.includes(tag)),
        `${file} names no paper`,
      ).not.toEqual([]);
    }
  });

  test('no page and no source speaks of a paper without its name', () => {
    const nameless = [...living, ...sources].filter((file) =>
      /\b(the|third) papers?\b|papers[’'] digest/i.test(read(file)),
    );
    expect(nameless).toEqual([]);
  });
});

test('README.md has at most 120 lines of at most 120 columns', () => {
  const lines = read('README.md').trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(120);
  expect(lines.filter((line) => [...line].length > 120)).toEqual([]);
});

/** Lines of running text; tables, commands and headings are as wide as they are. */
function prose(page: string): string[] {
  return page
    .replace(/^```.*?^```/gms, '')
    .split('\n')
    .filter((line) => !/^(\||#| {4}|!)/.test(line));
}

const wrapped = readdirSync(join(root, 'docs')).filter(
  (file) => file.endsWith('.md') && !/^(errors|numbers)\./.test(file),
);

test.each(wrapped)('docs/%s: text has at most 120 columns', (page) => {
  expect(prose(read(join('docs', page))).filter((line) => [...line].length > 120)).toEqual([]);
});

test('docs/architecture.md names every room of the generator', () => {
  const rooms = readdirSync(join(root, 'generator'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const table = /^## The rooms\n(.*?)^## /ms.exec(read('docs/architecture.md'))![1]!;
  expect(rooms.filter((room) => !new RegExp(`\\b${room}/`).test(table))).toEqual([]);
});

test('every page of docs/ is linked from another page', () => {
  const linked = new Set(
    living.flatMap((page) =>
      links(read(page)).map((to) => relative(root, join(root, dirname(page), to.split('#')[0]!))),
    ),
  );
  const folders = [...linked].filter((to) => !to.endsWith('.md'));
  const isLinked = (page: string) => linked.has(page) || folders.some((folder) => dirname(page) === folder);
  expect(below('docs', /\.md$/).filter((page) => !isLinked(page))).toEqual([]);
});
