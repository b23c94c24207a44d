// SPDX-License-Identifier: Apache-2.0
/**
 * Random residual networks in 8 bits, small: identity and projected shortcuts, strides, odd sizes, sums of three terms.
 */
import {
  averagePool,
  decide,
  input,
  intConv2d,
  intDense,
  maxPool,
  network,
  quantise,
  requantise,
  signedPixels,
  sum,
  synthetic,
  type Stream,
} from '../generator/index.ts';
import type { Graph } from '../generator/ir/graph.ts';
import { integerIn, oneOf } from '../generator/layer-kind/lone-node.fixture.ts';
import { randomFrom } from '../generator/passes/random.ts';

/** A map under construction; TypeScript streams do not know their sizes. */
interface Map {
  readonly stream: Stream<'int'>;
  readonly size: readonly [height: number, width: number];
  readonly channels: number;
}

export function randomResidual(seed: number): Graph {
  const random = randomFrom(`residual ${seed}`);
  const weights = synthetic(100 + seed, { density: oneOf(random, [0.1, 0.5, 1]) });
  const signed = random() < 0.5;
  const range = signed ? { min: -128, max: 127 } : { min: 0, max: 255 };
  const bytes = (name: string, x: Stream<'int'>, shift: number) => requantise(name, x, { ...range, shift, weights });
  const conv = (
    name: string,
    { stream }: Map,
    options: { filters: number; kernel: number; stride?: number; pad?: number },
  ) => intConv2d(name, stream, { ...options, bias: random() < 0.5, weights });

  /** Two convolutions and a shortcut, at times a second one. */
  function block(name: string, x: Map): Map {
    const stride = random() < 0.4 ? 2 : 1;
    const projects = stride === 2 || random() < 0.3;
    const filters = projects ? integerIn(random, 1, 9) : x.channels;
    const size = x.size.map((length) => Math.ceil(length / stride)) as [number, number];
    // A kernel of 4 sees a row behind the map where its rows are even alone.
    const even = stride === 2 && x.size.every((length) => length % 2 === 0);
    const entrance = even && random() < 0.5 ? { kernel: 4, pad: 1 } : { kernel: 3, pad: 1 };
    const channels = integerIn(random, 1, 9);
    const t = bytes(`${name}_t`, conv(`${name}_c1`, x, { filters: channels, stride, ...entrance }), 8);
    const c2 = conv(`${name}_c2`, { stream: t, size, channels }, { filters, kernel: 3, pad: 1 });
    const shortcut = projects ? conv(`${name}_proj`, x, { filters, kernel: 1, stride }) : x.stream;
    const more = random() < 0.3 ? [conv(`${name}_more`, x, { filters, kernel: 3, pad: 1, stride })] : [];
    const terms = random() < 0.5 ? [c2, shortcut, ...more] : [...more, shortcut, c2];
    // Beyond 7, a shortcut's factor takes several entries of its filter.
    const left = terms.map((term) => (term === x.stream ? integerIn(random, 5, 9) : integerIn(random, 0, 2)));
    return { stream: bytes(`${name}_sum_8`, sum(`${name}_sum`, terms, { left, weights }), 8), size, channels: filters };
  }

  return network(`residual_${seed}`, () => {
    const [height, width] = [integerIn(random, 4, 13), integerIn(random, 3, 19)];
    const channels = integerIn(random, 1, 3);
    const plain = { element: 'int', values: Array.from({ length: 256 }, (_, p) => p), scale: 1 } as const;
    const pixels = quantise('quant', input('pixels', { height, width, channels }), signed ? signedPixels() : plain);
    const filters = integerIn(random, 2, 8);
    let x: Map = { stream: pixels, size: [height, width], channels };
    // Shortcuts from the frame itself, or from behind a stem.
    if (random() < 0.7)
      x = { ...x, stream: bytes('stem_8', conv('stem', x, { filters, kernel: 3, pad: 1 }), 8), channels: filters };
    const count = integerIn(random, 1, 3);
    for (let i = 0; i < count; i++) {
      x = block(`b${i}`, x);
      if (random() < 0.3 && x.size.every((length) => length > 3))
        x = {
          stream: maxPool(`pool${i}`, x.stream, { size: 2, stride: 2 }),
          size: x.size.map((length) => Math.floor(length / 2)) as [number, number],
          channels: x.channels,
        };
    }
    const last = random() < 0.7 ? bytes('features', averagePool('average', x.stream), 5) : x.stream;
    const units = integerIn(random, 2, 40);
    return decide('class', intDense('fc', last, { units, bias: true, weights }), { classes: units });
  });
}
