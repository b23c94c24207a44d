// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  batchNormSign,
  binaryDense,
  checkpoint,
  decide,
  input,
  intDense,
  network,
  quantise,
  requantise,
  signedPixels,
  sum,
  synthetic,
} from '../index.ts';
import type { BitloomError } from '../errors/errors.ts';
import { writeSafetensors, type NamedTensor } from '../import/index.ts';
import { tensorTable } from '../import/tensor-table.ts';
import { nodeByName, type Graph } from '../ir/graph.ts';
import { typecheck } from './typecheck.ts';
import { checkpointReader, syntheticReader, TensorFault } from './parameter-readers.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-'));
afterAll(() => rmSync(folder, { recursive: true }));

const weights = synthetic(5);
const tiny = (source = weights) =>
  network('tiny', () => {
    const pixels = quantise('quant', input('pixels', { height: 1, width: 2, channels: 2 }), signedPixels());
    const hidden = batchNormSign('norm', binaryDense('fc', pixels, { units: 3, weights: source }), {
      weights: source,
    });
    return decide('class', binaryDense('out', hidden, { units: 2, weights: source }), { classes: 2 });
  });

function reals(...values: number[]): NamedTensor {
  return { dtype: 'F32', shape: [values.length], data: Float32Array.from(values) };
}

function bits(shape: readonly number[], ...values: number[]): NamedTensor {
  return { dtype: 'U8', shape, data: Uint8Array.from(values) };
}

const sound: Readonly<Record<string, NamedTensor>> = {
  'fc.weights': bits([3, 4], 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1),
  'norm.gamma': reals(1, -1, 0),
  'norm.beta': reals(0, 0, 1),
  'norm.mean': reals(10.5, -20.25, 0),
  'norm.variance': reals(1, 1, 1),
  'out.weights': bits([2, 3], 1, 1, 0, 0, 1, 0),
};

let files = 0;
function file(tensors: Readonly<Record<string, NamedTensor>>): string {
  const path = join(folder, `${files++}.safetensors`);
  writeSafetensors(path, tensors, { source: 'trained' });
  return path;
}

function issuesWith(tensors: Readonly<Record<string, NamedTensor>>): string[] {
  try {
    typecheck(tiny(), file(tensors));
  } catch (error) {
    return (error as BitloomError).issues.map(({ code, where, got }) => `${code} ${where.split(' ')[2]}: ${got}`);
  }
  return [];
}

test('a checkpoint gives weights as they stand and batch-norm folded', () => {
  const typed = typecheck(tiny(), file(sound));
  expect([...nodeByName(typed, 'fc').parameters['weights']!.data]).toEqual([...sound['fc.weights']!.data]);
  const { theta, mirrored } = nodeByName(typed, 'norm').parameters;
  expect([...theta!.data]).toEqual([11, -21, -512]);
  expect([...mirrored!.data]).toEqual([0, 1, 0]);
  expect(typed.weights.source).toBe('trained');
});

test('the network’s own checkpoint is opened, and --weights replaces it', () => {
  const own = file(sound);
  const graph = tiny(checkpoint(new URL(`file://${own}`)));
  const other = { ...sound, 'out.weights': bits([2, 3], 0, 0, 1, 1, 0, 1) };
  expect([...nodeByName(typecheck(graph), 'out').parameters['weights']!.data]).toEqual([1, 1, 0, 0, 1, 0]);
  expect([...nodeByName(typecheck(graph, file(other)), 'out').parameters['weights']!.data]).toEqual([0, 0, 1, 1, 0, 1]);
});

test('rows may come with their taps flattened, but not with rows and columns exchanged', () => {
  expect(issuesWith({ ...sound, 'fc.weights': { ...sound['fc.weights']!, shape: [4, 3] } })).toEqual([
    'NN012 fc: fc.weights is [4, 3]',
  ]);
});

/** The same tensor in other types; values have to be integers for some of them. */
const stored = ({ shape, data }: NamedTensor): NamedTensor[] => {
  const [values, big] = [
    Array.from(data as Uint8Array, Number),
    Array.from(data as Uint8Array, (value) => BigInt(Number(value))),
  ];
  return [
    { dtype: 'F32', shape, data: Float32Array.from(values) },
    { dtype: 'F64', shape, data: Float64Array.from(values) },
    { dtype: 'I64', shape, data: BigInt64Array.from(big) },
    { dtype: 'I32', shape, data: Int32Array.from(values) },
    { dtype: 'I16', shape, data: Int16Array.from(values) },
    ...(values.some((value) => value < 0)
      ? []
      : ([
          { dtype: 'U64', shape, data: BigUint64Array.from(big) },
          { dtype: 'U32', shape, data: Uint32Array.from(values) },
          { dtype: 'U16', shape, data: Uint16Array.from(values) },
        ] as NamedTensor[])),
  ];
};

