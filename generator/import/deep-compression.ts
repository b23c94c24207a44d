// SPDX-License-Identifier: Apache-2.0
/**
 * Reads SqueezeNet v1.0 as Deep Compression stores it (songhan/SqueezeNet-Deep-Compression): pruned weights that share
 * 256
 * values a layer. Gives real tensors with this project's names and order:
 *
 *     <layer>.weights   F32 [filters, kernel, kernel, channels]
 *     <layer>.bias      F32 [filters], for pixels p − 128 in the order R, G, B
 *
 * File: 26 u32 counts of stored weights; then per layer 256 f32 (the codebook; entry 0 is 0), the biases f32, a u8 code
 * for each
 * stored weight, and their 4-bit relative indices, low nibble first: position += index + 1 over (filter, channel, ky,
 * kx). A run
 * of more than 15 zeros holds fillers of code 0. Little-endian throughout.
 */
import { basename } from 'node:path';
import { fail } from '../errors/errors.ts';
import { counts, headBytes, layers, sizeOf, type StoredShape } from '../files/deep-compression-mark.ts';
import { shownPath } from '../files/input-file.ts';
import { tensorTable } from './tensor-table.ts';
import type { NamedTensor, TensorSource } from './tensors.ts';

/** Mean of the training images, which the network was trained without: blue, green, red. */
const mean = [104, 117, 123];

export interface StoredLayer {
  readonly name: string;
  /** [filters, kernel, kernel, channels]. */
  readonly shape: readonly number[];
  /** The code of every weight in that order; 0 where it was pruned. */
  readonly codes: Uint8Array;
  readonly codebook: Float32Array;
  readonly biases: Float32Array;
}

const legal = 'SqueezeNet v1.0 by Deep Compression';

function fileLength(stored: readonly number[]): number {
  return layers.reduce(
    (sum, { filters }, i) => sum + 1024 + 4 * filters + stored[i]! + Math.ceil(stored[i]! / 2),
    headBytes,
  );
}

/** The layers as they are stored. Throws NN011. */
export function parseStoredLayers(file: Uint8Array, path: string): StoredLayer[] {
  const where = shownPath(path);
  const damaged = (got: string): never => fail({ code: 'NN011', where, got, legal, fix: 'fetch the file again' });
  if (file.length < headBytes)
    damaged(`a Deep Compression file that ends after ${file.length} bytes, in its ${headBytes} bytes of counts`);
  const stored = counts(file);
  const wanted = fileLength(stored);
  if (file.length < wanted) damaged(`a Deep Compression file that ends after ${file.length} of its ${wanted} bytes`);
  if (file.length > wanted) damaged(`a Deep Compression file with ${file.length - wanted} bytes behind its ${wanted}`);
  let at = headBytes;
  const take = (bytes: number) => file.slice(at, (at += bytes));
  return layers.map((layer, i) => {
    const codebook = new Float32Array(take(1024).buffer);
    const biases = new Float32Array(take(4 * layer.filters).buffer);
    const values = take(stored[i]!);
    const gaps = take(Math.ceil(stored[i]! / 2));
    const codes = new Uint8Array(sizeOf(layer));
    let position = -1;
    values.forEach((code, n) => {
      position += ((gaps[n >> 1]! >> (4 * (n & 1))) & 15) + 1;
      if (position >= codes.length) damaged(`${layer.name}: weight ${n} at ${position} of ${codes.length}`);
      codes[inOurOrder(layer, position)] = code;
    });
    return {
      name: layer.name,
      shape: [layer.filters, layer.kernel, layer.kernel, layer.channels],
      codes,
      codebook,
      biases,
    };
  });
}

/** (filter, channel, ky, kx), channels of pixels blue first → (filter, ky, kx, channel), red first. */
function inOurOrder({ kernel, channels }: StoredShape, position: number): number {
  const area = kernel * kernel;
  const tap = position % area;
  const stored = Math.floor(position / area) % channels;
  const channel = channels === 3 ? 2 - stored : stored;
  return (Math.floor(position / (area * channels)) * area + tap) * channels + channel;
}

/** Bias for pixels p − 128, from the one for p − mean: Σ w·(p − mean) = Σ w·(p − 128) + Σ w·(128 − mean). */
function biasOfShiftedPixels(weights: Float32Array, biases: Float32Array): Float32Array {
  const taps = weights.length / biases.length;
  return biases.map((bias, f) => {
    let sum = bias;
    for (let i = 0; i < taps; i++) sum += weights[f * taps + i]! * (128 - mean[2 - (i % 3)]!);
    return sum;
  });
}

export function parseDeepCompression(file: Uint8Array, path: string): TensorSource {
  const tensors = new Map<string, NamedTensor>();
  for (const { name, shape, codes, codebook, biases } of parseStoredLayers(file, path)) {
    const data = Float32Array.from(codes, (code) => (code === 0 ? 0 : codebook[code]!));
    tensors.set(`${name}.weights`, { dtype: 'F32', shape, data });
    tensors.set(`${name}.bias`, {
      dtype: 'F32',
      shape: [biases.length],
      data: shape[3] === 3 ? biasOfShiftedPixels(data, biases) : biases,
    });
  }
  const where = shownPath(path);
  const describe = `SqueezeNet by Deep Compression (${basename(where)})`;
  return tensorTable(tensors, { source: 'imported', where, describe });
}
