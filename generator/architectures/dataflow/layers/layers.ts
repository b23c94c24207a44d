// SPDX-License-Identifier: Apache-2.0
/** Layers that this architecture can build: one line a kind. */
import { call } from '../../../project/call.ts';
import type { TypedNode } from '../../../ir/graph.ts';
import { kindOf } from '../../../layers/index.ts';
import type { DataflowLayer } from '../layer/layer.ts';
import { dataflow as add } from '../../../layers/add/dataflow.ts';
import { dataflow as affine } from '../../../layers/affine/dataflow.ts';
import { dataflow as averagePool } from '../../../layers/average-pool/dataflow.ts';
import { dataflow as binaryConv } from '../../../layers/binary-conv/dataflow.ts';
import { dataflow as binaryDense } from '../../../layers/binary-dense/dataflow.ts';
import { dataflow as decide } from '../../../layers/decide/dataflow.ts';
import { dataflow as input } from '../../../layers/input/dataflow.ts';
import { dataflow as intDense } from '../../../layers/int-dense/dataflow.ts';
import { dataflow as maxPool } from '../../../layers/max-pool/dataflow.ts';
import { dataflow as quantise } from '../../../layers/quantise/dataflow.ts';
import { dataflow as threshold } from '../../../layers/threshold/dataflow.ts';

const layers: ReadonlyMap<string, DataflowLayer> = new Map([
  ['add', add],
  ['affine', affine],
  ['average-pool', averagePool],
  ['binary-conv', binaryConv],
  ['binary-dense', binaryDense],
  ['decide', decide],
  ['input', input],
  ['int-dense', intDense],
  ['max-pool', maxPool],
  ['quantise', quantise],
  ['threshold', threshold],
]);

/** How the architecture builds a node; undefined where it cannot. */
export function dataflowLayer({ kind }: Pick<TypedNode, 'kind'>): DataflowLayer | undefined {
  return layers.get(kind);
}

/** Why the architecture cannot build a node, if it cannot: weights of some kinds are too many for the chip. */
export function unsupported(node: TypedNode): { readonly got: string; readonly fix: string } | undefined {
  const layer = dataflowLayer(node);
  if (layer) return layer.lowering.unsupported?.(node);
  return {
    got: `${kindOf(node).title}, which the dataflow architecture does not build`,
    fix: `--arch sparse on zcu104, or the golden model: ${call('infer')}`,
  };
}

/** The same for nodes that `requireSupported` has let through. */
export function dataflowOf(node: Pick<TypedNode, 'kind'>): DataflowLayer {
  const layer = dataflowLayer(node);
  if (!layer) throw new Error(`no dataflow hardware for ${node.kind}`);
  return layer;
}
