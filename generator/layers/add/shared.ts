import type { SharedRole } from '../layer-kind.ts';

export const shared: SharedRole = { part: 'join' };
