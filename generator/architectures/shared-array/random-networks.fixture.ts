// SPDX-License-Identifier: Apache-2.0
/** For tests of the shared array: small random networks of all that it can do, with widths that leave half groups. */
import {
  add,
  affine,
  averagePool,
  batchNormSign,
  binaryConv2d,
  binaryDense,
  binarise,
  decide,
  input,
  intDense,
  maxPool,
  network,
  quantise,
  signedFormat,
  signedPixels,
  synthetic,
  threshold,
  type Stream,
} from '../../index.ts';
import type { Graph } from '../../ir/graph.ts';
import { integerIn, oneOf } from '../../layer-kind/lone-node.fixture.ts';
import type { Random } from '../../layer-kind/layer-kind.ts';

/**
 * A chain of convolutions with pools, then dense layers. Names differ by seed: memory images of one bench share a
 * folder.
 */
export function randomChain(random: Random, seed: number): Graph {
  const weights = synthetic(seed);
  const name = (of: string) => `n${seed}_${of}`;
  return network(`chain${seed}`, () => {
    const shape = {
      height: integerIn(random, 6, 10),
      width: integerIn(random, 6, 10),
      channels: integerIn(random, 1, 4),
    };
    const pixels = quantise(name('quant'), input(name('pixels'), shape), signedPixels());
    const sign = (at: string, x: Stream<'int'>) =>
      random() < 0.7 ? batchNormSign(name(`norm${at}`), x, { weights }) : threshold(name(`sign${at}`), x, { weights });
    const conv = (at: string, x: Stream<'bipolar' | 'int'>, kernel: number, pad: number, stride = 1) =>
      binaryConv2d(name(`conv${at}`), x, {
        filters: oneOf(random, [3, 8, 12, 20, 24, 40]),
        kernel,
        stride,
        pad: { size: kernel > 1 ? kernel >> 1 : 0, value: pad },
        weights,
      });
    const a = sign('0', maxPool(name('pool'), conv('0', pixels, 3, integerIn(random, -128, 127)), { size: 2 }));
    const b = sign('1', conv('1', a, oneOf(random, [2, 3]), oneOf(random, [-1, 1])));
    const c = sign('2', conv('2', b, 1, -1, oneOf(random, [1, 2])));
    const d = sign('3', conv('3', c, 3, oneOf(random, [-1, 1]), oneOf(random, [1, 2])));
    const hidden = sign('f', binaryDense(name('fc0'), d, { units: oneOf(random, [5, 20]), weights }));
    return decide(name('class'), binaryDense(name('fc1'), hidden, { units: 6, weights }), { classes: 5, ignore: 1 });
  });
}

/** Bits in, one long vector; bits out. */
export function randomVector(random: Random, seed: number): Graph {
  const weights = synthetic(seed);
  const name = (of: string) => `n${seed}_${of}`;
  return network(`vector${seed}`, () => {
    const shape = {
      height: integerIn(random, 5, 12),
      width: integerIn(random, 5, 12),
      channels: oneOf(random, [1, 2]),
    };
    const bits = quantise(name('quant'), input(name('pixels'), shape), binarise(128));
    const hidden = threshold(name('s0'), binaryDense(name('fc0'), bits, { units: 40, weights }), { weights });
    return decide(
      name('class'),
      threshold(name('s1'), binaryDense(name('fc1'), hidden, { units: 9, weights }), { weights }),
      { classes: 7, ignore: 2, rule: 'highest_bit' },
    );
  });
}

/** Residual blocks with and without projection, an average, an 8-bit classifier. */
export function randomBlocks(random: Random, seed: number): Graph {
  const weights = synthetic(seed);
  const name = (of: string) => `n${seed}_${of}`;
  const format = signedFormat(integerIn(random, 8, 12), 4);
  return network(`blocks${seed}`, () => {
    const pixels = quantise(
      name('quant'),
      input(name('pixels'), { height: 6, width: integerIn(random, 6, 9), channels: 3 }),
      signedPixels(),
    );
    const conv = (
      at: string,
      x: Stream<'bipolar' | 'int'>,
      filters: number,
      kernel: number,
      stride: number,
      value: number,
    ) => binaryConv2d(name(at), x, { filters, kernel, stride, pad: { size: kernel >> 1, value }, weights });
    const block = (at: string, r: Stream<'int'>, inner: number, out: number, stride: number, projects: boolean) => {
      const s = threshold(name(`${at}_s`), r, { weights });
      const t = batchNormSign(name(`${at}_t`), conv(`${at}_c1`, s, inner, 3, stride, -1), { weights });
      const v = affine(name(`${at}_bn`), conv(`${at}_c2`, t, out, 3, 1, -1), { format, weights });
      const shortcut = projects
        ? affine(name(`${at}_bnp`), conv(`${at}_p`, s, out, 1, stride, -1), { format, weights })
        : r;
      return add(name(`${at}_add`), shortcut, v);
    };
    const width = oneOf(random, [8, 12, 20]);
    const r0 = affine(name('bn0'), conv('conv', pixels, width, 3, 1, 0), { format, weights });
    const r1 = block('b1', r0, oneOf(random, [4, 12]), width, 1, false);
    const r2 = block('b2', r1, oneOf(random, [10, 20]), 24, 2, true);
    return decide(
      name('class'),
      intDense(name('fc'), averagePool(name('avg'), r2), { units: 5, bias: true, weights }),
      { classes: 5 },
    );
  });
}

/** Less work than its frame takes to come in; what its layers write meets the next frame's pixels at the banks. */
export function eager(random: Random, seed: number): Graph {
  const weights = synthetic(seed);
  const name = (of: string) => `n${seed}_${of}`;
  return network(`eager${seed}`, () => {
    const pixels = quantise(
      name('quant'),
      input(name('pixels'), { height: integerIn(random, 7, 12), width: integerIn(random, 7, 12), channels: 2 }),
      signedPixels(),
    );
    const conv = (at: string, x: Stream<'bipolar' | 'int'>, filters: number, stride: number) =>
      batchNormSign(
        name(`norm${at}`),
        binaryConv2d(name(`conv${at}`), x, { filters, kernel: 3, stride, pad: { size: 1, value: 1 }, weights }),
        { weights },
      );
    const a = conv('1', conv('0', pixels, 8, 2), 8, 1);
    return decide(name('class'), binaryDense(name('fc'), a, { units: 5, weights }), { classes: 5 });
  });
}

/** Pixels that fill a word; a result that takes longer to leave than the next one to be there. */
export function talkative(seed: number): Graph {
  const weights = synthetic(seed);
  return network(`talkative${seed}`, () => {
    const bits = quantise(
      `n${seed}_quant`,
      input(`n${seed}_pixels`, { height: 3, width: 5, channels: 8 }),
      binarise(128),
    );
    return decide(
      `n${seed}_class`,
      threshold(`n${seed}_s0`, binaryDense(`n${seed}_fc0`, bits, { units: 90, weights }), { weights }),
      { classes: 90, rule: 'highest_bit' },
    );
  });
}
