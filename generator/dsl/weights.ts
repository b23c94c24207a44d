// SPDX-License-Identifier: Apache-2.0
/** Where weights come from. Both are inert values: the resolve-weights pass opens them, `--weights` replaces them. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../project/project.ts';
import type { WeightReference } from '../ir/graph.ts';
import { refuseFaults } from './call-site.ts';
import { finite, optional, optionFaults, show, surplusFaults, type Fault, type Rule, type Rules } from './options.ts';

export type { WeightReference };

/**
 * A safetensors file or BNN-PYNQ folder beside the network file:
 * `checkpoint(new URL('./weights/x.safetensors', import.meta.url))`.
 */
export function checkpoint(url: URL, ...surplus: readonly never[]): WeightReference {
  refuseFaults('checkpoint', [...urlFaults(url), ...surplusFaults(surplus)]);
  // Relative to the project, so that no absolute path reaches the output.
  return { type: 'checkpoint', url: relative(root, fileURLToPath(url)) };
}

function urlFaults(url: URL): Fault[] {
  try {
    fileURLToPath(url);
    return [];
  } catch {
    return [{ got: `url = ${show(url)}`, legal: 'new URL(…, import.meta.url)' }];
  }
}

export interface SyntheticOptions {
  /** Share of the 8-bit weights that pruning left: the others are 0. Absent: 1. */
  readonly density?: number;
}

const share: Rule<number> = {
  legal: '0..1',
  accepts: (value): value is number => typeof value === 'number' && value >= 0 && value <= 1,
};

/**
 * Random parameters from a seed, a finite number. Results are labelled synthetic wherever they appear; they carry no
 * accuracy.
 */
export function synthetic(seed: number, options: SyntheticOptions = {}, ...surplus: readonly never[]): WeightReference {
  const rules: Rules<SyntheticOptions> = { density: optional(share) };
  refuseFaults(`synthetic(${show(seed)})`, [
    ...optionFaults({ seed: finite }, { seed }),
    ...optionFaults(rules, options),
    ...surplusFaults(surplus),
  ]);
  const { density = 1 } = options;
  return { type: 'synthetic', seed, density };
}
