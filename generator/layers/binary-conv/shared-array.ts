// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../layer-kind/layer-kind.ts';
import { convShape } from './kind.ts';

export const shared: SharedRole = { part: 'array', window: convShape };
