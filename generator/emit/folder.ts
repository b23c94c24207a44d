/** Reading an output folder back: what lies there, and what was changed since it was generated. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail } from '../errors.ts';
import { rebuildCommand, folderName, planFiles, sha256, type Request } from './plan.ts';
import { writePlan } from './write.ts';
import type { Design } from '../pipeline.ts';

interface Manifest {
  readonly architecture: string;
  readonly clockMhz: number;
  readonly fps: string;
  readonly weights: { readonly source: string; readonly path: string | null };
  readonly irSha256: string;
  readonly rebuild: string;
  readonly files: Readonly<Record<string, string>>;
}

export interface OutputFolder {
  readonly path: string;
  /** Generated files whose contents changed since. */
  readonly modified: readonly string[];
  /** Hash over all generated files as they lie there. */
  readonly sourcesSha256: string;
}

function readManifest(path: string): Manifest {
  try {
    const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')) as Manifest;
    if (typeof manifest.files !== 'object') throw new Error('no files in it');
    return manifest;
  } catch (error) {
    return fail({ code: 'NN031', where: join(path, 'manifest.json'), got: (error as Error).message, fix: 'npm run gen -- … to make the folder anew' });
  }
}

/** Options that the design in `parent` was generated with; undefined when none lies there. */
export function generatedOptions(
  parent: string,
  network: string,
  board: string,
): { arch: string; fps: string; clock: number; weights?: string } | undefined {
  const path = resolve(parent, folderName(network, board));
  if (!existsSync(join(path, 'manifest.json'))) return undefined;
  const { architecture, fps, clockMhz, weights } = readManifest(path);
  return { arch: architecture, fps, clock: clockMhz, ...(weights.path ? { weights: weights.path } : {}) };
}

/**
 * The design's folder as it lies in `parent`; generated when absent. NN031 when it holds another design, or lost files.
 */
export function openFolder(design: Design, request: Request, parent: string): OutputFolder {
  const name = folderName(design.name, design.options.board.name);
  const path = resolve(parent, name);
  if (!existsSync(join(path, 'manifest.json'))) writePlan(planFiles(design, request), parent, name);
  const manifest = readManifest(path);
  const wanted = rebuildCommand(design, request);
  if (manifest.rebuild !== wanted || manifest.irSha256 !== design.irHash)
    fail({
      code: 'NN031',
      where: path,
      got: manifest.rebuild === wanted ? 'a design of other weights or an older network file' : `a design of: ${manifest.rebuild}`,
      legal: `a design of: ${wanted}`,
      fix: 'generate it again with these options, or give the options it was generated with',
    });
  const all = createHash('sha256');
  const modified: string[] = [];
  for (const [file, hash] of Object.entries(manifest.files)) {
    if (!existsSync(join(path, file))) fail({ code: 'NN031', where: join(path, file), got: 'the file is gone', fix: 'npm run gen -- … to make the folder anew' });
    const actual = sha256(readFileSync(join(path, file), 'utf8'));
    if (actual !== hash) modified.push(file);
    all.update(`${file} ${actual}\n`);
  }
  return { path, modified, sourcesSha256: all.digest('hex') };
}
