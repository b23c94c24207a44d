// SPDX-License-Identifier: Apache-2.0
import type { EngineRole } from '../../architectures/sparse/layer/role.ts';

export const sparse = (): EngineRole => ({ role: 'verdict' });
