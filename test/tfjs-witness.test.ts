// SPDX-License-Identifier: Apache-2.0
/** The golden model against TensorFlow.js, every element of every layer. */
import { expect, test } from 'vitest';
import {
  add,
  affine,
  averagePool,
  concat,
  intConv2d,
  batchNormSign,
  binaryConv2d,
  binaryDense,
  decide,
  fixedPoint,
  input,
  intDense,
  maxPool,
  network,
  quantise,
  requantise,
  signedFormat,
  signedPixels,
  sum,
  synthetic,
  threshold,
} from '../generator/index.ts';
import { interpreter } from '../generator/golden/interpret.ts';
import { mnistDigits, readImages } from '../generator/images/index.ts';
import { sharedData } from '../generator/images/shared-data.ts';
import { nodeByName, type TypedGraph } from '../generator/ir/graph.ts';
import { elementsOf } from '../generator/layer-kind/lone-node.fixture.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { lower } from '../generator/passes/lower.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { loadTensorflow } from '../generator/train/tensorflow.ts';
import { frameAt, publishedFiles, publishedNetwork } from './published.ts';
import { elementsLike, tfjsNetwork } from './tfjs-network.ts';

const { tf, backend } = await loadTensorflow();
console.log(`witness: ${backend}`);

const weights = synthetic(11);

/** CNV in small: every kind of layer, strides, both paddings, pools before and behind thresholds. */
const small = network('small', () => {
  const pixels = quantise('quant', input('pixels', { height: 13, width: 15, channels: 3 }), fixedPoint());
  const s0 = threshold(
    'sign0',
    binaryConv2d('conv0', pixels, { filters: 33, kernel: 3, pad: { size: 1, value: -128 }, weights }),
    { weights },
  );
  const c1 = binaryConv2d('conv1', s0, { filters: 40, kernel: 3, pad: { size: 1, value: 1 }, weights });
  const s1 = batchNormSign('sign1', maxPool('pool1', c1, { size: 2 }), { weights });
  const c2 = binaryConv2d('conv2', s1, {
    filters: 64,
    kernel: 2,
    stride: 2,
    pad: { size: 1, value: -1 },
    weights,
  });
  const p2 = maxPool('pool2', batchNormSign('sign2', c2, { weights }), { size: 2, stride: 1 });
  const c3 = binaryConv2d('conv3', p2, { filters: 20, kernel: 1, weights });
  const f0 = batchNormSign(
    'fsign0',
    binaryDense('fc0', batchNormSign('sign3', c3, { weights }), { units: 50, weights }),
    { weights },
  );
  return decide('class', binaryDense('fc1', f0, { units: 12, weights }), { classes: 10, ignore: 2 });
});

/** Residual blocks, one with a projection; factors of few bits, so that float32 is exact. */
const residual = network('residual', () => {
  const format = signedFormat(10, 3);
  const pixels = quantise('quant', input('pixels', { height: 8, width: 8, channels: 3 }), fixedPoint());
  const conv = (name: string, x: Parameters<typeof binaryConv2d>[1], filters: number, kernel: number, stride = 1) =>
    affine(
      `${name}_a`,
      binaryConv2d(name, x, { filters, kernel, stride, pad: { size: kernel >> 1, value: -1 }, weights }),
      {
        format,
        form: 'integer',
        weights,
      },
    );
  const r0 = conv('conv0', pixels, 16, 3);
  const s1 = threshold('s1', r0, { weights });
  const r1 = add('add1', r0, conv('conv1', s1, 16, 3));
  const s2 = batchNormSign('s2', r1, { weights });
  const r2 = add('add2', conv('proj', s2, 24, 1, 2), conv('conv2', s2, 24, 3, 2));
  const pooled = averagePool('avg', averagePool('half', r2, { size: 2 }));
  return decide('class', intDense('fc', pooled, { units: 7, bias: true, weights }), { classes: 7 });
});

/** Names of nodes with an element that differs, over all frames; and how many elements were compared. */
function compared(
  graph: TypedGraph,
  witnessed: TypedGraph,
  pixels: Uint8Array,
  frameBytes: number,
): { wrong: string[]; count: number } {
  const { names, trace: witness } = tfjsNetwork(tf, witnessed);
  const tensors = witness(pixels);
  const { trace } = interpreter(graph);
  const frames = pixels.length / frameBytes;
  const golden = Array.from({ length: frames }, (_, i) => trace(frameAt(pixels, i, frameBytes)));
  let count = 0;
  const wrong = names.filter((name, n) => {
    const node = nodeByName(graph, name);
    const seen = elementsLike(node, tensors[n]!);
    const wanted = golden.flatMap((traced) => elementsOf(node.type, traced.get(name)!));
    count += wanted.length;
    return seen.length !== wanted.length || seen.some((value, i) => value !== wanted[i]);
  });
  tf.dispose(tensors);
  return { wrong, count };
}

/**
 * AlexNet, SqueezeNet and ResNet in small: strides, groups, overlapping pools with both roundings, a fire module, a
 * shortcut.
 */
