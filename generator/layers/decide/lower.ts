import { bitsOf, elementCount, isSigned } from '../../ir/types.ts';
import type { LayerLowering } from '../layer-kind.ts';

export const lowering: LayerLowering = {
  lower({ name, nodes }, input, output) {
    const { classes, rule } = nodes[0]!.attributes as { classes: number; rule: string };
    const { element } = nodes[0]!.inputTypes[0]!;
    return [
      {
        module: 'nn_decide',
        instance: `u_${name}`,
        comment: `${classes} scores, then the class (${rule})`,
        parameters: {
          CHANNELS: elementCount(nodes[0]!.inputTypes[0]!),
          CLASSES: classes,
          SCORE_W: bitsOf(element),
          SIGNED_SCORE: isSigned(element) ? 1 : 0,
          RULE: rule,
        },
        input,
        output,
        images: [],
      },
    ];
  },
};
