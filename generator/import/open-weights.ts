/** Opens weights by looking at what lies there, so that `--weights` needs no format option. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { fail } from '../errors.ts';
import { looksLikeBnnPynq, readBnnPynq } from './bnn-pynq.ts';
import { headBytes, looksLikeDeepCompression, readDeepCompression } from './deep-compression.ts';
import { readSafetensors } from './safetensors.ts';
import { looksLikeImage } from '../sparse/image.ts';
import type { TensorSource } from './tensors.ts';
import { readWeightImage } from './weight-image.ts';

const legal = 'a safetensors file or a folder of BNN-PYNQ parameters';

/** As many bytes as tell formats apart; none where the file cannot be read, which its reader will say. */
function headOf(path: string): Uint8Array {
  try {
    const file = openSync(path, 'r');
    const head = new Uint8Array(headBytes);
    const length = readSync(file, head);
    closeSync(file);
    return head.subarray(0, length);
  } catch {
    return new Uint8Array();
  }
}

/** Throws NN010 where there is nothing or a folder without parameters, and what the two readers throw. */
export function openWeights(path: string): TensorSource {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return fail({ code: 'NN010', where: path, got: 'no such file or folder', legal });
  if (!stats.isDirectory()) {
    const head = headOf(path);
    if (looksLikeImage(head)) return readWeightImage(path);
    return looksLikeDeepCompression(head, stats.size) ? readDeepCompression(path) : readSafetensors(path);
  }
  if (looksLikeBnnPynq(path)) return readBnnPynq(path);
  return fail({ code: 'NN010', where: path, got: 'a folder without <layer>-<pe>-weights.bin files', legal });
}
