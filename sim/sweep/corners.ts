// SPDX-License-Identifier: Apache-2.0
/** Thresholds and batch norms at and beyond the ends of what a sum can be, as a trained file may hold them. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkpoint } from '../../generator/index.ts';
import { writeSafetensors } from '../../generator/import/index.ts';
import type { WeightReference } from '../../generator/ir/graph.ts';
import { workFolder } from '../../generator/processes/work-folder.ts';
import { cacheFolder } from '../cache.ts';

/** Sums of the layers that the corners are for lie in 0..6 (six bipolar taps) or -256..256 (two 8-bit taps). */
export const cornerThresholds = {
  bits: [0, 1, 6, 7, -1, 9438, 2 ** 31 - 1, -(2 ** 31)],
  pixels: [-256, -257, 256, 257, 0, -255, 9438, -(2 ** 31)],
};

/** gamma 0 leaves sign(beta); the rest puts the compare outside, at the edge and in the middle, either way round. */
const norms = {
  gamma: [0, 0, 1, -1, 1, -1, 1e-6, -1e-6],
  beta: [1, -1, 50, 50, -6, -6, 0, 0],
  mean: [0, 0, 0, 0, 0, 0, 1, 1],
  variance: [1, 1, 1, 1, 1, 1, 4, 4],
};

/** Tensors `bits.thresholds`, `pixels.thresholds` and `norm.*` of eight channels each. */
export function cornerWeights(): WeightReference {
  const folder = cacheFolder('sweep');
  const path = join(folder, 'corners.safetensors');
  const shape = [8];
  const compares = Object.entries(cornerThresholds).map(
    ([name, values]) => [`${name}.thresholds`, { dtype: 'I32', shape, data: Int32Array.from(values) }] as const,
  );
  const reals = Object.entries(norms).map(
    ([name, values]) => [`norm.${name}`, { dtype: 'F32', shape, data: Float32Array.from(values) }] as const,
  );
  // Another sweep may be reading the same file.
  const work = workFolder('corners', folder);
  writeSafetensors(join(work, 'fresh'), Object.fromEntries([...compares, ...reals]), { source: 'synthetic' });
  renameSync(join(work, 'fresh'), path);
  rmSync(work, { recursive: true });
  return checkpoint(pathToFileURL(path));
}