const int8 = network('int8', () => {
  const pixels = quantise('quant', input('pixels', { height: 31, width: 29, channels: 3 }), signedPixels());
  const relu = (name: string, x: Parameters<typeof requantise>[1], shift: number) =>
    requantise(`${name}_relu`, x, { min: 0, max: 127, shift, weights, tensors: name });
  const conv = (
    name: string,
    x: Parameters<typeof intConv2d>[1],
    shape: { filters: number; kernel: number; stride?: number; pad?: number; groups?: number },
  ) => relu(name, intConv2d(name, x, { ...shape, bias: true, weights: synthetic(12, { density: 0.4 }) }), 7);
  const p0 = maxPool('pool0', conv('conv0', pixels, { filters: 12, kernel: 5, stride: 2 }), {
    size: 3,
    stride: 2,
    rounding: 'ceil',
  });
  const p1 = maxPool('pool1', conv('conv1', p0, { filters: 18, kernel: 3, pad: 1, groups: 3 }), { size: 3, stride: 2 });
  const fire = concat('fire', [
    conv('expand1', p1, { filters: 8, kernel: 1, pad: 1 }),
    conv('expand3', p1, { filters: 10, kernel: 3, pad: 2 }),
  ]);
  const joined = sum(
    'joined',
    [intConv2d('residual', fire, { filters: 18, kernel: 3, pad: 1, bias: true, weights }), fire],
    { left: [0, 6], weights },
  );
  return decide('class', averagePool('avg', conv('last', relu('joined', joined, 9), { filters: 9, kernel: 1 })), {
    classes: 9,
  });
});

function randomPixels(seed: string, count: number): Uint8Array {
  const random = randomFrom(seed);
  return Uint8Array.from({ length: count }, () => random() * 256);
}

test('a small network with random weights, as written and lowered', () => {
  const typed = typecheck(small);
  const pixels = randomPixels('small', 20 * 13 * 15 * 3);
  for (const graph of [typed, lower(typed)]) {
    const { wrong, count } = compared(graph, graph, pixels, 13 * 15 * 3);
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(20 * 20_000);
  }
});

test('a residual network with random weights, as written and lowered', () => {
  const typed = typecheck(residual);
  const pixels = randomPixels('residual', 20 * 8 * 8 * 3);
  for (const graph of [typed, lower(typed)]) {
    const { wrong, count } = compared(graph, graph, pixels, 8 * 8 * 3);
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(20 * 8000);
  }
});

test.each([
  ['a factor', 'conv1_a', 'a', 3, 1],
  ['a term', 'proj_a', 'b', 5, 8],
  ['an 8-bit weight', 'fc', 'weights', 30, 1],
  ['a bias', 'fc', 'bias', 2, 1],
])('%s that is off is seen in its layer and not before', (_, layer, key, at, by) => {
  const typed = typecheck(residual);
  const nodes = typed.nodes.map((node) => {
    if (node.name !== layer) return node;
    const { shape, data } = node.parameters[key]!;
    const damaged = Int32Array.from(data, (value, i) => (i === at ? value + by : value));
    return { ...node, parameters: { ...node.parameters, [key]: { shape, data: damaged } } };
  });
  const pixels = randomPixels('off', 4 * 8 * 8 * 3);
  expect(compared(typed, { ...typed, nodes }, pixels, 8 * 8 * 3).wrong[0]).toBe(layer);
});

test('a flipped weight is seen in its layer’s sums and not before', () => {
  const typed = typecheck(small);
  const pixels = randomPixels('flipped', 13 * 15 * 3);
  for (const layer of ['conv0', 'conv2', 'fc1']) {
    const nodes = typed.nodes.map((node) => {
      if (node.name !== layer) return node;
      const { shape, data } = node.parameters['weights']!;
      return {
        ...node,
        parameters: {
          weights: { shape, data: Uint8Array.from(data, (bit, i) => (i === 5 ? 1 - bit : bit)) },
        },
      };
    });
    expect(compared(typed, { ...typed, nodes }, pixels, 13 * 15 * 3).wrong[0]).toBe(layer);
  }
});

test('an int8 network with synthetic pruned weights', () => {
  const typed = typecheck(int8);
  const { wrong, count } = compared(typed, typed, randomPixels('int8', 20 * 31 * 29 * 3), 31 * 29 * 3);
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(20 * 10_000);
});

test.each([
  ['a weight', 'conv1', 'weights'],
  ['a bias', 'expand1', 'bias'],
  ['a shift', 'last_relu', 'shift'],
])('%s of an int8 network that is off is seen in its layer and not before', (_, layer, key) => {
  const typed = typecheck(int8);
  const nodes = typed.nodes.map((node) => {
    if (node.name !== layer) return node;
    const { shape, data } = node.parameters[key]!;
    return {
      ...node,
      parameters: { ...node.parameters, [key]: { shape, data: Int32Array.from(data, (value) => value + 1) } },
    };
  });
  expect(compared(typed, { ...typed, nodes }, randomPixels('int8 off', 4 * 31 * 29 * 3), 31 * 29 * 3).wrong[0]).toBe(
    layer,
  );
});

test('the trained mnist network on 50 held-out digits', async () => {
  const typed = typecheck((await loadNetwork('mnist')).graph);
  const { pixels } = mnistDigits().heldOut;
  expect(compared(typed, typed, pixels.subarray(0, 50 * 784), 784).wrong).toEqual([]);
});

test('the trained tb-dnn network on two frames', async () => {
  const typed = typecheck((await loadNetwork('tb-dnn')).graph);
  expect(compared(typed, typed, randomPixels('tb-dnn', 2 * 3072), 3072).wrong).toEqual([]);
});

test.skipIf(!sharedData)('BNN-PYNQ’s cnvW1A1 on 8 images and lfcW1A1 on 64', async () => {
  const files = publishedFiles(sharedData!);
  const cnv = await publishedNetwork('cnv', files.cnvWeights);
  const images = readImages(files.cifar, { height: 32, width: 32, channels: 3 }, { limit: 8 });
  expect(compared(cnv, cnv, images.pixels, 3072).wrong).toEqual([]);
  const lfc = await publishedNetwork('lfc', files.lfcWeights);
  const digits = readImages(files.digits, { height: 28, width: 28, channels: 1 }, { limit: 64 });
  expect(compared(lfc, lfc, digits.pixels, 784).wrong).toEqual([]);
});
