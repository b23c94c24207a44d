// SPDX-License-Identifier: Apache-2.0
import type { Fast } from '../../layer-kind/layer-kind.ts';

/** As the definition, with a multiplication by 2^−s, exact too, for the division by 2^s. */
export const fast: Fast = (node, kernels, [x], output) => {
  const { a, b, shift } = node.parameters as Record<string, { data: Int32Array }>;
  const { min, max } = node.attributes as { min: number; max: number };
  const { height, width, channels } = node.type;
  const unit = 2 ** shift!.data[0]!;
  const half = unit > 1 ? unit / 2 : 0;
  const doubles = (values: Int32Array, added: number) => {
    const padded = new Float64Array(2 * Math.ceil(channels / 2));
    values.forEach((value, c) => (padded[c] = value + added));
    return kernels.put(padded);
  };
  const [factors, terms] = [doubles(a!.data, 0), doubles(b!.data, half)];
  return () => kernels.affine(x!, height * width, channels, factors, terms, 1 / unit, min, max, output);
};
