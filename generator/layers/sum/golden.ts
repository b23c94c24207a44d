// SPDX-License-Identifier: Apache-2.0
import { expectInts, newInts } from '../../tensor/tensor.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';
import { limit } from './kind.ts';

/** y = clamp(Σ 2^left[i] · x_i, −limit, limit), in doubles: exact. */
export const golden: Golden = ({ type, parameters }) => {
  const factors = Array.from(parameters['left']!.data, (shift) => 2 ** shift);
  return (inputs) => {
    const terms = inputs.map((x) => expectInts(x).data);
    const out = newInts(type.height, type.width, type.channels);
    for (let i = 0; i < out.data.length; i++) {
      const y = terms.reduce((total, term, t) => total + factors[t]! * term[i]!, 0);
      out.data[i] = Math.max(-limit, Math.min(limit, y));
    }
    return out;
  };
};
