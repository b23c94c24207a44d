// SPDX-License-Identifier: Apache-2.0
/** Trained variables as stored tensors: weight signs as bits, filters first; norms as they are. */
import type { NamedTensor } from '../import/tensors.ts';
import { storedShapes, type MnistNetwork, type NormName, type Statistics } from './mnist-network.ts';

/** `<layer>.weights` U8 0/1 (1 = +1), `<norm>.gamma .beta .mean .variance` F32. */
export function mnistTensors(network: MnistNetwork, statistics: Statistics): Record<string, NamedTensor> {
  const tensors: Record<string, NamedTensor> = {};
  for (const [layer, shape] of Object.entries(storedShapes)) {
    const variable = network.weights[layer as keyof typeof storedShapes];
    const [rows, columns] = variable.shape as [number, number];
    const values = variable.dataSync();
    const bits = new Uint8Array(rows * columns);
    for (let filter = 0; filter < columns; filter++) {
      for (let row = 0; row < rows; row++) bits[filter * rows + row] = values[row * columns + filter]! >= 0 ? 1 : 0;
    }
    tensors[`${layer}.weights`] = { dtype: 'U8', shape, data: bits };
  }
  for (const [norm, { gamma, beta }] of Object.entries(network.norms)) {
    const { mean, variance } = statistics[norm as NormName];
    for (const [key, tensor] of Object.entries({ gamma, beta, mean, variance })) {
      const data = Float32Array.from(tensor.dataSync());
      tensors[`${norm}.${key}`] = { dtype: 'F32', shape: [data.length], data };
    }
  }
  return tensors;
}
