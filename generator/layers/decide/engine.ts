import type { EngineRole } from '../../engine/role.ts';

export const engine = (): EngineRole => ({ role: 'verdict' });
