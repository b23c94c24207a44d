// SPDX-License-Identifier: Apache-2.0
/**
 * What an independent model says of BNN-PYNQ's trained networks, image by image: read from the published files
 * beside the repository, for tests and proofs.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { elementAt, type Tensor } from '../generator/tensor/tensor.ts';
import { consumersOf, type TypedGraph } from '../generator/ir/graph.ts';
import { bitsOf } from '../generator/ir/types.ts';
import { fanIn } from '../generator/layers/matvec/model.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { lower } from '../generator/passes/lower.ts';
import { typecheck } from '../generator/passes/typecheck.ts';

/** Nodes of `cnv` whose bit maps are published, in order: pools are part of the layer before them. */
export const cnvMaps = ['sign0', 'pool1', 'sign2', 'pool3', 'sign4', 'sign5', 'fsign0', 'fsign1'] as const;
/** The node whose 64 sums are published. */
export const cnvScores = 'fc2';

export const cnvFrameBytes = 32 * 32 * 3;

export interface CnvImage {
  readonly index: number;
  readonly label: number;
  readonly scores: readonly number[];
  /** Of each packed bit map. */
  readonly layer_sha256: readonly string[];
}

export interface LfcImage {
  readonly index: number;
  readonly label: number;
  readonly out_bits: readonly number[];
}

/** Paths below the folder of published files. */
export function publishedFiles(folder: string) {
  const golden = join(folder, 'bnn-pynq/golden');
  return {
    cnvWeights: join(folder, 'bnn-pynq/params/cifar10/cnvW1A1'),
    cnvW1A2Weights: join(folder, 'bnn-pynq/params/cifar10/cnvW1A2'),
    cnvW2A2Weights: join(folder, 'bnn-pynq/params/cifar10/cnvW2A2'),
    lfcWeights: join(folder, 'bnn-pynq/params/mnist/lfcW1A1'),
    cifar: join(folder, 'cifar10/test_batch.bin'),
    digits: join(folder, 'mnist/t10k-images-idx3-ubyte.gz'),
    digitLabels: join(folder, 'mnist/t10k-labels-idx1-ubyte'),
    cnvPixels: join(golden, 'cnvW1A1-cifar10-images.rgb'),
    cnvImages: join(golden, 'cnvW1A1-cifar10.json'),
    cnvLayers: join(golden, 'cnvW1A1-cifar10-layers4.bin'),
    cnvAllScores: join(golden, 'cnvW1A1-cifar10-scores-10000x10.npy'),
    lfcImages: join(golden, 'lfcW1A1-mnist.json'),
  };
}

export function imagesOf<T>(json: string): readonly T[] {
  return (JSON.parse(readFileSync(json, 'utf8')) as { images: T[] }).images;
}

/** A shipped network with the weights of a published folder. */
export async function publishedNetwork(
  name: 'cnv' | 'cnv-w1a2' | 'cnv-w2a2' | 'lfc',
  weights: string,
): Promise<TypedGraph> {
  return typecheck((await loadNetwork(name)).graph, weights);
}

/** A layer of a network as wires see it: its weights, and its thresholds on sums of taps of so many bits. */
export interface PublishedLayer {
  readonly taps: number;
  readonly bits: number;
  /** Row-major [filters][taps]. */
  readonly weights: Uint8Array;
  readonly thresholds: Int32Array;
}

/** A convolution or dense layer with the threshold behind it, in the form that hardware takes. */
export function publishedLayer(network: TypedGraph, name: string): PublishedLayer {
  const graph = lower(network);
  const node = graph.nodes.find((one) => one.name === name)!;
  const [compare] = consumersOf(graph, name);
  return {
    taps: fanIn(node),
    bits: bitsOf(node.inputTypes[0]!.element),
    weights: node.parameters['weights']!.data as Uint8Array,
    thresholds: compare!.parameters['theta']!.data as Int32Array,
  };
}

/** Frame i of a run of frames. */
export function frameAt(pixels: Uint8Array, i: number, bytes: number): Uint8Array {
  return pixels.subarray(i * bytes, (i + 1) * bytes);
}

/** A map of bits as the files hold it: HWC order, least significant bit first, padded to a byte. */
export function packedMap(map: Tensor): Uint8Array {
  const { height, width, channels } = map;
  const packed = new Uint8Array(Math.ceil((height * width * channels) / 8));
  let at = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++, at++) packed[at >> 3]! |= elementAt(map, y, x, c) << (at & 7);
  return packed;
}

/** The first thing in which a traced frame of `cnv` differs from the published image: a node's name. */
export function cnvDifference(tensors: ReadonlyMap<string, Tensor>, image: CnvImage): string | undefined {
  const wrong = cnvMaps.find(
    (name, i) =>
      createHash('sha256')
        .update(packedMap(tensors.get(name)!))
        .digest('hex') !== image.layer_sha256[i],
  );
  if (wrong) return wrong;
  const sums = tensors.get(cnvScores)!.data;
  if (sums.length !== image.scores.length || image.scores.some((score, i) => sums[i] !== score)) return cnvScores;
  const expected = image.scores.indexOf(Math.max(...image.scores.slice(0, 10)));
  return tensors.get('class')!.data.at(-1) === expected ? undefined : 'class';
}

/** Rows of a little-endian int32 numpy array (format 1.0, C order). */
export function npyRows(path: string): Int32Array[] {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  const shape = /'descr': '<i4', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(header);
  if (!shape) throw new Error(`${path}: not a matrix of int32: ${header}`);
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  return Array.from({ length: rows }, (_, row) =>
    Int32Array.from({ length: columns }, (_, column) => bytes.readInt32LE(start + 4 * (row * columns + column))),
  );
}
