/** Opens weights by looking at what lies there, so that `--weights` needs no format option. */
import { statSync } from 'node:fs';
import { fail } from '../errors.ts';
import { looksLikeBnnPynq, readBnnPynq } from './bnn-pynq.ts';
import { readSafetensors } from './safetensors.ts';
import type { TensorSource } from './tensors.ts';

const legal = 'a safetensors file or a folder of BNN-PYNQ parameters';

/** Throws NN010 where there is nothing or a folder without parameters, and what the two readers throw. */
export function openWeights(path: string): TensorSource {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return fail({ code: 'NN010', where: path, got: 'no such file or folder', legal });
  if (!stats.isDirectory()) return readSafetensors(path);
  if (looksLikeBnnPynq(path)) return readBnnPynq(path);
  return fail({ code: 'NN010', where: path, got: 'a folder without <layer>-<pe>-weights.bin files', legal });
}