test('values count, not the type that they are stored in', () => {
  const parametersOf = (tensors: Readonly<Record<string, NamedTensor>>) =>
    typecheck(tiny(), file(tensors)).nodes.map(({ parameters }) => parameters);
  const wanted = parametersOf(sound);
  for (const name of ['fc.weights', 'norm.gamma', 'norm.beta'])
    for (const tensor of stored(sound[name]!)) expect(parametersOf({ ...sound, [name]: tensor })).toEqual(wanted);
});

test('a value that does not fit is named exactly, whatever its type', () => {
  const wide = (...values: bigint[]): NamedTensor => ({
    dtype: 'I64',
    shape: [values.length],
    data: BigInt64Array.from(values),
  });
  const gamma = (tensor: NamedTensor) => issuesWith({ ...sound, 'norm.gamma': tensor });
  expect(gamma(wide(1n, 2n ** 53n, -(2n ** 53n)))).toEqual([]);
  expect(gamma(wide(1n, 2n ** 53n + 1n, 0n))).toEqual(['NN013 norm: norm.gamma[1] = 9007199254740993']);
  const bit = (tensor: NamedTensor) =>
    issuesWith({ ...sound, 'fc.weights': { ...tensor, shape: [3, 4] } as NamedTensor });
  expect(bit(wide(...Array(11).fill(0n), -(2n ** 63n)))).toEqual(['NN013 fc: fc.weights[11] = -9223372036854775808']);
  expect(bit({ dtype: 'U64', shape: [], data: new BigUint64Array(12).fill(2n ** 64n - 1n) })).toEqual([
    'NN013 fc: fc.weights[0] = 18446744073709551615',
  ]);
  expect(bit({ dtype: 'F64', shape: [], data: new Float64Array(12).fill(1e-300) })).toEqual([
    'NN013 fc: fc.weights[0] = 1e-300',
  ]);
});

