// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../layer-kind/layer-kind.ts';

export const shared: SharedRole = { part: 'join' };
