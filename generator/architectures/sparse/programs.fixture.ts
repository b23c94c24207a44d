// SPDX-License-Identifier: Apache-2.0
/**
 * Programs of every kind for a small engine: densities, odd sizes, empty filters and groups, strides, gaps, split
 * layers.
 */
import { randomFrom } from '../../passes/random.ts';
import { Builder } from './engine.fixture.ts';
import type { EngineShape } from './program/shape.ts';

/** Two rotation stages; three groups of three filters or four. */
export const small: EngineShape = {
  lanes: 8,
  groups: 3,
  slots: 4,
  accumulatorBits: 24,
  lines: 1024,
  ringWords: 256,
  vectorWords: 256,
  ownWords: 32,
  mapPorts: 2,
  vectorPorts: 2,
};
/** Three rotation stages, lines of two beats that are no power of two, one group, sets of 32. */
export const odd: EngineShape = {
  lanes: 40,
  groups: 1,
  slots: 32,
  accumulatorBits: 26,
  lines: 512,
  ringWords: 512,
  vectorWords: 250,
  ownWords: 40,
  mapPorts: 2,
  vectorPorts: 4,
};
/** Lines of one beat that maps share with rows of two words; two quads of groups. */
export const wide: EngineShape = {
  lanes: 16,
  groups: 6,
  slots: 8,
  accumulatorBits: 24,
  lines: 512,
  ringWords: 256,
  vectorWords: 256,
  ownWords: 32,
  mapPorts: 4,
  vectorPorts: 2,
};

const programs: readonly ((b: Builder) => void)[] = [
  (b) => {
    const x = b.source(3, 6, 5, 6, true);
    const p = b.pool(b.convolution(x, 7, 3, 1, 0.5, 'signed'), 3, 2, 1);
    b.dense(b.dense(b.dense(p, 40, 0.4, false), 33, 0.4, false), 10, 0.5, true);
  },
  // Dense weights; pixels without a sign; a pool that copies to another pitch; 5×5 behind it.
  (b) => {
    const x = b.source(2, 9, 7, 7, false);
    const c = b.convolution(x, 5, 3, 0, 1, 'unsigned');
    b.vacate();
    b.output(b.convolution(b.pool(c, 1, 1, 2), 4, 5, 2, 0.3, 'relu'));
  },
  // No weight at all, then hardly any: lists of nothing, groups without a weight, empty filters.
  (b) => {
    const x = b.source(4, 4, 4, 5, true);
    const c = b.convolution(b.convolution(x, 6, 3, 1, 0, 'signed'), 8, 3, 1, 0.03, 'signed');
    b.dense(b.convolution(c, 5, 1, 0, 0.6, 'signed', [0, 2, 4]), 33, 0, true);
  },
  // One channel, one filter, one position.
  (b) => void b.dense(b.convolution(b.source(1, 1, 1, 1, true), 1, 1, 0, 1, 'signed'), 1, 1, true),
  // More filters than slots: two layers; each results' fourth part by copies with stride 2.
  (b) => {
    const x = b.source(5, 7, 6, 6, true);
    const c = b.convolution(x, 20, 1, 0, 0.4, 'relu');
    b.pool(c, 1, 2, 1);
    b.pool(c, 1, 2, 1, { left: 1 });
    b.output(b.pool(c, 1, 2, 0, { top: 1, left: 1 }));
  },
  // Windows beyond the lower and right edge; pools of 2, and with stride 1; rows of several slices. A long frame behind
  // it comes in while layers write.
  (b) => {
    const x = b.source(2, 8, 30, 32, false);
    const p = b.pool(x, 3, 2, 1, { ceil: true });
    b.vacate();
    b.pool(b.convolution(p, 3, 3, 1, 0.5, 'signed'), 2, 2, 0);
    b.output(b.pool(p, 3, 1, 3));
  },
  // Gaps beyond 255 between the weights of a fully connected layer.
  (b) => void b.dense(b.dense(b.source(6, 12, 20, 21, true), 70, 0.004, false), 64, 1, true, true),
  // Several vectors of one frame, more than there are banks, long ones with results that are bytes; results of both
  // kinds, and a map behind them.
  (b) => {
    const x = b.source(3, 5, 6, 7, false);
    const c = b.convolution(x, 10, 3, 1, 0.5, 'relu');
    for (const y of [x, c, x]) b.dense(y, 20, 0.5, true);
    b.vacate();
    for (const wide of [false, false, true]) b.dense(c, 40, wide ? 0.5 : 0.02, wide);
    b.output(c);
  },
  // Many results of few weights, as fast as they can come, and lines right behind them; those of the frame last, when
  // all layers have come in.
  (b) => {
    const x = b.source(4, 4, 4, 5, true);
    const c = b.convolution(x, 3, 3, 1, 0.5, 'signed');
    b.dense(c, 250, 0.02, true);
    b.output(c);
    b.output(x);
  },
];

/** All of them, in engines of this shape. */
export const builders = (shape: EngineShape) =>
  programs.map((program, i) => {
    const builder = new Builder(shape, randomFrom(`program ${i}`));
    program(builder);
    return builder;
  });
