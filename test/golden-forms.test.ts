// SPDX-License-Identifier: Apache-2.0
/**
 * The golden model's fast form (WebAssembly) against its definition, plain TypeScript: every kind that has one, on
 * random shapes and at corners, every node of whole networks; and faults put into the kernels, each of which must be
 * seen.
 */
import {
  binaryConv2d,
  binaryDense,
  decide,
  input,
  maxPool,
  multiThreshold,
  network,
  quantise,
  signedPixels,
  synthetic,
} from '../generator/index.ts';
import { describe, expect, test } from 'vitest';
import { interpreter } from '../generator/golden/interpret.ts';
import { assemble, textOf, type KernelFile } from '../generator/golden/kernels/assembled.ts';
import { newKernels, type Kernels } from '../generator/golden/kernels/kernels.ts';
import type { TypedGraph, TypedNode } from '../generator/ir/graph.ts';
import { bipolar, elementCount, int, type Element } from '../generator/ir/types.ts';
import type { LayerKind, Random } from '../generator/layer-kind/layer-kind.ts';
import { integerIn, loneNode, oneOf, tensorType } from '../generator/layer-kind/lone-node.fixture.ts';
import { layerKinds } from '../generator/layers/index.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { lower } from '../generator/passes/lower.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { randomCase } from '../sim/sweep/random-cases.ts';
import { fromElements, type Tensor } from '../generator/tensor/tensor.ts';

/** Around the words in which bits are packed, and the lanes that kernels take at once. */
const widths = [1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 96, 127, 128, 129];
const ints = [int(-128, 127), int(0, 255), int(-1, 1), int(-32768, 32767), int(0, 65535), int(-(2 ** 20), 5)];
const least32 = -(2 ** 31);
const most32 = 2 ** 31 - 1;

/** All 0, all 1, or any. */
function bits(random: Random, count: number): Uint8Array {
  const share = oneOf(random, [0, 1, 0.5, 0.5]);
  return Uint8Array.from({ length: count }, () => Number(random() < share));
}

/** The ends of the range in half of the cases. */
function integers(random: Random, count: number, low: number, high: number): number[] {
  const atEnds = random() < 0.5;
  return Array.from({ length: count }, () => (atEnds ? oneOf(random, [low, high]) : integerIn(random, low, high)));
}

function conv(random: Random, kind: LayerKind, elements: readonly Element[], isBinary: boolean): TypedNode {
  const groups = isBinary ? 1 : oneOf(random, [1, 1, 2, 3]);
  const depth = oneOf(random, widths.slice(0, groups > 1 ? 6 : undefined));
  const [kernel, filters] = [integerIn(random, 1, 4), groups * oneOf(random, widths.slice(0, 12))];
  const side = () => integerIn(random, kernel, kernel + 5);
  const element = oneOf(random, elements);
  const size = integerIn(random, 0, kernel - 1);
  const value = element.type === 'bipolar' ? oneOf(random, [-1, 1]) : oneOf(random, [element.min, element.max, 0]);
  const pad = isBinary ? { padSize: size, padValue: value } : { pad: size, groups, bias: true };
  const shape = [filters, kernel, kernel, depth];
  const count = filters * kernel * kernel * depth;
  const data = isBinary ? bits(random, count) : Int8Array.from(integers(random, count, -128, 127));
  const bias = Int32Array.from(integers(random, filters, -1e6, 1e6));
  return loneNode(
    kind,
    { filters, kernel, stride: integerIn(random, 1, 3), ...pad },
    tensorType(side(), side(), groups * depth, element),
    { weights: { shape, data }, ...(isBinary ? {} : { bias: { shape: [filters], data: bias } }) },
  );
}

function dense(random: Random, kind: LayerKind, elements: readonly Element[], isBinary: boolean): TypedNode {
  const side = oneOf(random, [1, 1, 2, 3]);
  const input = tensorType(side, side, oneOf(random, widths), oneOf(random, elements));
  const units = oneOf(random, widths);
  const shape = [units, elementCount(input)];
  const count = units * elementCount(input);
  const data = isBinary ? bits(random, count) : Int8Array.from(integers(random, count, -128, 127));
  const bias = Int32Array.from(integers(random, units, -1e6, 1e6));
  return loneNode(kind, { units, bias: !isBinary }, input, {
    weights: { shape, data },
    ...(isBinary ? {} : { bias: { shape: [units], data: bias } }),
  });
}

