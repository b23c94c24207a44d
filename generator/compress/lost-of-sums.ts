// SPDX-License-Identifier: Apache-2.0
/**
 * Bias correction (Nagel et al. 2019). Rounded weights are a little off, inputs of one sign add that up: the sums of a
 * filter are off by
 * Σ error × mean input, which a bias can take back. A first layer, whose inputs are pixels, loses most.
 */
import type { IntTensor } from '../tensor/tensor.ts';

/** Mean of what lies at every `period`-th place of the frames. */
function meansOf(frames: readonly IntTensor[], period: number): Float64Array {
  const sums = new Float64Array(period);
  for (const { data } of frames) for (let i = 0; i < data.length; i++) sums[i % period]! += data[i]!;
  const count = (frames.length * frames[0]!.data.length) / period;
  return sums.map((sum) => sum / count);
}

/**
 * What the errors of weights take from the mean of every row's sums, borders of padding aside.
 * @param errors real weight less rounded one, [rows, …, inputs]: channels of a convolution, those of its group, or all
 * of a dense layer's inputs
 */
export function lostOfSums(errors: Float64Array, shape: readonly number[], frames: readonly IntTensor[]): Float64Array {
  const [rows, inputs, { channels }] = [shape[0]!, shape.at(-1)!, frames[0]!];
  const means = meansOf(frames, Math.max(inputs, channels));
  const taps = errors.length / rows;
  const groups = Math.max(1, channels / inputs);
  return Float64Array.from({ length: rows }, (_, row) => {
    const first = inputs * Math.floor((row * groups) / rows);
    return errors
      .subarray(row * taps, (row + 1) * taps)
      .reduce((sum, error, i) => sum + error * means[first + (i % inputs)]!, 0);
  });
}
