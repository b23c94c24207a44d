// SPDX-License-Identifier: Apache-2.0
/** What lies in an output folder: what gen made, what was edited since, and what is the user's own. */
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { toolchains } from '../boards/index.ts';
import { sha256 } from './words.ts';
import { readFolderFile } from './read-folder.ts';
import type { Contents } from './write.ts';

/** Where inputs lay when the design was generated (inputs.ts). */
export const inputsFile = 'inputs.json';

/** Files that speak of the design beside them, but are no part of its plan: gen drops them. */
const besidePlan = () => [
  'manifest.json',
  inputsFile,
  ...toolchains().flatMap(({ activityFile }) => activityFile ?? []),
  ...['verification.json', 'synthesis.json', 'energy.json', 'report.json', 'report.html'].map(
    (file) => `report/${file}`,
  ),
];

/** The ending is that of a file that a killed run has not finished. */
const isBesidePlan = (path: string) => besidePlan().includes(path.replace(/\.\d+\.tmp$/, ''));

/** An entry below the folder, folders before what they hold. A link is itself, never what it names. */
interface Entry {
  readonly path: string;
  readonly isFolder: boolean;
}

function* entriesOf(folder: string, below = ''): Generator<Entry> {
  const found = readdirSync(join(folder, below), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of found) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    yield { path, isFolder: entry.isDirectory() };
    if (entry.isDirectory()) yield* entriesOf(folder, path);
  }
}

/** Hashes of what was generated, as manifest.json has them; undefined where the folder is none of bitloom's. */
export function generatedFiles(folder: string): ReadonlyMap<string, string> | undefined {
  try {
    const { generator, files = {} } = JSON.parse(readFolderFile(folder, 'manifest.json')) as {
      generator?: unknown;
      files?: object;
    };
    return String(generator).startsWith('bitloom ') ? new Map(Object.entries(files) as [string, string][]) : undefined;
  } catch {
    return undefined;
  }
}

/** All folders above these files. */
function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.add(path.slice(0, at));
  return folders;
}

/** What is not bitloom's: files, links, and folders that hold nothing of it. @param generated of `generatedFiles` */
export function foreignEntries(folder: string, generated: ReadonlyMap<string, string>): Entry[] {
  const folders = foldersOf([...generated.keys(), ...besidePlan()]);
  return [...entriesOf(folder)].filter(({ path, isFolder }) =>
    isFolder ? !folders.has(path) : !generated.has(path) && !isBesidePlan(path),
  );
}

/** A folder that is foreign stands for all that it holds: `rtl/out/`. */
export function outermost(entries: readonly Entry[]): string[] {
  const folders = entries.filter(({ isFolder }) => isFolder).map(({ path }) => `${path}/`);
  const named = entries.map(({ path, isFolder }) => (isFolder ? `${path}/` : path));
  return named.filter((name) => !folders.some((folder) => name !== folder && name.startsWith(folder)));
}

const holds = (folder: string, path: string, isWanted: (hash: string) => boolean) =>
  lstatSync(join(folder, path)).isFile() && isWanted(sha256(readFileSync(join(folder, path))));

/** Generated files that are neither what was generated nor what `plan` puts there: their edits would be lost. */
export function editedFiles(folder: string, generated: ReadonlyMap<string, string>, plan: Contents): string[] {
  const lying = [...generated].filter(
    ([path]) => lstatSync(join(folder, path), { throwIfNoEntry: false })?.isDirectory() === false,
  );
  return lying
    .filter(([path, hash]) => !holds(folder, path, (actual) => actual === hash || isPlanned(plan, path, actual)))
    .map(([path]) => path)
    .sort();
}

const isPlanned = (plan: Contents, path: string, hash: string) => plan.has(path) && sha256(plan.get(path)!) === hash;

/** Foreign entries where `plan` has a file or a folder of its own; those of the same bytes are in nobody's way. */
export function inTheWay(folder: string, foreign: readonly Entry[], plan: Contents): string[] {
  const folders = foldersOf(plan.keys());
  const differs = ({ path, isFolder }: Entry) =>
    isFolder
      ? plan.has(path)
      : folders.has(path) || (plan.has(path) && !holds(folder, path, (hash) => isPlanned(plan, path, hash)));
  return foreign.filter(differs).map(({ path }) => path);
}