/** A node of each kind that has a fast form. */
const nodes: Record<string, (random: Random, kind: LayerKind) => TypedNode> = {
  'binary-conv': (random, kind) => conv(random, kind, [bipolar, bipolar, bipolar, ...ints], true),
  'binary-dense': (random, kind) => dense(random, kind, [bipolar, bipolar, bipolar, ...ints], true),
  'int-conv': (random, kind) => conv(random, kind, ints.slice(0, -2), false),
  'int-dense': (random, kind) => dense(random, kind, ints.slice(0, -2), false),
  threshold(random, kind) {
    const channels = oneOf(random, widths);
    const element = oneOf(random, [int(-3, 3), int(0, 100), int(least32 + 1, most32)]);
    const [low, high] = oneOf(random, [
      [element.min, element.max],
      [least32, most32],
    ]);
    const mirrored = bits(random, channels);
    return loneNode(kind, { form: 'integer' }, tensorType(integerIn(random, 1, 4), 3, channels, element), {
      theta: { shape: [channels], data: Int32Array.from(integers(random, channels, low!, high!)) },
      mirrored: { shape: [channels], data: mirrored },
    });
  },
  quantise(random, kind) {
    const isBits = random() < 0.5;
    const values = integers(random, 256, isBits ? 0 : -128, isBits ? 1 : 127);
    const input = tensorType(integerIn(random, 1, 5), integerIn(random, 1, 5), oneOf(random, widths), int(0, 255));
    return loneNode(kind, { element: isBits ? 'bipolar' : 'int', values, scale: 1 }, input);
  },
  'max-pool'(random, kind) {
    const channels = oneOf(random, widths);
    const size = integerIn(random, 1, 4);
    const side = () => integerIn(random, size, size + 6);
    const element = oneOf<Element>(random, [bipolar, int(-9, 9), int(least32 + 1, most32)]);
    const rounding = random() < 0.5 ? {} : { rounding: 'ceil' };
    return loneNode(
      kind,
      { size, stride: integerIn(random, 1, size + 2), ...rounding },
      tensorType(side(), side(), channels, element),
      { minimum: { shape: [channels], data: bits(random, channels) } },
    );
  },
  affine(random, kind) {
    const channels = oneOf(random, widths);
    const of = (low: number, high: number) => ({
      shape: [channels],
      data: Int32Array.from(integers(random, channels, low, high)),
    });
    const shift = { shape: [1], data: Int32Array.of(integerIn(random, 0, 31)) };
    const input = tensorType(integerIn(random, 1, 5), 3, channels, oneOf(random, [...ints, int(least32 + 1, most32)]));
    return loneNode(
      kind,
      {
        form: 'integer',
        min: oneOf(random, [-32768, -1, 0]),
        max: oneOf(random, [1, 255, 32767]),
        fraction: 0,
        epsilon: 0,
      },
      input,
      { a: of(-32768, 32767), b: of(least32, most32), shift },
    );
  },
  add(random, kind) {
    const type = tensorType(3, integerIn(random, 1, 5), oneOf(random, widths), oneOf(random, ints));
    return loneNode(kind, {}, type, {}, type);
  },
  sum(random, kind) {
    const wide = int(least32 + 1, most32);
    const [first, ...others] = Array.from({ length: oneOf(random, [2, 2, 2, 3]) }, () =>
      oneOf(random, [...ints, wide]),
    );
    const typeOf = (element: Element) => tensorType(2, 3, 5, element);
    const left = Int32Array.from(integers(random, 1 + others.length, 0, 15));
    const parameters = { left: { shape: [left.length], data: left } };
    return loneNode(kind, { left: [...left] }, typeOf(first!), parameters, ...others.map(typeOf));
  },
};

function randomTensors(random: Random, node: TypedNode): Tensor[] {
  return node.inputTypes.map((type) => {
    const [low, high] = type.element.type === 'bipolar' ? [0, 1] : [type.element.min, type.element.max];
    return fromElements(type, integers(random, elementCount(type), low, high));
  });
}

