// SPDX-License-Identifier: Apache-2.0
/** What verify says of a wrong bit in a stream of the sparse engine: the weight or constant that it names is wrong. */
import { describe, expect, test } from 'vitest';
import { withChange } from '../../../test/with-change.ts';
import { zcu104 } from '../../boards/zcu104.ts';
import {
  decide,
  input,
  intConv2d,
  intDense,
  network,
  quantise,
  requantise,
  signedPixels,
  sum,
  synthetic,
} from '../../index.ts';
import { memoryFaults } from '../../emit/memory-faults.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import { randomFrom } from '../../passes/random.ts';
import { typecheck } from '../../passes/typecheck.ts';
import { planFiles } from '../../emit/plan.ts';
import type { SparseDesign } from './design.ts';
import { buildSparse } from './index.ts';
import { streamImages } from './stream-places.ts';

const random = randomFrom('wrong bits of streams');

describe('the sparse engine', () => {
  const weights = synthetic(5, { density: 0.5 });
  const bytes = { min: 0, max: 127, shift: 7 };
  const graph = typecheck(
    network('small', () => {
      const x = quantise('quant', input('pixels', { height: 9, width: 8, channels: 4 }), signedPixels());
      const y = requantise(
        'relu',
        intConv2d('conv', x, { filters: 10, kernel: 3, stride: 2, bias: true, groups: 2, weights }),
        { ...bytes, weights },
      );
      const both = sum(
        'both',
        [
          intConv2d('c2', y, { filters: 6, kernel: 3, pad: 1, weights }),
          intConv2d('c3', y, { filters: 6, kernel: 1, weights }),
        ],
        { weights },
      );
      const z = requantise('relu2', both, { ...bytes, weights });
      const hidden = requantise('relu3', intDense('fc1', z, { units: 20, bias: true, weights }), { ...bytes, weights });
      return decide('class', intDense('fc2', hidden, { units: 40, weights }), { classes: 40 });
    }),
  );
  const shape = {
    lanes: 8,
    groups: 2,
    slots: 8,
    ringWords: 256,
    vectorWords: 64,
    ownWords: 32,
    mapPorts: 2,
    vectorPorts: 2,
  };
  const designOf = (of: TypedGraph) => buildSparse(of, { board: zcu104, clockMhz: 250, fps: 'max' }, shape);
  const planOf = (design: SparseDesign) => planFiles(design, { network: 'small', defaulted: false });
  const right = designOf(graph);
  const images = streamImages(right);
  const planned = planOf(right);
  const differing = (other: TypedGraph) => {
    const lying = planOf(designOf(other));
    return [...images].flatMap(([file, stands]) =>
      memoryFaults(file, planned.get(file)!, lying.get(file) as Uint8Array, stands).map(({ what }) => what),
    );
  };

  // A weight's sign is a bit of its entry, and nothing else goes by it.
  test.each([
    ['conv', "relu's weights: filter"],
    ['c2', "relu2's weights: filter"],
    ['c3', "relu2's weights: filter"],
    ['fc1', "relu3's weights: unit"],
    ['fc2', "fc2's weights: unit"],
  ])('a weight of %s with the other sign: one bit, named', (name, of) => {
    const { parameters, type } = graph.nodes.find((node) => node.name === name)!;
    const { data } = parameters['weights']!;
    const fanIn = data.length / type.channels;
    const term = name === 'c2' ? 'term 0, ' : name === 'c3' ? 'term 1, ' : '';
    for (let i = 0; i < 8; i++) {
      let at = Math.floor(random() * data.length);
      while (data[at] === 0) at = (at + 1) % data.length;
      expect(differing(withChange(graph, name, 'weights', at, (w) => -w))).toEqual([
        `${of} ${Math.floor(at / fanIn)}, ${term}tap ${at % fanIn}`,
      ]);
    }
  });

  test.each([
    ['conv', 'bias', 7, /^relu's terms: filter 7$/],
    ['relu3', 'a', 13, /^relu3's (factors|terms): unit 13$/],
  ])('%s, %s %i', (node, parameter, at, what) => {
    const found = differing(withChange(graph, node, parameter, at, (value) => value + 1));
    expect(found.length).toBeGreaterThan(0);
    for (const text of found) expect(text).toMatch(what);
  });

  test('every bit that is set is something', () => {
    for (const [file, stands] of images)
      (planned.get(file) as Uint8Array).forEach((byte, at) => {
        for (let bit = 0; bit < 8; bit++)
          if ((byte >> bit) & 1 && !stands(at, bit))
            throw new Error(`${file}, byte ${at}, bit ${bit} is said to be padding`);
      });
  });
});
