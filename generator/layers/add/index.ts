// SPDX-License-Identifier: Apache-2.0
import type { LayerKind } from '../../layer-kind/layer-kind.ts';
import { golden } from './golden.ts';
import { fast } from './golden-wasm.ts';
import { model } from './kind.ts';

export const add: LayerKind = { ...model, golden, fast };
