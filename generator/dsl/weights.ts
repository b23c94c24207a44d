/** Where weights come from. Both are inert values: the resolve-weights pass opens them, `--weights` replaces them. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WeightReference } from '../ir/graph.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A safetensors file or BNN-PYNQ folder beside the network file: `checkpoint(new URL('./weights/x.safetensors', import.meta.url))`. */
export function checkpoint(url: URL): WeightReference {
  // Relative to the project, so that no absolute path reaches the output.
  return { type: 'checkpoint', url: relative(root, fileURLToPath(url)) };
}

/** Random parameters from a seed. Results are labelled synthetic wherever they appear; they carry no accuracy. */
export function synthetic(seed: number): WeightReference {
  return { type: 'synthetic', seed };
}
