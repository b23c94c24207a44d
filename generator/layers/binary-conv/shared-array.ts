// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../architectures/shared-array/layer/role.ts';
import { convShape } from './kind.ts';

export const sharedArray: SharedRole = { part: 'array', window: convShape };
