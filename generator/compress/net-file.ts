/** Float residual networks in safetensors: the checkpoints between the stages, and the published ResNet-8. */
import { readFileSync } from 'node:fs';
import { fail } from '../errors.ts';
import type { NamedTensor } from '../import/index.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { convsOf, type ConvNorm, type Norm, type ResidualNet } from './residual-net.ts';

/** Everything of the network but its numbers. */
type Shape = unknown;

const norms = ['gamma', 'beta', 'mean', 'variance'] as const;

function withoutNumbers(net: ResidualNet): Shape {
  return JSON.parse(JSON.stringify(net, (_, value: unknown) => (ArrayBuffer.isView(value) ? undefined : value)));
}

const vector = (data: Float32Array): NamedTensor => ({ dtype: 'F32', shape: [data.length], data });

/** Writes `<layer>.weights/.gamma/.beta/.mean/.variance`, the classifier, and the shapes as metadata. */
export function writeNet(path: string, net: ResidualNet): void {
  const tensors: Record<string, NamedTensor> = {};
  for (const [name, { weights, norm }] of convsOf(net)) {
    tensors[`${name}.weights`] = vector(weights);
    for (const key of norms) tensors[`${name}.${key}`] = vector(norm[key]);
  }
  for (const { name, shift } of net.blocks) if (shift) tensors[`${name}.shift`] = vector(shift);
  tensors['classifier.weights'] = vector(net.classifier.weights);
  tensors['classifier.bias'] = vector(net.classifier.bias);
  writeCheckpoint(path, tensors, { net: JSON.stringify(withoutNumbers(net)) });
}

/** Reads what writeNet wrote. NN011 where the file holds something else. */
export function readNet(path: string): ResidualNet {
  const again = 'delete it: the stage runs again';
  const source = readCheckpoint(path, again);
  const text = source.metadata.get('net');
  if (text === undefined) return fail({ code: 'NN011', where: path, got: 'no float network', legal: 'a checkpoint of npm run compress', fix: again });
  const shape = JSON.parse(text) as ResidualNet;
  const data = (name: string) => source.get(name).data as Float32Array;
  const filled = (name: string, conv: ConvNorm): ConvNorm => ({
    ...conv,
    weights: data(`${name}.weights`),
    norm: Object.fromEntries(norms.map((key) => [key, data(`${name}.${key}`)])) as unknown as Norm,
  });
  return {
    input: shape.input,
    ...(shape.reach === undefined ? {} : { reach: shape.reach }),
    stem: filled('stem', shape.stem),
    blocks: shape.blocks.map((block) => ({
      ...block,
      c1: filled(`${block.name}_c1`, block.c1),
      c2: filled(`${block.name}_c2`, block.c2),
      ...(block.projection ? { projection: filled(`${block.name}_proj`, block.projection) } : {}),
      ...(source.has(`${block.name}.shift`) ? { shift: data(`${block.name}.shift`) } : {}),
    })),
    classifier: { weights: data('classifier.weights'), bias: data('classifier.bias') },
  };
}

/** ε of Keras' batch-norm, which the published network was trained with. */
const kerasEpsilon = 1e-3;

/**
 * MLPerf Tiny's ResNet-8 for CIFAR-10 (mlcommons/tiny, pretrainedResnet.h5 as one file of floats and a list of names,
 * shapes and offsets): three blocks of 16, 32 and 64 channels on raw pixels 0..255.
 * @param path the `.f32` file; its list lies beside it as `.f32.json`
 */
export function readResnet8(path: string): ResidualNet {
  const bytes = readFileSync(path);
  const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const list = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as { name: string; shape: number[]; offset: number }[];
  const entries = new Map(list.map((entry) => [entry.name, entry]));
  const tensor = (name: string) => {
    const { shape, offset } = entries.get(`${name}:0`)!;
    return { shape, data: floats.slice(offset, offset + shape.reduce((a, b) => a * b, 1)) };
  };
  const numbered = (name: string, i: number) => (i === 0 ? name : `${name}_${i}`);
  /** Keras pads an even map for stride 2 behind only. @param normIndex absent: a bias alone */
  const conv = (index: number, normIndex: number | undefined, stride: 1 | 2 = 1): ConvNorm => {
    const { shape: [kernel, , inputs, filters], data: weights } = tensor(`${numbered('conv2d', index)}/kernel`);
    const bias = tensor(`${numbered('conv2d', index)}/bias`).data;
    const of = (key: string) => tensor(`${numbered('batch_normalization', normIndex!)}/${key}`).data;
    const ones = new Float32Array(filters!).fill(1);
    const norm: Norm =
      normIndex === undefined
        ? { gamma: ones, beta: bias, mean: new Float32Array(filters!), variance: ones.map(() => 1 - 1e-5) }
        : { gamma: of('gamma'), beta: of('beta'), mean: of('moving_mean').map((m, c) => m - bias[c]!), variance: of('moving_variance').map((v) => v + kerasEpsilon - 1e-5) };
    const pad: [number, number] = kernel === 1 ? [0, 0] : stride === 2 ? [0, 1] : [1, 1];
    return { kernel: kernel!, stride, pad, inputs: inputs!, filters: filters!, weights, norm };
  };
  return {
    input: { height: 32, width: 32, channels: 3 },
    stem: conv(0, 0),
    blocks: [
      { name: 's1b1', c1: conv(1, 1), c2: conv(2, 2) },
      { name: 's2b1', c1: conv(3, 3, 2), c2: conv(4, 4), projection: conv(5, undefined, 2) },
      { name: 's3b1', c1: conv(6, 5, 2), c2: conv(7, 6), projection: conv(8, undefined, 2) },
    ],
    classifier: { weights: tensor('dense/kernel').data, bias: tensor('dense/bias').data },
  };
}
