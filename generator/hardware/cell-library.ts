// SPDX-License-Identifier: Apache-2.0
/**
 * The cell library: templates/lib, one module a file, one folder a family. An output folder holds its cells side by
 * side.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const library = fileURLToPath(new URL('../../templates/lib/', import.meta.url));

/** Families, which are the folders. */
export const cellFamilies: readonly string[] = readdirSync(library, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** Where tools find cells by name: one folder a family. */
export const cellFolders: readonly string[] = cellFamilies.map((family) => join(library, family));

/** Module → its file, sorted by module. */
export const cellPaths: ReadonlyMap<string, string> = index(cellFolders);

/** @throws when two families have a cell of one name: a tool would take either */
export function index(folders: readonly string[]): ReadonlyMap<string, string> {
  const paths = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.v'))
      .map((file) => join(folder, file)),
  );
  const found = new Map<string, string>();
  for (const path of paths.sort((a, b) => (basename(a) < basename(b) ? -1 : 1))) {
    const module = basename(path, '.v');
    if (found.has(module)) throw new Error(`cell ${module} is there twice: ${found.get(module)} and ${path}`);
    found.set(module, path);
  }
  return found;
}

/** @throws where no cell has this name */
export function cellPath(module: string): string {
  const path = cellPaths.get(module);
  if (path === undefined) throw new Error(`the library has no cell ${module}`);
  return path;
}

/** All cells, side by side as in an output folder. */
export const cellSources = (): { readonly path: string; readonly text: string }[] =>
  [...cellPaths.keys()].map((cell) => ({ path: `${cell}.v`, text: cellText(cell) }));

/** Verilog of a cell. */
export const cellText = (module: string): string => readFileSync(cellPath(module), 'utf8');

/** The family of the cell in this file. */
export const familyOf = (path: string): string => basename(dirname(path));
