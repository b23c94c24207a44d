import type { LayerLowering } from '../layer-kind.ts';
import { matvecLowering } from '../matvec/lower.ts';

export const lowering: LayerLowering = matvecLowering;
