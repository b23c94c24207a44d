// SPDX-License-Identifier: Apache-2.0
/** The engine of convolution and dense layers, in the form that its folding asks for. */
import type { TypedNode } from '../../../ir/graph.ts';
import { isSigned } from '../../../ir/types.ts';
import type { LayerLowering } from '../layer/layer.ts';
import { lowerEarly } from '../early/lower.ts';
import { lowerFolded } from './folded-lower.ts';
import { lowerWired } from './wired.ts';

/** Signed inputs only: the adder tree of nn_signed_dot takes two's complement. */
function unsupported(node: TypedNode): { got: string; fix: string } | undefined {
  const { element } = node.inputTypes[0]!;
  if (element.type === 'bipolar' || isSigned(element)) return undefined;
  return { got: 'unsigned integer inputs', fix: 'quantise pixels to a signed range, e.g. signedPixels()' };
}

export const matvecLowering: LayerLowering = {
  takesEpilogue: true,
  unsupported,
  lower(engine, input, output) {
    const forms = { wired: lowerWired, early: lowerEarly, folded: lowerFolded };
    return forms[engine.fold.form ?? 'folded'](engine, input, output);
  },
};
