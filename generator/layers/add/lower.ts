import type { LayerLowering } from '../layer-kind.ts';

export const lowering: LayerLowering = {
  unsupported: () => ({ got: 'a layer that the dataflow architecture cannot build yet', fix: 'run it in the golden model: npm run infer' }),
  lower: () => {
    throw new Error('no dataflow cell');
  },
};
