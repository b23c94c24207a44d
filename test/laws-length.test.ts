// SPDX-License-Identifier: Apache-2.0
/** Functions and files are short: a function has at most 60 lines, from the first word to the closing brace; a file, 300. */
import ts from 'typescript';
import { expect, test } from 'vitest';
import { parse, projectFiles, read, walk } from './sources.ts';

const LIMIT = 60;
const FILE_LIMIT = 300;

/** Tests that are still longer. Whoever splits one takes its line out. */
const longFiles: readonly string[] = [
  'generator/architectures/dataflow/wired/wired.test.ts',
  'generator/compress/calibrate.test.ts',
  'generator/storage/sparse.test.ts',
  'test/cli-verify.test.ts',
  'test/errors-cli.test.ts',
  'test/golden-forms.test.ts',
];

/** A callback of `describe` groups tests, and is no function that somebody reads as one. */
function groups(node: ts.Node): boolean {
  if (!ts.isCallExpression(node.parent)) return false;
  return /^describe\b/.test(node.parent.expression.getText());
}

/** The function's own name, or that of the variable, property or call that it belongs to. */
function nameOf(node: ts.SignatureDeclaration): string {
  const { name, parent } = node;
  if (name) return name.getText();
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  if (!ts.isCallExpression(parent)) return 'a function';
  const [title] = parent.arguments;
  return title && ts.isStringLiteralLike(title) ? title.text : parent.expression.getText();
}

/** Functions, methods and arrows of more lines than `limit`, as `file:function`. */
function tooLong(file: string, text?: string, limit = LIMIT): string[] {
  const source = parse(file, text);
  const lineOf = (at: number) => source.getLineAndCharacterOfPosition(at).line;
  const found: string[] = [];
  walk(source, (node) => {
    if (!ts.isFunctionLike(node) || groups(node)) return;
    if (lineOf(node.end) - lineOf(node.getStart(source)) >= limit) found.push(`${file}:${nameOf(node)}`);
  });
  return found;
}

test('the scan sees functions, methods, arrows and tests, and passes over groups', () => {
  const body = '{\n\n}';
  const text = [
    `function one() ${body}`,
    `const two = () => ${body};`,
    `class C { three() ${body} }`,
    `test('four', () => ${body});`,
    `describe('group', () => ${body});`,
    `describe.skipIf(x)('group', () => ${body});`,
    'function short() {\n}',
  ].join('\n');
  expect(tooLong('x.ts', text, 2)).toEqual(['x.ts:one', 'x.ts:two', 'x.ts:three', 'x.ts:four']);
});

test(`no function has more than ${LIMIT} lines`, () => {
  const sources = projectFiles().filter((file) => file.endsWith('.ts'));
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.flatMap((file) => tooLong(file))).toEqual([]);
});

const shortFiles =
  `no file has more than ${FILE_LIMIT} lines, save those listed; ` + 'a listed one that is short again is taken out';

test(shortFiles, () => {
  const sources = projectFiles().filter((file) => file.endsWith('.ts'));
  const long = sources.filter((file) => read(file).split('\n').length - 1 > FILE_LIMIT);
  expect(long.sort()).toEqual([...longFiles].sort());
});
