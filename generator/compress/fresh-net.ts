// SPDX-License-Identifier: Apache-2.0
/**
 * An untrained residual network: two convolutions a block, half the rows and twice the channels from stage to stage.
 */
import type { ImageShape } from '../images/image-set.ts';
import type { Random } from '../train/random.ts';
import type { Block, ConvNorm, ResidualNet } from './residual-net.ts';

export interface NetShape {
  readonly input: ImageShape;
  /** Channels of the first stage. */
  readonly width: number;
  readonly stages: number;
  /** Blocks a stage. */
  readonly blocks: number;
  readonly classes: number;
}

/** Uniform weights of variance 2 / inputs (He et al. 2015). @param scale of what comes in */
function conv(random: Random, kernel: number, inputs: number, filters: number, stride: 1 | 2, scale = 1): ConvNorm {
  const taps = kernel * kernel * inputs;
  const reach = Math.sqrt(6 / taps) / scale;
  const of = (value: number) => new Float32Array(filters).fill(value);
  return {
    kernel,
    stride,
    pad: [kernel >> 1, kernel >> 1],
    inputs,
    filters,
    weights: Float32Array.from({ length: taps * filters }, () => reach * (2 * random.uniform() - 1)),
    norm: { gamma: of(1), beta: of(0), mean: of(0), variance: of(1) },
  };
}

export function freshNet(random: Random, { input, width, stages, blocks, classes }: NetShape): ResidualNet {
  const all: Block[] = [];
  for (let stage = 0; stage < stages; stage++)
    for (let index = 0; index < blocks; index++) {
      const [out, reshapes] = [width * 2 ** stage, stage > 0 && index === 0];
      const [inputs, stride] = reshapes ? ([out / 2, 2] as const) : ([out, 1] as const);
      all.push({
        name: `s${stage + 1}b${index + 1}`,
        c1: conv(random, 3, inputs, out, stride),
        c2: conv(random, 3, out, out, 1),
        ...(reshapes ? { projection: conv(random, 1, inputs, out, 2) } : {}),
      });
    }
  const features = width * 2 ** (stages - 1);
  return {
    input,
    stem: conv(random, 3, input.channels, width, 1, 64),
    blocks: all,
    classifier: {
      weights: Float32Array.from(
        { length: features * classes },
        () => (2 * random.uniform() - 1) / Math.sqrt(features),
      ),
      bias: new Float32Array(classes),
    },
  };
}
