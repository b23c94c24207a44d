// SPDX-License-Identifier: Apache-2.0
import type { Golden } from '../../layer-kind/layer-kind.ts';

/** The interpreter hands the frame in; an input passes it on. */
export const golden: Golden =
  () =>
  ([frame]) =>
    frame!;
