// SPDX-License-Identifier: Apache-2.0
/** manifest.json: what a folder holds, how it was asked for, and the hash of every file. */
import { join } from 'node:path';
import { topName, type Architecture, type Design, type Request } from '../design/architecture.ts';
import { fail } from '../errors/errors.ts';
import { camel, isField, isSame, manifestFields, readBack, type Held } from '../options/option.ts';
import { readFolderFile } from './read-folder.ts';
import { rebuildCommand } from './rebuild.ts';
import { portable, sha256 } from './words.ts';
import { version } from './version.ts';

export interface Manifest extends Held {
  readonly networkGiven: string;
  readonly architecture: string;
  readonly clockMhz: number;
  readonly weights: { readonly source: string; readonly path: string | null };
  readonly irSha256: string;
  readonly rebuild: string;
  readonly files: Readonly<Record<string, string>>;
}

/** @param files of the folder, sorted by path */
export function manifestText(
  design: Design,
  request: Request,
  files: ReadonlyMap<string, string | Uint8Array>,
): string {
  const { architecture, options, typed } = design;
  const fields = architecture.options.map((option) => manifestFields(option, { ...options }));
  const manifest = {
    generator: `bitloom ${version}`,
    network: design.name,
    networkGiven: portable(request.network),
    board: options.board.name,
    architecture: architecture.name,
    clockMhz: options.clockMhz,
    top: topName(design),
    ...Object.assign({}, ...fields),
    weights: { source: typed.weights.source, path: request.weights ? portable(request.weights) : null },
    irSha256: design.irHash,
    rebuild: rebuildCommand(design, request),
    ...architecture.facts?.(design),
    files: Object.fromEntries([...files].map(([path, text]) => [path, sha256(text)])),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** A path below the folder: a manifest that someone damaged names no other file. */
function staysBelow(path: string): boolean {
  return /^[\w.-]+(\/[\w.-]+)*$/.test(path) && !path.split('/').includes('..');
}

/** Names below the folder, each with its hash. */
function areFiles(files: unknown): boolean {
  return (
    typeof files === 'object' &&
    files !== null &&
    Object.entries(files).every(([path, hash]) => staysBelow(path) && typeof hash === 'string')
  );
}

function isManifest(value: unknown, architecture: Architecture): value is Manifest {
  const m = value as Partial<Manifest> | null;
  const texts = [m?.architecture, m?.networkGiven, m?.irSha256, m?.rebuild, m?.weights?.source];
  const path = m?.weights?.path;
  return (
    texts.every((text) => typeof text === 'string') &&
    typeof m!.clockMhz === 'number' &&
    (path === null || typeof path === 'string') &&
    areFiles(m!.files) &&
    architecture.options.every((option) => isField(option, m as Held))
  );
}

/** manifest.json of the folder; NN031 where it cannot be read, is none, or is one of another architecture. */
export function readManifest(path: string, architecture: Architecture): Manifest {
  const where = join(path, 'manifest.json');
  const damaged = (got: string) => fail({ code: 'NN031', where, got, fix: 'delete the folder and generate it again' });
  const text = readFolderFile(path, 'manifest.json');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return damaged((error as Error).message);
  }
  return isManifest(value, architecture) ? value : damaged('a manifest with fields missing or of the wrong kind');
}

/** Options as they would be typed, by name in camel case. */
export function optionsIn(manifest: Manifest, architecture: Architecture): Held {
  const values = architecture.options.map((option) => [camel(option.name), readBack(option, manifest)]);
  const given = Object.fromEntries(values.filter(([, value]) => value !== undefined));
  const { clockMhz, weights } = manifest;
  return { ...given, clock: clockMhz, ...(weights.path === null ? {} : { weights: weights.path }) };
}

/** NN031 where the folder holds a design of other options, weights or images. */
export function requireSame(path: string, manifest: Manifest, design: Design, request: Request): void {
  const { architecture, options } = design;
  const wanted = rebuildCommand(design, request);
  const sameOptions =
    manifest.architecture === architecture.name &&
    manifest.clockMhz === options.clockMhz &&
    architecture.options.every((option) => isSame(option, manifest, { ...options }));
  // The same network may be named in two ways: its IR decides, not its path.
  if (sameOptions && manifest.irSha256 === design.irHash) return;
  fail({
    code: 'NN031',
    where: path,
    got:
      manifest.rebuild === wanted
        ? 'a design of other weights, of other calibration images, or of an older network file'
        : `a design of: ${manifest.rebuild}`,
    legal: `a design of: ${wanted}`,
    fix: 'generate it again with these options, or give the options it was generated with',
  });
}
