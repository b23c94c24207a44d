// SPDX-License-Identifier: Apache-2.0
/**
 * What the array counts is what the golden model defines, but for a constant a filter: agreements of bits and of bit
 * planes.
 */
import { describe, expect, test } from 'vitest';
import { elementAt, type Tensor } from '../../tensor/tensor.ts';
import { interpreter } from '../../golden/interpret.ts';
import { randomFrom } from '../../passes/random.ts';
import { lower } from '../../passes/lower.ts';
import { typecheck } from '../../passes/typecheck.ts';
import type { ArrayShape } from './array-shape.ts';
import { planShared, type LayerPlan, type SharedPlan } from './plan.ts';
import { randomBlocks, randomChain, randomVector } from './random-networks.fixture.ts';
import { offsets, stepsOf, weightWords, type Step } from './weights.ts';

const random = randomFrom('weights of the shared array');

/** The bit that a unit sees at place i of a step of the layer's window at output pixel (y, x). */
function seen(
  plan: LayerPlan,
  { input: frame, shape }: SharedPlan,
  tensor: Tensor,
  step: Step,
  index: number,
  y: number,
  x: number,
  i: number,
): number {
  const { stride, padSize, kernel } = plan.layer.window;
  const tap = Math.floor(i / shape.group);
  const bit = i % shape.group;
  const { channels, groups, twice, fill } = plan.input;
  if (plan.point) {
    const pixel = plan.dense ? Math.floor(index / plan.steps) : y * stride * plan.input.width + x * stride;
    const channel = (9 * (plan.dense ? index % plan.steps : index) + tap) * shape.group + bit;
    if (channel >= channels) return fill;
    // A long vector is a map read row by row.
    const flat = pixel * channels + channel;
    const at = Math.floor(flat / tensor.channels);
    return elementAt(tensor, Math.floor(at / tensor.width), at % tensor.width, flat % tensor.channels);
  }
  const row = y * stride - padSize + Math.floor(tap / 3);
  const column = x * stride - padSize + (tap % 3);
  const outside =
    row < 0 ||
    column < 0 ||
    row >= plan.input.height ||
    column >= plan.input.width ||
    Math.floor(tap / 3) >= Number(kernel) ||
    tap % 3 >= Number(kernel);
  if (outside) return step.pad[i]!;
  if (plan.planes) {
    const plane = (groups - 1 - index) * (shape.group / 4) + (bit >> 2);
    if (bit % 4 >= channels || plane >= frame.planes!.bits) return step.pad[i]!;
    return ((elementAt(tensor, row, column, bit % 4) + frame.planes!.raise) >> plane) & 1;
  }
  const channel = index * shape.group + (twice && index === groups - 1 ? bit % (shape.group / 2) : bit);
  return channel < channels ? elementAt(tensor, row, column, channel) : fill;
}

/** A filter's sum as the array's accumulator ends, from the words of the weight image. */
function accumulated(
  plan: LayerPlan,
  shared: SharedPlan,
  words: readonly string[],
  steps: readonly Step[],
  tensor: Tensor,
  filter: number,
  y: number,
  x: number,
): number {
  const { shape } = shared;
  const { units, group } = shape;
  const pass = Math.floor(filter / units);
  const bits = 9 * group;
  let sum = 0;
  steps.forEach((step, index) => {
    const half = plan.split && index === steps.length - 1;
    const own = pass - (half ? pass % 2 : 0);
    const word = own * steps.length - (plan.split ? Math.floor(own / 2) : 0) + index;
    const weights = BigInt(`0x${words[word]}`) >> BigInt((filter % units) * bits);
    let agreements = 0;
    for (let i = 0; i < bits; i++) {
      if (half && i % group >= group / 2 !== (pass % 2 === 1)) continue;
      const agree = Number((weights >> BigInt(i)) & 1n) === seen(plan, shared, tensor, step, index, y, x, i);
      if (agree) agreements += plan.planes ? 2 ** ((i % group) >> 2) : 1;
    }
    sum = plan.planes ? sum * 2 ** (group / 4) + agreements : sum + agreements;
  });
  return sum;
}

const shapes: readonly ArrayShape[] = [
  { units: 2, group: 8, split: true },
  { units: 4, group: 16, split: true },
  { units: 8, group: 32, split: false },
];
const networks = [0, 1, 2, 3]
  .flatMap((seed) => [randomChain(random, seed), randomBlocks(random, 10 + seed)])
  .concat(randomVector(random, 20));

describe.each(shapes)('%o', (shape) => {
  test.each(networks.map((graph) => ({ graph, name: graph.name })))('$name', ({ graph }) => {
    const lowered = lower(typecheck(graph));
    const shared = planShared(lowered, shape);
    const { height, width, channels } = lowered.nodes[0]!.type;
    const tensors = interpreter(lowered).trace(
      Uint8Array.from({ length: height * width * channels }, () => random() * 256),
    );
    for (const plan of shared.layers) {
      const planes = plan.planes ? shared.input.planes : undefined;
      const steps = stepsOf(plan, shape, planes);
      const words = weightWords(plan, shape, steps);
      expect(words).toHaveLength(plan.weightWords);
      const constant = offsets(plan, shape, steps, planes);
      const { array, input } = plan.layer;
      for (const [y, x] of [
        [0, 0],
        [array.type.height - 1, array.type.width - 1],
        [array.type.height >> 1, array.type.width >> 1],
      ] as const)
        for (let filter = 0; filter < array.type.channels; filter++) {
          const got = accumulated(plan, shared, words, steps, tensors.get(input)!, filter, y, x) - constant[filter]!;
          expect([array.name, y, x, filter, got]).toEqual([
            array.name,
            y,
            x,
            filter,
            elementAt(tensors.get(array.name)!, y, x, filter),
          ]);
        }
    }
  });
});
