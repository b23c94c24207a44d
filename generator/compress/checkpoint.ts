// SPDX-License-Identifier: Apache-2.0
/**
 * Files that a killed run takes up again: safetensors, and tables as JSON, each with the hash of all that it says. What
 * reads one gets what was written, or an error that names the file: a flipped bit never becomes a network.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fail } from '../errors/errors.ts';
import { readSafetensors, writeSafetensors, type NamedTensor, type TensorSource } from '../import/index.ts';
import { writeJson } from '../report/merge.ts';
import { call } from '../project/call.ts';

const changed = 'it differs from what was written';

type Metadata = Readonly<Record<string, string>>;

const byName = <T>(entries: readonly (readonly [string, T])[]) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

function hashOf(metadata: Metadata, tensors: readonly (readonly [string, NamedTensor])[]): string {
  const hash = createHash('sha256').update(JSON.stringify(byName(Object.entries(metadata))));
  for (const [name, { dtype, shape, data }] of byName(tensors))
    hash
      .update(JSON.stringify([name, dtype, shape]))
      .update(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}

/** Written whole or not at all, so that a killed run leaves the file before. NN030 where it cannot be written. */
export function writeCheckpoint(
  path: string,
  tensors: Readonly<Record<string, NamedTensor>>,
  metadata: Metadata,
): void {
  const sha256 = hashOf(metadata, Object.entries(tensors));
  writeSafetensors(path, tensors, { source: 'trained', metadata: { ...metadata, sha256 } });
}

/** @param again what to do about a damaged one. NN011 where the file does not hold what writeCheckpoint wrote. */
export function readCheckpoint(path: string, again: string): TensorSource {
  const source = readSafetensors(path);
  // Where the numbers come from is written beside them, by writeSafetensors.
  const { sha256, source: origin, ...metadata } = Object.fromEntries(source.metadata);
  const tensors = source.names().map((name) => [name, source.get(name)] as const);
  if (sha256 === undefined || origin !== 'trained')
    fail({
      code: 'NN011',
      where: path,
      got: 'no checkpoint',
      legal: `a checkpoint of ${call('compress')}`,
      fix: again,
    });
  if (sha256 !== hashOf(metadata, tensors))
    fail({ code: 'NN011', where: path, got: changed, legal: 'an unchanged checkpoint', fix: again });
  return source;
}

const sha256Of = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** A table that people read, too: `{ ...table, sha256 }`. */
export function writeTable(path: string, table: object): void {
  writeJson(path, { ...table, sha256: sha256Of(table) });
}

/** What writeTable wrote, or NN011. @param again what to do about a damaged one */
export function readTable<T extends object>(path: string, again: string): T {
  const legal = `an unchanged table of ${call('compress')}`;
  const fault = (got: string) => fail({ code: 'NN011', where: path, got, legal, fix: again });
  try {
    const { sha256, ...table } = JSON.parse(readFileSync(path, 'utf8')) as T & { sha256?: string };
    return sha256 === sha256Of(table) ? (table as unknown as T) : fault(changed);
  } catch (error) {
    if (!(error instanceof SyntaxError) && !('code' in (error as object))) throw error;
    return fault((error as Error).message);
  }
}
