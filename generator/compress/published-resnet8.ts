// SPDX-License-Identifier: Apache-2.0
/**
 * MLPerf Tiny's ResNet-8 for CIFAR-10 (mlcommons/tiny, pretrainedResnet.h5 as one file of floats and a list of names,
 * shapes and offsets): three blocks of 16, 32 and 64 channels on raw pixels 0..255.
 */
import { fail } from '../errors/errors.ts';
import { readInputFile, shownPath } from '../files/input-file.ts';
import type { ConvNorm, Norm, ResidualNet } from './residual-net.ts';

const legal = 'pretrainedResnet.f32 of MLPerf Tiny, and its list pretrainedResnet.f32.json beside it';
/** The published list has 3,640. */
const mostListBytes = 1e6;

interface Listed {
  readonly name: string;
  readonly shape: readonly number[];
  /** In floats. */
  readonly offset: number;
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function isListed(entry: unknown): entry is Listed {
  const { name, shape, offset } = (entry ?? {}) as Partial<Listed>;
  return typeof name === 'string' && Array.isArray(shape) && shape.every(isCount) && isCount(offset);
}

function listIn(path: string): Listed[] {
  const text = Buffer.from(readInputFile(path, { code: 'NN010', legal, most: mostListBytes })).toString('utf8');
  const damaged = (got: string): never =>
    fail({ code: 'NN011', where: shownPath(path), got, legal: 'a list of {name, shape, offset}' });
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    return damaged((error as Error).message);
  }
  if (!Array.isArray(list)) return damaged('no list');
  const strange = list.findIndex((entry) => !isListed(entry));
  return strange < 0 ? list : damaged(`entry ${strange} of its ${list.length}`);
}

type TensorOf = (name: string, shape: readonly number[]) => Float32Array;

/** Looks tensors up. Throws NN010 (absent), NN011 (cut), NN012 (another shape), NN013 (no finite number). */
function tensorsIn(path: string): TensorOf {
  const bytes = readInputFile(path, { code: 'NN010', legal });
  const where = shownPath(path);
  if (bytes.length % 4 !== 0)
    fail({ code: 'NN011', where, got: `${bytes.length} bytes, no whole number of 32-bit floats`, legal });
  const floats = new Float32Array(new Uint8Array(bytes).buffer);
  const entries = new Map(listIn(`${path}.json`).map((entry) => [entry.name, entry]));
  return (key, wanted) => {
    const name = `${key}:0`;
    const entry =
      entries.get(name) ?? fail({ code: 'NN010', where: `${where}.json`, got: `no tensor '${name}'`, legal });
    const { shape, offset } = entry;
    if (shape.join() !== wanted.join())
      fail({
        code: 'NN012',
        where: `${where} › ${name}`,
        got: `[${shape.join(', ')}]`,
        legal: `[${wanted.join(', ')}]`,
      });
    const end = offset + shape.reduce((a, b) => a * b, 1);
    if (end > floats.length)
      fail({
        code: 'NN011',
        where: `${where} › ${name}`,
        got: `floats ${offset} to ${end} of ${floats.length}`,
        legal,
      });
    const data = floats.slice(offset, end);
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) fail({ code: 'NN013', where: `${where} › ${name}`, got: `${data[bad]} at element ${bad}` });
    return data;
  };
}

/** ε of Keras' batch-norm, which the published network was trained with; ours is 1e-5. */
const kerasEpsilon = 1e-3;
const epsilon = 1e-5;

interface Conv {
  /** Of Keras' names: conv2d, conv2d_1, … */
  readonly index: number;
  /** Of its batch-norm; absent: a bias alone. */
  readonly norm?: number;
  readonly kernel: 1 | 3;
  readonly inputs: number;
  readonly filters: number;
  readonly stride?: 1 | 2;
}

const numbered = (name: string, index: number) => (index === 0 ? name : `${name}_${index}`);

function convOf(tensor: TensorOf, { index, norm: normIndex, kernel, inputs, filters, stride = 1 }: Conv): ConvNorm {
  const weights = tensor(`${numbered('conv2d', index)}/kernel`, [kernel, kernel, inputs, filters]);
  const bias = tensor(`${numbered('conv2d', index)}/bias`, [filters]);
  const of = (key: string) => tensor(`${numbered('batch_normalization', normIndex!)}/${key}`, [filters]);
  const ones = new Float32Array(filters).fill(1);
  const norm: Norm =
    normIndex === undefined
      ? { gamma: ones, beta: bias, mean: new Float32Array(filters), variance: ones.map(() => 1 - epsilon) }
      : {
          gamma: of('gamma'),
          beta: of('beta'),
          mean: of('moving_mean').map((m, c) => m - bias[c]!),
          variance: of('moving_variance').map((v) => v + kerasEpsilon - epsilon),
        };
  // Keras pads an even map for stride 2 behind only.
  const pad: [number, number] = kernel === 1 ? [0, 0] : stride === 2 ? [0, 1] : [1, 1];
  return { kernel, stride, pad, inputs, filters, weights, norm };
}

/** @param path the `.f32` file; its list lies beside it as `.f32.json`. Throws NN010 to NN013. */
export function readResnet8(path: string): ResidualNet {
  const tensor = tensorsIn(path);
  const conv = (options: Conv) => convOf(tensor, options);
  return {
    input: { height: 32, width: 32, channels: 3 },
    stem: conv({ index: 0, norm: 0, kernel: 3, inputs: 3, filters: 16 }),
    blocks: [
      {
        name: 's1b1',
        c1: conv({ index: 1, norm: 1, kernel: 3, inputs: 16, filters: 16 }),
        c2: conv({ index: 2, norm: 2, kernel: 3, inputs: 16, filters: 16 }),
      },
      {
        name: 's2b1',
        c1: conv({ index: 3, norm: 3, kernel: 3, inputs: 16, filters: 32, stride: 2 }),
        c2: conv({ index: 4, norm: 4, kernel: 3, inputs: 32, filters: 32 }),
        projection: conv({ index: 5, kernel: 1, inputs: 16, filters: 32, stride: 2 }),
      },
      {
        name: 's3b1',
        c1: conv({ index: 6, norm: 5, kernel: 3, inputs: 32, filters: 64, stride: 2 }),
        c2: conv({ index: 7, norm: 6, kernel: 3, inputs: 64, filters: 64 }),
        projection: conv({ index: 8, kernel: 1, inputs: 32, filters: 64, stride: 2 }),
      },
    ],
    classifier: { weights: tensor('dense/kernel', [64, 10]), bias: tensor('dense/bias', [10]) },
  };
}
