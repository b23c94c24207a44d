/** Reads an image of weights as `npm run storage` writes it. */
import { basename } from 'node:path';
import { shownPath } from '../input-file.ts';
import { readImage } from '../sparse/image.ts';
import { tensorsOf } from '../sparse/layer-tensors.ts';
import { tensorTable } from './tensor-table.ts';
import type { TensorSource } from './tensors.ts';

/** Throws NN011 where the bytes are damaged. */
export function parseWeightImage(bytes: Uint8Array, path: string): TensorSource {
  const where = shownPath(path);
  const { origin, layers } = readImage(bytes, where);
  const describe = `${basename(where)} (${layers.length} layers without their zeros)`;
  return tensorTable(new Map(layers.flatMap(tensorsOf)), { source: origin, where, describe });
}
