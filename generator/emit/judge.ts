// SPDX-License-Identifier: Apache-2.0
/** An output folder as it lies there, judged by the plan of its design: the manifest's hashes decide nothing. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toolchains } from '../boards/index.ts';
import { BitloomError, type Issue } from '../errors/errors.ts';
import { shownPath } from '../files/input-file.ts';
import type { WhatStands } from '../hardware/hardware.ts';
import { memoryFaults, type MemoryFault } from './memory-faults.ts';
import { sha256 } from './words.ts';
import { listedSources } from './read-folder.ts';
import type { Contents } from './write.ts';

export interface OutputFolder {
  readonly path: string;
  /** Files that are not the plan's, byte for byte, those of `added` among them. */
  readonly modified: readonly string[];
  /** Sources that filelist.f names, and files of mem/, that the plan does not have. */
  readonly added: readonly string[];
  /** What is wrong in memory images, which a few frames might not show. */
  readonly memoryFaults: readonly MemoryFault[];
  /** Hash over all generated files as they lie there, and those of `added`. */
  readonly sourcesSha256: string;
}

/** Memory images: path below the folder → what its bits are. */
export type Images = ReadonlyMap<string, WhatStands>;

function addedFiles(path: string, plan: Contents, named: readonly string[]): string[] {
  const data = existsSync(join(path, 'mem')) ? readdirSync(join(path, 'mem')).map((file) => `mem/${file}`) : [];
  return [...new Set([...named, ...data])].filter((file) => !plan.has(file)).sort();
}

/**
 * What would be built is what is proven: the toolchain's script reads every source of the plan, filelist.f has to name
 * it too.
 */
function unnamed(path: string, plan: Contents, named: readonly string[]): Issue[] {
  const sources = [...plan.keys()].filter((file) => file.startsWith('rtl/') && !named.includes(file));
  const { script } = toolchains().find((toolchain) => plan.has(toolchain.script))!;
  return sources.map((file) => ({
    code: 'NN031',
    where: join(path, 'filelist.f'),
    got: `${file} is not named, and ${script} reads it`,
    fix: 'name it, or generate the folder again',
  }));
}

/** Reports go into these folders: a link would lead them out of the output folder. */
function linked(path: string): Issue[] {
  const links = ['report', ...toolchains().map(({ folder }) => folder)].filter((name) =>
    lstatSync(join(path, name), { throwIfNoEntry: false })?.isSymbolicLink(),
  );
  return links.map((name) => ({
    code: 'NN030',
    where: join(path, name),
    got: 'a link out of the folder',
    fix: 'put a folder in its place',
  }));
}

/** Nothing where there is no file that can be read: who simulates it says why. */
function lying(path: string): Uint8Array {
  try {
    return statSync(path).isFile() ? readFileSync(path) : new Uint8Array(0);
  } catch {
    return new Uint8Array(0);
  }
}

/** NN031 where files of the plan are gone. */
export function judged(path: string, plan: Contents, images: Images): OutputFolder {
  const gone = [...plan.keys()].filter((file) => !existsSync(join(path, file)));
  const issues = gone.map(
    (file): Issue => ({
      code: 'NN031',
      where: join(path, file),
      got: 'the file is gone',
      fix: 'generate the folder again',
    }),
  );
  issues.push(...linked(path));
  if (issues.length > 0) throw new BitloomError(issues);
  const named = listedSources(path);
  const missing = unnamed(path, plan, named);
  if (missing.length > 0) throw new BitloomError(missing);
  const all = createHash('sha256');
  const modified: string[] = [];
  const faults: MemoryFault[] = [];
  for (const [file, planned] of plan) {
    const actual = lying(join(path, file));
    // The manifest describes the sources, and is none.
    if (file !== 'manifest.json') all.update(`${file} ${sha256(actual)}\n`);
    if (Buffer.from(planned).equals(actual)) continue;
    modified.push(file);
    const stands = images.get(file);
    if (stands) faults.push(...memoryFaults(file, planned, actual, stands));
  }
  const added = addedFiles(path, plan, named);
  for (const file of added) all.update(`${file} ${sha256(lying(join(path, file)))}\n`);
  return { path, modified: [...modified, ...added], added, memoryFaults: faults, sourcesSha256: all.digest('hex') };
}

/** What commands that judge a folder say of its edits. */
export function warnOfEdits({ modified, added }: OutputFolder, warn: (text: string) => void): void {
  if (modified.length > 0)
    warn(
      'modified since generated: ' +
        `${modified.map((file) => (added.includes(file) ? `${shownPath(file)} (added)` : file)).join(' ')}`,
    );
}