test('an element type that nobody computes with is a fault of its tensor, beside the others', () => {
  const data = new Uint8Array(12);
  const header = Buffer.from(
    JSON.stringify({ 'fc.weights': { dtype: 'F8_E5M2', shape: [3, 4], data_offsets: [0, 12] } }),
  );
  const path = join(folder, 'f8.safetensors');
  writeFileSync(path, Buffer.concat([Buffer.from(BigUint64Array.of(BigInt(header.length)).buffer), header, data]));
  expect(() => typecheck(tiny(), path)).toThrow(
    /^NN006 .*fc \(.* · fc\.weights: elements of type F8_E5M2 · legal: BOOL .*\nNN010 .*norm\.gamma.*\nNN010 .*out\.weights/,
  );
});

test('all nodes with damaged tensors are named at once', () => {
  const { 'out.weights': _, ...rest } = sound;
  expect(
    issuesWith({
      ...rest,
      'fc.weights': bits([3, 4], 1, 0, 1, 1, 0, 2, 0, 0, 1, 1, 1, 1),
      'norm.gamma': reals(1, 1),
    }),
  ).toEqual([
    'NN013 fc: fc.weights[5] = 2',
    'NN012 norm: norm.gamma is [2]',
    expect.stringMatching(/^NN010 out: no tensor out\.weights in /),
  ]);
  expect(issuesWith({ ...sound, 'norm.variance': reals(1, -0.5, 1) })).toEqual(['NN013 norm: norm.variance[1] = -0.5']);
});

test('synthetic weights are the same every time, differ by seed, and say so', () => {
  const drawn = (seed: number) => typecheck(tiny(synthetic(seed)));
  expect(drawn(5).nodes.map((n) => n.parameters)).toEqual(drawn(5).nodes.map((n) => n.parameters));
  expect(nodeByName(drawn(5), 'fc').parameters).not.toEqual(nodeByName(drawn(6), 'fc').parameters);
  expect(drawn(5).weights.source).toBe('synthetic');
});

test('8-bit weights are integers in their range; others are named, with what makes them so', () => {
  const graph = network('int8', () => {
    const pixels = quantise('quant', input('pixels', { height: 1, width: 2, channels: 2 }), signedPixels());
    return decide('class', intDense('fc', pixels, { units: 2, bias: true, weights }), { classes: 2 });
  });
  const issues = (...values: number[]) => {
    const path = file({
      'fc.weights': { dtype: 'F32', shape: [2, 4], data: Float32Array.from(values) },
      'fc.bias': { dtype: 'I32', shape: [2], data: Int32Array.of(5, -6) },
    });
    try {
      return nodeByName(typecheck(graph, path), 'fc').parameters;
    } catch (error) {
      return (error as BitloomError).message;
    }
  };
  expect(issues(1, -128, 127, 0, 5, 6, 7, 8)).toEqual({
    weights: { shape: [2, 4], data: Int8Array.of(1, -128, 127, 0, 5, 6, 7, 8) },
    bias: { shape: [2], data: Int32Array.of(5, -6) },
  });
  for (const [wrong, text] of [
    [128, '128'],
    [-129, '-129'],
    [0.5, '0.5'],
  ] as const)
    expect(issues(0, 0, 0, wrong, 0, 0, 0, 0)).toMatch(
      new RegExp(`^NN013 .*fc\\.weights\\[3\\] = ${text} .*npm run calibrate`),
    );
});

test('pruned synthetic weights have the density asked for, which must be a share', () => {
  const drawn = (density: number) =>
    typecheck(
      network('pruned', () => {
        const pixels = quantise('quant', input('pixels', { height: 8, width: 8, channels: 4 }), signedPixels());
        return decide('class', intDense('fc', pixels, { units: 40, weights: synthetic(5, { density }) }), {
          classes: 2,
          ignore: 38,
        });
      }),
    );
  const left = (nodeByName(drawn(0.25), 'fc').parameters['weights']!.data as Int8Array).filter((w) => w !== 0).length;
  expect(left / (40 * 256)).toBeGreaterThan(0.23);
  expect(left / (40 * 256)).toBeLessThan(0.27);
  for (const density of [-0.1, 1.1, NaN])
    expect(() => drawn(density)).toThrow(new RegExp(`^NN004 .*density = ${density} · legal: 0..1`));
});

test('tensors of 2^31 elements or more are an issue, wherever the weights come from', () => {
  const shape = [2 ** 26, 32];
  const source = tensorTable(new Map(), { source: 'imported', where: 'table', describe: 'a table' });
  for (const reader of [syntheticReader(1, 1, 'fc'), checkpointReader(source, 'fc')]) {
    const reads = [
      () => reader.bits('weights', shape),
      () => reader.int8('weights', shape, 127),
      () => reader.integers('weights', shape, () => 0),
      () => reader.reals('weights', shape, () => 0),
    ];
    for (const read of reads) expect(read).toThrow(TensorFault);
    for (const read of reads) expect(read).toThrow('fc.weights of [67108864, 32] elements');
  }
});

test('the fix of a fault fits where the value came from', () => {
  const fixes = (graph: Graph, path?: string) => {
    try {
      typecheck(graph, path);
    } catch (error) {
      return (error as BitloomError).issues.map(({ code, fix }) => `${code} ${fix}`);
    }
    return [];
  };
  const signs = bits([3, 4], 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1);
  const stored = {
    dtype: 'I8',
    shape: [3, 4],
    data: Int8Array.from(signs.data as Uint8Array, (w) => 2 * w - 1),
  } as const;
  expect(fixes(tiny(), file({ ...sound, 'fc.weights': stored }))).toEqual([
    'NN013 store (w + 1) / 2 in place of -1 and +1',
  ]);
  const two = { ...stored, data: new Int8Array(12).fill(2) };
  const retrain = 'give the weights this network was trained for';
  expect(fixes(tiny(), file({ ...sound, 'fc.weights': two }))).toEqual([`NN013 ${retrain}`]);
  const eightBits = (options: { shift?: number; left?: readonly number[] }, scale = 1) =>
    network('eight', () => {
      const { values } = signedPixels();
      const pixels = quantise('quant', input('pixels', { height: 1, width: 2, channels: 2 }), {
        element: 'int',
        values,
        scale,
      });
      const { shift = 8, left } = options;
      const small = requantise('small', pixels, { min: -128, max: 127, shift, weights });
      const both = sum('both', [pixels, small], { ...(left ? { left } : {}), weights });
      return decide(
        'class',
        intDense('fc', requantise('last', both, { min: 0, max: 127, weights }), { units: 2, weights }),
        { classes: 2 },
      );
    });
  const inFile = 'NN013 change it in the network file';
  expect(fixes(eightBits({ shift: 25 }))).toEqual([inFile]);
  expect(fixes(eightBits({ left: [16, 0] }))).toEqual([inFile]);
  expect(fixes(eightBits({ left: [1, 0] }, 1 / 4))).toEqual([inFile]);
  const wide = { dtype: 'I32', shape: [1], data: Int32Array.of(25) } as const;
  const real = { dtype: 'F32', shape: [2, 4], data: new Float32Array(8).fill(0.5) } as const;
  const shift = { ...wide, data: Int32Array.of(8) };
  const left = { dtype: 'I32', shape: [2], data: Int32Array.of(0, 0) } as const;
  const weightFile = file({ 'small.shift': wide, 'both.left': left, 'last.shift': shift, 'fc.weights': real });
  const calibrated = 'NN013 npm run calibrate makes 8-bit weights of real ones';
  expect(fixes(eightBits({}), weightFile)).toEqual([`NN013 ${retrain}`, calibrated]);
});

test('a fault that synthetic weights make is one of the network', () => {
  const refuse = () => syntheticReader(1, 1, 'fc').refuse('weights', 'sums too great', 'less');
  expect(refuse).toThrow(expect.objectContaining({ fix: 'change the network: its weights are synthetic' }));
});