/** What the kernels make of a node; undefined where they do not take it. Nothing around the result may change. */
function computed(
  kind: LayerKind,
  node: TypedNode,
  tensors: readonly Tensor[],
  kernels: Kernels,
): Int32Array | undefined {
  const length = kind.golden(node)(tensors).data.length;
  const before = kernels.put(Int32Array.from({ length: 8 }, (_, i) => 1000 + i));
  const output = kernels.put(new Int32Array(length).fill(-1));
  const behind = kernels.put(Int32Array.from({ length: 8 }, (_, i) => 2000 + i));
  const step = kind.fast!(
    node,
    kernels,
    tensors.map(({ data }) => kernels.put(data)),
    output,
  );
  if (!step) return undefined;
  step();
  const data = kernels.view(output, length).slice();
  step();
  expect(kernels.view(output, length), 'twice').toEqual(data);
  const around = [...kernels.view(before, 8), ...kernels.view(behind, 8)];
  expect(around).toEqual(Array.from({ length: 16 }, (_, i) => (i < 8 ? 1000 + i : 2000 + i - 8)));
  return data;
}

const fastKinds = layerKinds.filter((kind) => kind.fast);

describe('each kind', () => {
  test('has its random nodes here', () => {
    expect(fastKinds.map(({ kind }) => kind).sort()).toEqual(Object.keys(nodes).sort());
  });

  test.each(fastKinds.map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
    const random = randomFrom(`fast ${name}`);
    let taken = 0;
    for (let i = 0; i < 150; i++) {
      const node = nodes[name]!(random, kind);
      const tensors = randomTensors(random, node);
      const got = computed(kind, node, tensors, newKernels());
      if (!got) continue;
      taken++;
      const said = JSON.stringify([node.attributes, node.inputTypes, node.type], (_, v) =>
        typeof v === 'bigint' ? `${v}` : v,
      );
      expect(got, said).toEqual(kind.golden(node)(tensors).data);
    }
    expect(taken).toBeGreaterThan(40);
  });
});

function sameTraces(graph: TypedGraph, frames: readonly Uint8Array[]): void {
  const [plain, wasm] = [interpreter(graph, 'plain'), interpreter(graph, 'wasm')];
  for (const frame of frames) {
    const wanted = plain.trace(frame);
    const got = wasm.trace(frame);
    expect([...got.keys()]).toEqual([...wanted.keys()]);
    for (const [name, { data, ...shape }] of wanted) {
      const { data: gotData, ...gotShape } = got.get(name)!;
      expect(gotShape, name).toEqual(shape);
      // The first that differs, not all of a million elements.
      const different = data.findIndex((value, i) => value !== gotData[i]);
      expect([name, gotData.length, different]).toEqual([name, data.length, -1]);
    }
    expect(wasm.run(frame)).toEqual(wanted.get(graph.nodes.at(-1)!.name));
  }
}

function frames(graph: TypedGraph, count: number): Uint8Array[] {
  const random = randomFrom(`frames of ${graph.name}`);
  const bytes = elementCount(graph.nodes[0]!.type);
  return Array.from({ length: count }, (_, i) =>
    Uint8Array.from({ length: bytes }, () => (i === 1 ? 255 : random() * 256)),
  );
}

describe('whole networks, every node of every frame', () => {
  const seen = new Set<string>();

  test.each(['tiny', 'mnist', 'lfc', 'cnv', 'resnet8', 'tb-dnn', 'squeezenet'])('%s', async (name) => {
    const typed = typecheck((await loadNetwork(name)).graph);
    sameTraces(typed, frames(typed, name === 'squeezenet' ? 1 : 2));
    for (const { kind } of typed.nodes) seen.add(kind);
  });

  test('one whose activations have two bits', () => {
    const weights = synthetic(3);
    const graph = network('levels', () => {
      const pixels = quantise('quant', input('pixels', { height: 8, width: 8, channels: 3 }), signedPixels());
      const sums = binaryConv2d('conv', pixels, { filters: 40, kernel: 3, weights });
      const two = { bits: 2, signed: true, narrow: true, directions: 'each', weights } as const;
      const pooled = maxPool('pool', multiThreshold('levels', sums, two), { size: 2 });
      return decide('class', binaryDense('fc', pooled, { units: 5, weights }), { classes: 5 });
    });
    const typed = typecheck(graph);
    sameTraces(typed, frames(typed, 3));
    for (const { kind } of typed.nodes) seen.add(kind);
  });

  test('they have every kind, also those without a fast form', () => {
    expect([...seen].sort()).toEqual(layerKinds.map(({ kind }) => kind).sort());
  });

  test('50 random ones, as they are written and lowered', () => {
    for (let i = 0; i < 50; i++) {
      const typed = typecheck(randomCase(19, i).graph);
      sameTraces(typed, frames(typed, 3));
      const lowered = lower(typed);
      sameTraces(lowered, frames(lowered, 2));
    }
  });
});

