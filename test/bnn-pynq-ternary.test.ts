// SPDX-License-Identifier: Apache-2.0
/**
 * BNN-PYNQ's networks of ternary activations in the golden model: the scores with which `npm run proof` counts exactly
 * the published right answers of 10,000 images (infer-cnv-w1a2, infer-cnv-w2a2), on the first of them.
 */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { interpreter } from '../generator/golden/interpret.ts';
import { readImages } from '../generator/images/index.ts';
import { sharedData } from '../generator/images/shared-data.ts';
import type { TypedGraph, TypedNode } from '../generator/ir/graph.ts';
import { cnvFrameBytes, frameAt, publishedFiles, publishedNetwork } from './published.ts';

const frames = 8;

/** The same network with other levels or weights of one layer. */
function changed(graph: TypedGraph, name: string, key: string, change: (value: number, at: number) => number) {
  const nodes = graph.nodes.map((node): TypedNode => {
    if (node.name !== name) return node;
    const tensor = node.parameters[key]!;
    const data = tensor.data.slice().map(change);
    return { ...node, parameters: { ...node.parameters, [key]: { ...tensor, data } } };
  });
  return { ...graph, nodes };
}

describe.skipIf(!sharedData).each([
  {
    network: 'cnv-w1a2',
    weights: 'cnvW1A2',
    scores: '6f815c7187d886942f56ab0a85008da390896691ff5fbd0888d88b21762b953a',
  },
  {
    network: 'cnv-w2a2',
    weights: 'cnvW2A2',
    scores: 'c03b828e2f4c2f4c008dd5ed5638cda4f97db51f0c3cb240951d9cb738485c0b',
  },
] as const)('$weights on CIFAR-10', async ({ network, weights, scores }) => {
  if (!sharedData) return;
  const files = publishedFiles(sharedData);
  const graph = await publishedNetwork(network, files[`${weights}Weights`]);
  const { pixels } = readImages(files.cifar, { height: 32, width: 32, channels: 3 }, { limit: frames });

  /** Of the 64 sums of the last layer of every frame. */
  const hashOf = (of: TypedGraph, count: number = frames) => {
    const { trace } = interpreter(of);
    const hash = createHash('sha256');
    for (let i = 0; i < count; i++)
      hash.update(Int32Array.from(trace(frameAt(pixels, i, cnvFrameBytes)).get('fc2')!.data));
    return hash.digest('hex');
  };

  test('scores of the first images', () => {
    expect(hashOf(graph)).toBe(scores);
  });

  test('levels that are passed instead of reached, one level of the other sign, a weight: each shows', () => {
    const sound = hashOf(graph, 1);
    expect(
      hashOf(
        changed(graph, 'sign2', 'theta', (t) => t + 1),
        1,
      ),
    ).not.toBe(sound);
    expect(
      hashOf(
        changed(graph, 'fsign1', 'theta', (t, at) => (at % 2 === 0 ? -t : t)),
        1,
      ),
    ).not.toBe(sound);
    const other = weights === 'cnvW1A2' ? (w: number) => 1 - w : (w: number) => -w;
    expect(
      hashOf(
        changed(graph, 'conv1', 'weights', (w, at) => (at < 576 ? other(w) : w)),
        1,
      ),
    ).not.toBe(sound);
  });
});
