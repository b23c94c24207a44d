// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { fromElements } from '../../tensor/tensor.ts';
import { bipolar, int } from '../../ir/types.ts';
import { randomFrom } from '../../passes/random.ts';
import {
  elementsOf,
  inferLone,
  integerIn,
  loneNode,
  randomElements,
  tensorType,
} from '../../layer-kind/lone-node.fixture.ts';
import { concat } from './index.ts';

test('golden puts the channels of every input one after the other, pixel by pixel', () => {
  const random = randomFrom('concat');
  for (let i = 0; i < 100; i++) {
    const [height, width] = [integerIn(random, 1, 5), integerIn(random, 1, 5)];
    const types = Array.from({ length: integerIn(random, 1, 4) }, () =>
      tensorType(height, width, integerIn(random, 1, 9), int(-50, integerIn(random, 0, 90))),
    );
    const node = loneNode(concat, {}, types[0]!, {}, ...types.slice(1));
    const elements = types.map((type) => randomElements(random, type));
    const wanted: number[] = [];
    for (let pixel = 0; pixel < height * width; pixel++)
      types.forEach(({ channels }, t) => wanted.push(...elements[t]!.slice(pixel * channels, (pixel + 1) * channels)));
    expect(
      elementsOf(node.type, concat.golden(node)(types.map((type, t) => fromElements(type, elements[t]!)))),
    ).toEqual(wanted);
  }
});

test('infer: all channels, the wider range; one size and one unit', () => {
  const [a, b] = [tensorType(5, 6, 3, int(-8, 7, 1 / 16)), tensorType(5, 6, 4, int(0, 127, 1 / 16))];
  expect(inferLone(concat, {}, [a, b, a]).type).toEqual(tensorType(5, 6, 10, int(-8, 127, 1 / 16)));
  expect(inferLone(concat, {}, [a, tensorType(5, 5, 4, int(0, 127, 1 / 16))]).issues).toEqual([
    'NN005 maps of 5×6 and 5×5',
  ]);
  const coarser = tensorType(5, 6, 4, int(0, 127, 1 / 8));
  expect(inferLone(concat, {}, [a, coarser]).issues).toEqual(['NN005 units of 1/16 and 1/8']);
  expect(inferLone(concat, {}, [tensorType(5, 6, 4, bipolar)]).issues).toEqual(['NN005 a concatenation of bits']);
  expect(inferLone(concat, {}, []).issues).toEqual(['NN005 maps of no layers']);
});
