// SPDX-License-Identifier: Apache-2.0
/**
 * A float residual network as the real tensors of an 8-bit one (networks/resnet8.ts): batch-norms in weights and
 * biases.
 */
import type { NamedTensor } from '../import/index.ts';
import { convsOf, epsilon, type ConvNorm, type ResidualNet } from './residual-net.ts';

/**
 * Weights [filters, kernel, kernel, inputs] and biases. Padded behind only, the kernel gets a first row and column of
 * zeros and is padded all round.
 */
function folded({ kernel, pad, inputs, filters, weights, norm: { gamma, beta, mean, variance } }: ConvNorm): {
  weights: NamedTensor;
  bias: NamedTensor;
} {
  const more = pad[1] - pad[0];
  const size = kernel + more;
  const slope = Float64Array.from(gamma, (g, f) => g / Math.sqrt(variance[f]! + epsilon));
  const data = new Float32Array(filters * size * size * inputs);
  for (let f = 0; f < filters; f++)
    for (let ky = 0; ky < kernel; ky++)
      for (let kx = 0; kx < kernel; kx++)
        for (let c = 0; c < inputs; c++)
          data[((f * size + ky + more) * size + kx + more) * inputs + c] =
            slope[f]! * weights[((ky * kernel + kx) * inputs + c) * filters + f]!;
  return {
    weights: { dtype: 'F32', shape: [filters, size, size, inputs], data },
    bias: { dtype: 'F32', shape: [filters], data: Float32Array.from(slope, (k, f) => beta[f]! - k * mean[f]!) },
  };
}

export function realTensors(net: ResidualNet): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  for (const [name, conv] of convsOf(net)) {
    const { weights, bias } = folded(conv);
    tensors.set(`${name}.weights`, weights).set(`${name}.bias`, bias);
  }
  const { weights, bias } = net.classifier;
  const [classes, features] = [bias.length, weights.length / bias.length];
  const rows = Float32Array.from(weights, (_, i) => weights[(i % features) * classes + Math.floor(i / features)]!);
  return tensors
    .set('classifier.weights', { dtype: 'F32', shape: [classes, features], data: rows })
    .set('classifier.bias', { dtype: 'F32', shape: [classes], data: bias });
}
