/** Max-pool. On bits it is OR, or AND on the channels whose sign a threshold before it mirrored. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import type { LayerModel } from '../layer-kind.ts';

export interface MaxPoolOptions {
  readonly size: number;
  /** The size, unless said otherwise. */
  readonly stride?: number;
}

/** Maximum over `size × size` windows; rows and columns that fill no window are dropped (floor). */
export function maxPool<E extends 'bipolar' | 'int'>(name: string, x: Stream<E>, options: MaxPoolOptions): Stream<E> {
  const { size, stride = size } = options;
  return addLayer({ name, kind: 'max-pool', inputs: [x], attributes: { size, stride } }, x.element);
}

export const model: LayerModel = {
  kind: 'max-pool',
  title: 'max-pool',
  infer(node, [x], report) {
    const { size, stride } = node.attributes as { size: number; stride: number };
    const limit = Math.min(x!.height, x!.width);
    if (!Number.isInteger(size) || size < 1 || size > limit || !Number.isInteger(stride) || stride < 1) {
      report('NN005', { got: `size = ${size}, stride = ${stride} on ${x!.height}×${x!.width}`, legal: `size 1..${limit}, stride ≥ 1` });
      return undefined;
    }
    const outputs = (n: number) => Math.floor((n - size) / stride) + 1;
    return { ...x!, height: outputs(x!.height), width: outputs(x!.width) };
  },
  resolve: (_node, [x]) => ({ minimum: { shape: [x!.channels], data: new Uint8Array(x!.channels) } }),
  isChannelwise: true,
  behindThreshold(node, mirrored) {
    // [max x ≤ θ] = AND [x ≤ θ]: where the compare is mirrored, the pool of bits is a minimum.
    const data = (node.parameters['minimum']!.data as Uint8Array).map((m, c) => m ^ mirrored[c]!);
    return { attributes: node.attributes, parameters: { minimum: { shape: [data.length], data } } };
  },
};
