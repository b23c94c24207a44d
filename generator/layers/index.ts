// SPDX-License-Identifier: Apache-2.0
/** The registry: one line a kind. */
import type { LayerKind } from '../layer-kind/layer-kind.ts';
import { input } from './input/index.ts';
import { quantise } from './quantise/index.ts';
import { binaryConv } from './binary-conv/index.ts';
import { binaryDense } from './binary-dense/index.ts';
import { threshold } from './threshold/index.ts';
import { multiThreshold } from './multi-threshold/index.ts';
import { maxPool } from './max-pool/index.ts';
import { affine } from './affine/index.ts';
import { add } from './add/index.ts';
import { averagePool } from './average-pool/index.ts';
import { intDense } from './int-dense/index.ts';
import { intConv } from './int-conv/index.ts';
import { concat } from './concat/index.ts';
import { sum } from './sum/index.ts';
import { decide } from './decide/index.ts';

const kinds: readonly LayerKind[] = [
  input,
  quantise,
  binaryConv,
  binaryDense,
  threshold,
  multiThreshold,
  maxPool,
  affine,
  add,
  averagePool,
  intDense,
  intConv,
  concat,
  sum,
  decide,
];
const byName = new Map(kinds.map((kind) => [kind.kind, kind]));

/** The kind of a node. */
export function kindOf(node: { readonly kind: string }): LayerKind {
  const kind = byName.get(node.kind);
  if (!kind) throw new Error(`no layer kind ${node.kind} in the registry`);
  return kind;
}

export const layerKinds = kinds;
