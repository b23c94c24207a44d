// SPDX-License-Identifier: Apache-2.0
/** Images of weights, as `npm run storage` writes them: layers without their zeros, other tensors as safetensors. */
import { basename } from 'node:path';
import { shownPath } from '../files/input-file.ts';
import type { Coding } from '../storage/coding.ts';
import { readImage, writeImage, type WeightImage } from '../storage/image.ts';
import type { SparseLayer } from '../storage/layer.ts';
import { tensorsOf } from '../storage/layer-tensors.ts';
import { formatSafetensors, parseSafetensors } from './safetensors.ts';
import { tensorTable } from './tensor-table.ts';
import type { NamedTensor, TensorSource, WeightOrigin } from './tensors.ts';

/** What a network asks for. */
export interface ImageContent {
  /** Its layers with 8-bit weights. */
  readonly layers: readonly SparseLayer[];
  /** All tensors by name, those of the layers among them. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** Free text that comes with them. */
  readonly notes: ReadonlyMap<string, string>;
  readonly origin: WeightOrigin;
}

export interface FullImage extends WeightImage {
  /** Tensors that no layer's section holds, as they are. */
  readonly others: readonly NamedTensor[];
  readonly otherBytes: number;
}

const equal = (a: NamedTensor | undefined, b: NamedTensor) =>
  a !== undefined &&
  a.shape.join() === b.shape.join() &&
  a.data.length === b.data.length &&
  a.data.every((value, i) => value === b.data[i]);

/** What `npm run storage` may replace: images of this bitloom and of earlier ones. */
export const weightImage = {
  name: 'an image of weights',
  is: (file: Uint8Array) => /^blw[12]$/.test(Buffer.from(file.subarray(0, 4)).toString('latin1')),
};

/** An image that holds everything the network asks for. */
export function formatWeightImage({ layers, tensors, notes, origin }: ImageContent, coding: Coding): FullImage {
  const stored = new Map(layers.flatMap(tensorsOf));
  const others = [...tensors].filter(([name, tensor]) => !equal(stored.get(name), tensor));
  const isComplete = others.length === 0 && notes.size === 0;
  const rest = isComplete
    ? new Uint8Array()
    : formatSafetensors(Object.fromEntries(others), { source: origin, metadata: Object.fromEntries(notes) });
  return {
    ...writeImage(layers, origin, coding, new Uint8Array(rest)),
    others: others.map(([, tensor]) => tensor),
    otherBytes: rest.length,
  };
}

/** Throws NN011 where the bytes are damaged. */
export function parseWeightImage(bytes: Uint8Array, path: string): TensorSource {
  const where = shownPath(path);
  const { origin, layers, rest } = readImage(bytes, where);
  const tensors = new Map<string, NamedTensor>(layers.flatMap(tensorsOf));
  const others = rest.length === 0 ? undefined : parseSafetensors(rest, path);
  for (const name of others?.names() ?? []) tensors.set(name, others!.get(name));
  const describe = `${basename(where)} (${layers.length} layers without their zeros)`;
  return tensorTable(tensors, { source: origin, where, describe, ...(others ? { metadata: others.metadata } : {}) });
}