describe('a fault in the kernels is seen', () => {
  const faults: readonly (readonly [kind: string, what: string, file: KernelFile, from: string, to: string])[] = [
    [
      'binary-conv',
      'words ORed in place of XORed',
      'agreements',
      '(i64.popcnt (i64.xor (local.get $u2) (local.get $v)))',
      '(i64.popcnt (i64.or (local.get $u2) (local.get $v)))',
    ],
    ['binary-conv', 'no zeros behind a window', 'windows', '(i64.store (local.get $end) (i64.const 0))', ''],
    [
      'binary-conv',
      'a second row of windows that does not start at the left',
      'windows',
      '(local.set $x (i32.const 0))\n',
      '',
    ],
    [
      'binary-dense',
      'weights one word further',
      'agreements',
      '(i64.load (local.get $w)))))',
      '(i64.load offset=8 (local.get $w)))))',
    ],
    [
      'int-conv',
      'the second four filters take the weights of the first',
      'dots',
      '(i32x4.dot_i16x8_s (local.get $u) (v128.load8x8_s offset=8 (local.get $w)))',
      '(i32x4.dot_i16x8_s (local.get $u) (v128.load8x8_s (local.get $w)))',
    ],
    [
      'int-conv',
      'the last sums go on from other ones',
      'dots',
      '(local.set $h (i32x4.add (local.get $h)',
      '(local.set $h (i32x4.add (local.get $f)',
    ],
    [
      'int-dense',
      'signed integers narrowed as unsigned',
      'windows',
      'i16x8.narrow_i32x4_s (v128.load (local.get $from)) (v128.load offset=16 (local.get $from))',
      'i16x8.narrow_i32x4_u (v128.load (local.get $from)) (v128.load offset=16 (local.get $from))',
    ],
    [
      'int-dense',
      'the last elements of a row in 8 bits',
      'windows',
      '(i32.store16 (local.get $x) (i32.load (local.get $from)))',
      '(i32.store8 (local.get $x) (i32.load (local.get $from)))',
    ],
    [
      'threshold',
      '[theta >= x] in a lane',
      'steps',
      '(i32x4.gt_s (v128.load offset=48',
      '(i32x4.ge_s (v128.load offset=48',
    ],
    [
      'threshold',
      'bits beyond the last channel',
      'steps',
      '(i32.load16_u (i32.add (local.get $masks) (local.get $half)))',
      '(i32.const 65535)',
    ],
    [
      'quantise',
      'a table of 16-bit entries',
      'steps',
      '(i32.load (local.get $x)) (i32.const 2)',
      '(i32.load (local.get $x)) (i32.const 1)',
    ],
    ['max-pool', 'windows beyond the lower edge', 'steps', '(then (local.set $lastY (local.get $height)))', '(then)'],
    [
      'max-pool',
      'integers compared as unsigned',
      'steps',
      '(i32.ge_s (local.get $before) (local.get $next))',
      '(i32.ge_u (local.get $before) (local.get $next))',
    ],
    ['affine', 'truncation in place of a floor', 'steps', 'f64x2.floor', 'f64x2.trunc'],
    ['affine', 'two sums stored for a last channel', 'steps', '(v128.store32_lane 0', '(v128.store64_lane 0'],
    ['add', 'no upper end', 'steps', '(f64.min (local.get $max)', '(f64.max (local.get $max)'],
    ['sum', 'one factor for both', 'steps', '(f64.mul (local.get $factor2)', '(f64.mul (local.get $factor1)'],
  ];

  test.each(faults)('%s: %s', async (name, _what, file, from, to) => {
    const text = textOf(file);
    expect(text).toContain(from);
    const broken = { [file]: await assemble(file, text.replace(from, to)) };
    const kind = layerKinds.find((each) => each.kind === name)!;
    const random = randomFrom(`fast ${name}`);
    const isSeen = () => {
      const node = nodes[name]!(random, kind);
      const tensors = randomTensors(random, node);
      const wanted = kind.golden(node)(tensors).data.join();
      try {
        const got = computed(kind, node, tensors, newKernels(broken));
        return got !== undefined && got.join() !== wanted;
      } catch {
        return true;
      }
    };
    expect(Array.from({ length: 150 }).some(isSeen)).toBe(true);
  });
});
