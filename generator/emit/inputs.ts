// SPDX-License-Identifier: Apache-2.0
/**
 * inputs.json: where weights and calibration images lay when a design was generated, seen from its folder. It speaks of
 * this machine, as no other file does, so it is no part of the plan: without it only the place where to look is
 * missing.
 */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fail } from '../errors/errors.ts';
import { inputsFile } from './lying.ts';
import { readFolderFile } from './read-folder.ts';
import type { Contents } from './write.ts';

/** Paths as given, by option. */
export type Inputs = Readonly<Record<string, string | undefined>>;

/** Links on the way to it are followed as far as it exists: `..` means the same from there on. */
function real(path: string): string {
  return existsSync(path)
    ? realpathSync(path)
    : dirname(path) === path
      ? path
      : join(real(dirname(path)), basename(path));
}

/** The plan with the note, where there is something to note. @param target where it will be written */
export function withInputs(plan: Contents, target: string, inputs: Inputs): Contents {
  const from = real(resolve(target));
  const given = Object.entries(inputs).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (given.length === 0) return plan;
  const note = Object.fromEntries(
    given.map(([option, path]) => [option, relative(from, join(real(dirname(resolve(path))), basename(path)))]),
  );
  return new Map([...plan, [inputsFile, `${JSON.stringify(note, null, 2)}\n`]]);
}

function noted(folder: string, option: keyof Inputs): string | undefined {
  try {
    const path = (JSON.parse(readFolderFile(folder, inputsFile)) as Inputs)[option];
    return typeof path === 'string' ? resolve(realpathSync(folder), path) : undefined;
  } catch {
    return undefined;
  }
}

/** Where the input is now: where it lay, or at the manifest's path seen from here. NN031 where it is at neither. */
export function findInput(folder: string, option: keyof Inputs, path: string): string {
  const places = [noted(folder, option), path].filter((place) => place !== undefined);
  const found = places.find((place) => existsSync(place));
  const also = places.length > 1 ? `, nor at ${places[0]}` : '';
  return (
    found ??
    fail({
      code: 'NN031',
      where: `--${option}`,
      got: `the design was generated with --${option} ${path}, which is not there${also}`,
      fix: `give --${option} with its path`,
    })
  );
}
