// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../architectures/shared-array/layer/role.ts';
import { windowOf } from './kind.ts';

export const sharedArray: SharedRole = { part: 'mean', window: (node) => windowOf(node, node.inputTypes[0]!) };
