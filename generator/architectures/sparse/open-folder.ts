// SPDX-License-Identifier: Apache-2.0
/** Reading an output folder of the sparse engine back. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { areFiles, readManifest } from '../../emit/folder.ts';
import { withInputs } from '../../emit/inputs.ts';
import { judged, type OutputFolder } from '../../emit/judge.ts';
import { recover } from '../../emit/leftovers.ts';
import { folderName } from '../../emit/plan.ts';
import { writePlan } from '../../emit/write.ts';
import { fail } from '../../errors/errors.ts';
import { hashGraph } from '../../ir/print.ts';
import { rebuildSparse, type SparseDesign } from './design.ts';
import { planSparse } from './folder.ts';
import { streamImages } from './stream-places.ts';

/** The part of manifest.json that says what lies there. */
interface Manifest {
  readonly architecture: 'sparse';
  readonly networkGiven: string;
  readonly clockMhz: number;
  readonly primitives: 'on' | 'off';
  readonly weights: { readonly path: string | null };
  readonly irSha256: string;
  readonly rebuild: string;
  readonly files: Readonly<Record<string, string>>;
}

function isManifest(value: unknown): value is Manifest {
  const m = value as Partial<Manifest> | null;
  const path = m?.weights?.path;
  return (
    m?.architecture === 'sparse' &&
    typeof m.clockMhz === 'number' &&
    (m.primitives === 'on' || m.primitives === 'off') &&
    (path === null || typeof path === 'string') &&
    typeof m.networkGiven === 'string' &&
    typeof m.irSha256 === 'string' &&
    typeof m.rebuild === 'string' &&
    areFiles(m.files)
  );
}

interface LyingOptions {
  readonly clock: number;
  readonly primitives: string;
  readonly weights?: string;
}

/** Options that the design in the folder was generated with; undefined when none lies there. */
export function lyingOptions(path: string): LyingOptions | undefined {
  recover(path);
  if (!existsSync(join(path, 'manifest.json'))) return undefined;
  const { clockMhz, primitives, weights } = readManifest(path, isManifest);
  return { clock: clockMhz, primitives, ...(weights.path === null ? {} : { weights: weights.path }) };
}

/**
 * The design's folder as it lies in `parent`, judged by its plan; generated when absent. NN031 when it holds another
 * design, or lost files.
 */
export function openSparse(design: SparseDesign, parent: string): OutputFolder {
  const name = folderName(design.graph.name, design.board.name, 'sparse');
  const path = resolve(parent, name);
  recover(path);
  if (!existsSync(join(path, 'manifest.json'))) {
    const plan = planSparse(design);
    writePlan(withInputs(plan, path, design), parent, name);
    return judged(path, plan, streamImages(design));
  }
  const manifest = readManifest(path, isManifest);
  const wanted = rebuildSparse(design);
  // The same network may be named in two ways: its IR decides, not its path.
  if (
    manifest.irSha256 !== hashGraph(design.graph) ||
    manifest.clockMhz !== design.clockMhz ||
    manifest.primitives !== (design.primitives ? 'on' : 'off')
  )
    fail({
      code: 'NN031',
      where: path,
      got:
        manifest.rebuild === wanted
          ? 'a design of other weights, or of an older network file'
          : `a design of: ${manifest.rebuild}`,
      legal: `a design of: ${wanted}`,
      fix: 'generate it again with these options, or give the options it was generated with',
    });
  // In the words of then: they stand in headers, and a network has many names.
  const plan = planSparse({ ...design, network: manifest.networkGiven, weights: manifest.weights.path ?? undefined });
  return judged(path, plan, streamImages(design));
}
