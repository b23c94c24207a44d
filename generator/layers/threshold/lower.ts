import type { LayerLowering } from '../layer-kind.ts';

export const lowering: LayerLowering = {
  isEpilogue: true,
  unsupported: () => ({ got: 'a threshold that follows no convolution or dense layer', fix: 'put it directly behind one' }),
  lower: () => {
    throw new Error('a threshold is lowered by the engine that absorbs it');
  },
};
