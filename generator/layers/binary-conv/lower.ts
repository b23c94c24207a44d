import type { LayerLowering } from '../layer-kind.ts';
import { lowerMatvec, unsupportedMatvec } from '../matvec/lower.ts';

export const lowering: LayerLowering = { takesEpilogue: true, unsupported: unsupportedMatvec, lower: lowerMatvec };
