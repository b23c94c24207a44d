/** Reads an image of weights as `npm run storage` writes it. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fail } from '../errors.ts';
import { readImage } from '../sparse/image.ts';
import { tensorsOf } from '../sparse/layer-tensors.ts';
import { tensorTable } from './tensor-table.ts';
import type { TensorSource } from './tensors.ts';

/** Throws NN010 where the file cannot be read, NN011 where it is damaged. */
export function readWeightImage(path: string): TensorSource {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(readFileSync(path));
  } catch (error) {
    return fail({ code: 'NN010', where: path, got: (error as Error).message, legal: 'an image of weights' });
  }
  const { origin, layers } = readImage(bytes, path);
  return tensorTable(new Map(layers.flatMap(tensorsOf)), { source: origin, where: path, describe: `${basename(path)} (${layers.length} layers without their zeros)` });
}
