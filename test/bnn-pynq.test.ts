// SPDX-License-Identifier: Apache-2.0
/** The golden model against an independent model of BNN-PYNQ's trained networks, on real images. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { interpreter } from '../generator/golden/interpret.ts';
import { readImages } from '../generator/images/index.ts';
import { sharedData } from '../generator/images/shared-data.ts';
import type { TypedGraph } from '../generator/ir/graph.ts';
import { lower } from '../generator/passes/lower.ts';
import {
  cnvDifference,
  cnvFrameBytes,
  cnvMaps,
  frameAt,
  imagesOf,
  npyRows,
  packedMap,
  publishedFiles,
  publishedNetwork,
  type CnvImage,
  type LfcImage,
} from './published.ts';

/** The same network with weight bits of a layer flipped. */
function damaged(graph: TypedGraph, layer: string, from: number, count: number): TypedGraph {
  const nodes = graph.nodes.map((node) => {
    if (node.name !== layer) return node;
    const weights = node.parameters['weights']!;
    const data = Uint8Array.from(weights.data, (bit, i) => (i >= from && i < from + count ? 1 - bit : bit));
    return { ...node, parameters: { weights: { ...weights, data } } };
  });
  return { ...graph, nodes };
}

describe.skipIf(!sharedData)('cnvW1A1 on CIFAR-10', async () => {
  if (!sharedData) return;
  const files = publishedFiles(sharedData);
  const network = await publishedNetwork('cnv', files.cnvWeights);
  const images = imagesOf<CnvImage>(files.cnvImages);
  const pixels = readFileSync(files.cnvPixels);
  const frame = (i: number) => frameAt(pixels, i, cnvFrameBytes);
  const cifar = (limit: number) => readImages(files.cifar, { height: 32, width: 32, channels: 3 }, { limit });

  /** Name of the node that differs first on each image; undefined where all agree. */
  const differences = (graph: TypedGraph, count = images.length) => {
    const { trace } = interpreter(graph);
    return images.slice(0, count).map((image, i) => cnvDifference(trace(frame(i)), image));
  };

  test('64 images: class, 64 scores and every bit map by its sha256', () => {
    expect(images.length).toBe(64);
    expect(differences(network)).toEqual(Array(64).fill(undefined));
  });

  test('classes.txt beside the weights names the classes', () => {
    expect(network.weights.classNames).toHaveLength(10);
    expect(network.weights.classNames?.[3]).toBe('Cat');
  });

  test('the lowered network gives the same maps', () => {
    expect(differences(lower(network), 8)).toEqual(Array(8).fill(undefined));
  });

  test('their pixels are the first of the official test set', () => {
    expect(Buffer.from(cifar(64).pixels).equals(pixels)).toBe(true);
  });

  test.each([
    ['conv0', 'sign0'],
    ['conv1', 'pool1'],
    ['conv4', 'sign4'],
    ['fc1', 'fsign1'],
    ['fc2', 'fc2'],
  ])('one flipped weight of %s shows in %s, and nowhere before', (layer, shows) => {
    const found = differences(damaged(network, layer, 13, 1)).filter((name) => name !== undefined);
    expect(found).toContain(shows);
    const order: readonly string[] = [...cnvMaps, 'fc2'];
    for (const name of found) expect(order.indexOf(name)).toBeGreaterThanOrEqual(order.indexOf(shows));
  });

  test('4 images bit by bit', () => {
    const bytes = readFileSync(files.cnvLayers);
    const { trace } = interpreter(network);
    let at = 0;
    for (let i = 0; i < 4; i++) {
      const tensors = trace(frame(i));
      for (const name of cnvMaps) {
        const map = packedMap(tensors.get(name)!);
        const wanted = bytes.subarray(at, (at += map.length));
        const wrong = map.findIndex((byte, b) => byte !== wanted[b]);
        expect(wrong, `image ${i}, ${name}: first differing byte`).toBe(-1);
      }
    }
    expect(at).toBe(bytes.length);
  });

  test('the first 300 rows of all scores', () => {
    const { run } = interpreter(network);
    const set = cifar(300);
    const rows = npyRows(files.cnvAllScores);
    expect(rows.length).toBe(10_000);
    for (let i = 0; i < set.count; i++)
      expect(run(frameAt(set.pixels, i, cnvFrameBytes)).data.subarray(0, 10), `image ${i}`).toEqual(rows[i]);
  });
});

describe.skipIf(!sharedData)('lfcW1A1 on MNIST', async () => {
  if (!sharedData) return;
  const files = publishedFiles(sharedData);
  const network = await publishedNetwork('lfc', files.lfcWeights);
  const images = imagesOf<LfcImage>(files.lfcImages);
  const digits = readImages(files.digits, { height: 28, width: 28, channels: 1 }, { limit: 64 });

  /** Indices of digits whose output bits or class are not the published ones. */
  const wrong = (graph: TypedGraph) => {
    const { trace } = interpreter(graph);
    return [...images.keys()].filter((i) => {
      const { out_bits } = images[i]!;
      const tensors = trace(frameAt(digits.pixels, i, 784));
      const [low, high] = tensors.get('sign3')!.data as unknown as [number, number];
      const bits = Array.from({ length: 64 }, (_, c) => ((c < 32 ? low : high) >>> (c & 31)) & 1);
      const decided = tensors.get('class')!.data.at(-1);
      return bits.join() !== out_bits.join() || decided !== Math.max(0, out_bits.slice(0, 10).lastIndexOf(1));
    });
  };

  test('64 digits: all 64 output bits, and the highest of the first 10 as class', () => {
    expect(images.length).toBe(64);
    expect(wrong(network)).toEqual([]);
  });

  // Trained with dropout, it forgives a quarter of inverted neurons in its first layers: 64 output bits are a
  // coarse check of those, which test/tfjs-witness.test.ts makes sum by sum.
  test.each([
    ['fc0', 512 * 784],
    ['fc1', 512 * 1024],
    ['fc2', 256 * 1024],
    ['fc3', 1024],
  ])('inverted neurons of %s show: %i weights', (layer, weights) => {
    expect(wrong(damaged(network, layer, 0, weights))).not.toEqual([]);
  });
});
