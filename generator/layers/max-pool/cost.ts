import type { TypedNode } from '../../ir/graph.ts';
import type { LayerCost } from '../layer-kind.ts';
import { divisors } from '../../map/divisors.ts';

/** The most pixels of a beat that nn_pool takes at once: whole windows side by side, or single pixels. */
function pixelsAtOnce(node: TypedNode, arriving: number): number {
  const size = node.attributes['size'] as number;
  const { width } = node.inputTypes[0]!;
  return divisors(arriving).findLast((pixels) => width % pixels === 0 && pixels % size === 0) ?? 1;
}

/** nn_pool: takes the stream as it comes, one beat a clock. */
export const cost: LayerCost = {
  inputBeat: ({ nodes }, { lanes, pixels }) => ({ lanes, pixels: pixelsAtOnce(nodes[0]!, pixels) }),
  outputBeat: ({ nodes }, { lanes, pixels }) => ({ lanes, pixels: pixels === 1 ? 1 : pixels / (nodes[0]!.attributes['size'] as number) }),
  lanes: () => 0,
  cycles({ nodes }, { lanes, pixels }) {
    const { height, width, channels } = nodes[0]!.inputTypes[0]!;
    return (height * width * channels) / (lanes * pixels);
  },
  estimate(engine, input) {
    const { width, channels } = engine.nodes[0]!.type;
    const { lanes, pixels } = cost.outputBeat(engine, input);
    const bits = lanes * pixels;
    const ram = Math.ceil((bits * Math.ceil((width * channels) / bits / 32)) / 1.5);
    return { lut: ram + bits * 2 + 40, lutRam: ram, ff: bits * 2 + 40, bram36: 0, uram: 0, dsp: 0 };
  },
};
