// SPDX-License-Identifier: Apache-2.0
/** What the array cannot do: NN006 each. */
import type { Issue } from '../../errors/errors.ts';
import { nodeByName, nodeIssue, type TypedGraph, type TypedNode } from '../../ir/graph.ts';
import { bitsOf, type TensorType } from '../../ir/types.ts';
import type { ArrayShape } from './array-shape.ts';
import { bitsNode, frameOf, roleOf, valuesNode, type SharedGraph, type SharedLayer } from './layers.ts';

type Refuse = (node: TypedNode, got: string, fix: string) => void;

/** All that the array cannot do in this network. */
export function refusals(graph: TypedGraph, found: SharedGraph, { group }: ArrayShape): Issue[] {
  const issues: Issue[] = [];
  const refuse: Refuse = (node, got, fix) => issues.push(nodeIssue(graph.name, node, 'NN006', { got, fix }));
  const { layers } = found;
  for (const layer of layers) {
    const { type } = nodeByName(graph, layer.input);
    refuseWindow(layer, type, refuse);
    refuseBehind(layer, refuse);
  }
  const frame = frameOf(found);
  const { channels, element } = frame.type;
  if (element.type === 'bipolar' && group % channels !== 0)
    refuse(
      frame,
      `pixels of ${channels} bits in words of ${group}`,
      'a number of channels that divides the word, or --arch dataflow',
    );
  for (const layer of layers.slice(0, -1))
    if (!bitsNode(layer) && !valuesNode(layer))
      refuse(layer.array, 'sums that no threshold makes bits', 'put a threshold behind it');
  const last = layers.at(-1)!.nodes.at(-1)!;
  const { height, width } = last.type;
  if (height * width > 1)
    refuse(
      last,
      `a last layer of ${height}×${width} pixels`,
      'a dense layer or an average at the end, or --arch dataflow',
    );
  return issues;
}

/** Windows of a layer, and what they read. */
function refuseWindow(layer: SharedLayer, input: TensorType, refuse: Refuse): void {
  const { kernel, padSize } = layer.window;
  if (kernel !== 'map' && kernel > 3)
    refuse(layer.array, `a ${kernel}×${kernel} kernel; the array has nine taps`, 'kernels up to 3, or --arch dataflow');
  if (input.element.type === 'int') {
    if (kernel === 'map')
      refuse(layer.array, 'a dense layer of integers', 'put a convolution before it, or --arch dataflow');
    if (input.channels > 4)
      refuse(layer.array, `integers of ${input.channels} channels`, 'at most 4, or --arch dataflow');
    if (bitsOf(input.element) > 8)
      refuse(layer.array, `integers of ${bitsOf(input.element)} bits`, 'at most 8, or --arch dataflow');
  } else if (kernel === 1 && padSize > 0) refuse(layer.array, 'padding of a 1×1 kernel', 'pad 0');
}

/** Compare, pool and average of a layer. */
function refuseBehind(layer: SharedLayer, refuse: Refuse): void {
  if (layer.compare && roleOf(layer.compare, 'compare')!.thresholds(layer.compare).mirrored.includes(1))
    refuse(layer.compare, 'a mirrored compare of values', 'positive γ there, or integer thresholds');
  if (layer.pool) {
    const { size, stride: apart } = roleOf(layer.pool, 'pool')!.pool(layer.pool);
    if (size !== apart)
      refuse(layer.pool, `overlapping windows (size ${size}, stride ${apart})`, 'make the stride equal the size');
    if ((size - 1) * layer.window.stride > 2)
      refuse(
        layer.pool,
        `a ${size}×${size} pool behind stride ${layer.window.stride}`,
        'a pool that reaches at most two pixels, or --arch dataflow',
      );
  }
  if (layer.mean) {
    const { rows, columns } = roleOf(layer.mean, 'mean')!.window(layer.mean);
    const { height, width } = layer.mean.inputTypes[0]!;
    if (rows !== height || columns !== width)
      refuse(layer.mean, 'an average over a part of the map', 'average the whole map, or --arch dataflow');
  }
}
