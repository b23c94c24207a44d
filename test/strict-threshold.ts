// SPDX-License-Identifier: Apache-2.0
import { replaced } from '../sim/mutant.ts';

/** nn_threshold with > in place of >=: a sum that equals its threshold gives 0. */
export const strictThreshold = (text: string): string =>
  replaced('wide >= t', 'wide > t')(replaced('wide >= $signed(t)', 'wide > $signed(t)')(text));
