// SPDX-License-Identifier: Apache-2.0
/** The project's own sources as the laws see them: files, and what imports what when the program runs. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { root } from './command-line.ts';

const folders = ['cli', 'generator', 'networks', 'sim', 'test', 'bench', 'package', 'templates', 'docs'];

/** Every file of the project below its source folders, relative to the root; generated output is none. */
export function projectFiles(): string[] {
  const all = readdirSync(root, { withFileTypes: true }).filter((entry) => folders.includes(entry.name));
  return all.flatMap(({ name }) =>
    readdirSync(join(root, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
}

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

export function parse(file: string, text = read(file)): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

/** Calls `visit` for every node of the tree. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** True for an import or export of types alone: it leaves nothing behind when the program runs. */
function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (!clause) return false;
  const named = clause.namedBindings;
  return (
    clause.isTypeOnly ||
    (!clause.name && !!named && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly))
  );
}

/**
 * Relative modules that `file` brings in when it runs: imports, re-exports, import(), and workers by new URL(); with
 * `types` also those that it takes types of.
 */
export function importsOf(file: string, text = read(file), { types = false } = {}): string[] {
  const found: string[] = [];
  const add = (specifier: ts.Node | undefined) => {
    if (specifier && ts.isStringLiteral(specifier) && /^\..*\.(ts|mjs)$/.test(specifier.text))
      found.push(relative(root, resolve(root, dirname(file), specifier.text)));
  };
  walk(parse(file, text), (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && (types || !isTypeOnly(node)))
      add(node.moduleSpecifier);
    if (types && ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    if (ts.isNewExpression(node) && node.expression.getText() === 'URL') add(node.arguments?.[0]);
  });
  return found;
}

/** Everything that runs because `file` does; `cut` modules are reached but not entered. */
export function reach(file: string, cut: (file: string) => boolean = () => false): Set<string> {
  const reached = new Set<string>();
  const enter = (from: string) => {
    for (const to of importsOf(from)) {
      if (reached.has(to)) continue;
      reached.add(to);
      if (!cut(to)) enter(to);
    }
  };
  enter(file);
  return reached;
}
