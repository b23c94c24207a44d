/** For tests of passes: small random chains with every order of pool and threshold, mirrored compares included. */
import {
  batchNormSign,
  binaryConv2d,
  binaryDense,
  decide,
  input,
  maxPool,
  network,
  quantise,
  signedPixels,
  synthetic,
  threshold,
  type Stream,
} from '../dsl/index.ts';
import type { Graph } from '../ir/graph.ts';
import { integerIn, oneOf } from '../layers/lone-node.fixture.ts';
import type { Random } from '../layers/layer-kind.ts';

/** Its input is 9×9 or larger, so that two pools and kernels up to 3 always fit. */
export function randomNetwork(random: Random, seed: number): Graph {
  const weights = synthetic(seed);
  const side = integerIn(random, 9, 12);
  const channels = integerIn(random, 1, 3);
  return network('chain', () => {
    const pixels = quantise(
      'quant',
      input('pixels', { height: side, width: side, channels }),
      signedPixels(),
    );
    const sign = (name: string, x: Stream<'int'>) =>
      random() < 0.75 ? batchNormSign(name, x, { weights }) : threshold(name, x, { weights });
    const stage = (i: number, x: Stream<'bipolar' | 'int'>): Stream<'bipolar'> => {
      const kernel = integerIn(random, 1, 3);
      const pad = { size: kernel >> 1, value: oneOf(random, [-1, 1]) };
      const sums = binaryConv2d(`conv${i}`, x, {
        filters: oneOf(random, [1, 5, 32, 40]),
        kernel,
        pad,
        weights,
      });
      const order = integerIn(random, 0, 3);
      if (order === 0) return sign(`sign${i}`, sums);
      if (order === 1) return maxPool(`pool${i}`, sign(`sign${i}`, sums), { size: 2 });
      if (order === 2) return sign(`sign${i}`, maxPool(`pool${i}`, sums, { size: 2 }));
      const twice = maxPool(`again${i}`, maxPool(`pool${i}`, sums, { size: 2, stride: 1 }), { size: 2 });
      return sign(`sign${i}`, twice);
    };
    const map = stage(1, stage(0, pixels));
    return decide(
      'class',
      binaryDense('fc', sign('fsign', binaryDense('hidden', map, { units: 20, weights })), {
        units: 6,
        weights,
      }),
      { classes: 5 },
    );
  });
}
