/** Where weights come from. Both are inert values: the resolve-weights pass opens them, `--weights` replaces them. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../errors.ts';
import type { WeightReference } from '../ir/graph.ts';

export type { WeightReference };

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A safetensors file or BNN-PYNQ folder beside the network file: `checkpoint(new URL('./weights/x.safetensors', import.meta.url))`. */
export function checkpoint(url: URL): WeightReference {
  // Relative to the project, so that no absolute path reaches the output.
  return { type: 'checkpoint', url: relative(root, fileURLToPath(url)) };
}

/**
 * Random parameters from a seed. Results are labelled synthetic wherever they appear; they carry no accuracy.
 * @param density share of the 8-bit weights that pruning left: the others are 0
 */
export function synthetic(seed: number, { density = 1 }: { readonly density?: number } = {}): WeightReference {
  if (!(density >= 0 && density <= 1)) fail({ code: 'NN004', where: `synthetic(${seed})`, got: `density = ${density}`, legal: '0..1' });
  return { type: 'synthetic', seed, density };
}
