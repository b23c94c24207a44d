// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../layer-kind/layer-kind.ts';
import { windowOf } from './kind.ts';

export const shared: SharedRole = { part: 'mean', window: (node) => windowOf(node, node.inputTypes[0]!) };
