// SPDX-License-Identifier: Apache-2.0
/**
 * The texts beside this module as WebAssembly, assembled by wabt when a program first needs them. In the package, whose
 * build has done that, a module of their bytes stands in the place of this one (package/build.ts).
 */
import { readFileSync } from 'node:fs';
import wabt from 'wabt';

export type KernelFile = 'windows' | 'agreements' | 'dots' | 'steps';

export function textOf(file: KernelFile): string {
  return readFileSync(new URL(`./${file}.wat`, import.meta.url), 'utf8');
}

/** Throws wabt's words where the text has faults. */
export async function assemble(file: KernelFile, text = textOf(file)): Promise<Uint8Array> {
  const parsed = (await wabt()).parseWat(`${file}.wat`, text, { simd: true, bulk_memory: true });
  try {
    return parsed.toBinary({}).buffer;
  } finally {
    parsed.destroy();
  }
}

export const binaries: Readonly<Record<KernelFile, Uint8Array>> = {
  windows: await assemble('windows'),
  agreements: await assemble('agreements'),
  dots: await assemble('dots'),
  steps: await assemble('steps'),
};
