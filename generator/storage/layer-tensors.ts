// SPDX-License-Identifier: Apache-2.0
/** A stored layer as the named tensors that networks ask for. */
import type { NamedTensor } from '../import/tensors.ts';
import type { SparseLayer } from './layer.ts';

export function tensorsOf({ name, format, shape, weights, biases, shift }: SparseLayer): [string, NamedTensor][] {
  const { filters, kernel, depth } = shape;
  return [
    [
      `${name}.weights`,
      { dtype: 'I8', shape: format === 'dense' ? [filters, depth] : [filters, kernel, kernel, depth], data: weights },
    ],
    [`${name}.bias`, { dtype: 'I32', shape: [filters], data: biases }],
    ...(shift === undefined
      ? []
      : [[`${name}.shift`, { dtype: 'I32', shape: [1], data: Int32Array.of(shift) }] as [string, NamedTensor]]),
  ];
}
