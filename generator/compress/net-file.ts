// SPDX-License-Identifier: Apache-2.0
/** Float residual networks in safetensors: the checkpoints between the stages. */
import { fail } from '../errors/errors.ts';
import type { NamedTensor } from '../import/index.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { convsOf, type ConvNorm, type Norm, type ResidualNet } from './residual-net.ts';
import { call } from '../project/call.ts';

/** Everything of the network but its numbers. */
type Shape = unknown;

const norms = ['gamma', 'beta', 'mean', 'variance'] as const;

function withoutNumbers(net: ResidualNet): Shape {
  return JSON.parse(JSON.stringify(net, (_, value: unknown) => (ArrayBuffer.isView(value) ? undefined : value)));
}

const vector = (data: Float32Array): NamedTensor => ({ dtype: 'F32', shape: [data.length], data });

/** Writes `<layer>.weights/.gamma/.beta/.mean/.variance`, the classifier, and the shapes as metadata. */
export function writeNet(path: string, net: ResidualNet): void {
  const tensors: Record<string, NamedTensor> = {};
  for (const [name, { weights, norm }] of convsOf(net)) {
    tensors[`${name}.weights`] = vector(weights);
    for (const key of norms) tensors[`${name}.${key}`] = vector(norm[key]);
  }
  for (const { name, shift } of net.blocks) if (shift) tensors[`${name}.shift`] = vector(shift);
  tensors['classifier.weights'] = vector(net.classifier.weights);
  tensors['classifier.bias'] = vector(net.classifier.bias);
  writeCheckpoint(path, tensors, { net: JSON.stringify(withoutNumbers(net)) });
}

/** Reads what writeNet wrote. NN011 where the file holds something else. */
export function readNet(path: string): ResidualNet {
  const again = 'delete it: the stage runs again';
  const source = readCheckpoint(path, again);
  const text = source.metadata.get('net');
  if (text === undefined)
    return fail({
      code: 'NN011',
      where: path,
      got: 'no float network',
      legal: `a checkpoint of ${call('compress')}`,
      fix: again,
    });
  const shape = JSON.parse(text) as ResidualNet;
  const data = (name: string) => source.get(name).data as Float32Array;
  const filled = (name: string, conv: ConvNorm): ConvNorm => ({
    ...conv,
    weights: data(`${name}.weights`),
    norm: Object.fromEntries(norms.map((key) => [key, data(`${name}.${key}`)])) as unknown as Norm,
  });
  return {
    input: shape.input,
    ...(shape.reach === undefined ? {} : { reach: shape.reach }),
    stem: filled('stem', shape.stem),
    blocks: shape.blocks.map((block) => ({
      ...block,
      c1: filled(`${block.name}_c1`, block.c1),
      c2: filled(`${block.name}_c2`, block.c2),
      ...(block.projection ? { projection: filled(`${block.name}_proj`, block.projection) } : {}),
      ...(source.has(`${block.name}.shift`) ? { shift: data(`${block.name}.shift`) } : {}),
    })),
    classifier: { weights: data('classifier.weights'), bias: data('classifier.bias') },
  };
}
