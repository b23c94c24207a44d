// SPDX-License-Identifier: Apache-2.0
/** Where the values of the residual stream lie. */
import { BitloomError } from '../../errors/errors.ts';
import { nodeIssue, type TypedGraph } from '../../ir/graph.ts';
import type { ArrayShape } from './array-shape.ts';
import { valuesNode, type SharedLayer } from './layers.ts';
import { layOut } from './regions.ts';

/** Where each layer's values lie. An add writes where its shortcut was: the sum of two is read and written in place. */
export function valueBases(
  graph: TypedGraph,
  layers: readonly SharedLayer[],
  { units }: ArrayShape,
): { readonly bases: readonly number[]; readonly depth: number } {
  const owner = new Map<string, number>();
  const tensors: { from: number; to: number; size: number }[] = [];
  const of = layers.map((layer, i) => {
    const node = valuesNode(layer);
    if (!node) return -1;
    if (layer.shortcut !== undefined) {
      const later = layers.slice(i + 1).some(({ shortcut }) => shortcut === layer.shortcut);
      if (later || !owner.has(layer.shortcut))
        throw new BitloomError([
          nodeIssue(graph.name, layer.add!, 'NN006', {
            got: later ? 'a shortcut that another add reads later' : 'a shortcut that the array does not hold',
            fix: 'use --arch dataflow',
          }),
        ]);
    }
    const at = layer.shortcut === undefined ? tensors.length : owner.get(layer.shortcut)!;
    const { height, width, channels } = node.type;
    tensors[at] ??= { from: i, to: i, size: height * width * Math.ceil(channels / units) };
    tensors[at].to = i;
    owner.set(node.name, at);
    return at;
  });
  if (tensors.length === 0) return { bases: layers.map(() => 0), depth: 0 };
  const { bases, depth } = layOut(tensors);
  return { bases: of.map((at) => (at < 0 ? 0 : bases[at]!)), depth };
}
