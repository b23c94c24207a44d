// SPDX-License-Identifier: Apache-2.0
/**
 * A binarised network as the tensors that networks/tb-dnn.ts reads: weight signs, thresholds, batch-norms, an 8-bit
 * classifier.
 */
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamedTensor } from '../import/index.ts';
import { tbDnn, type TbDnnShape } from '../../networks/tb-dnn.ts';
import type { FixedPoint } from '../index.ts';
import type { Graph } from '../ir/graph.ts';
import type { Rounded } from '../ir/rounding.ts';
import { outputSize, type Classifier, type ConvNorm, type ResidualNet } from './residual-net.ts';

/** What tbDnn takes for a network of these shapes. */
function shapesOf(net: ResidualNet): [inner: number[], shape: TbDnnShape] {
  const stages = net.blocks.reduce<{ inner: number; blocks: number }[]>((all, { c1, projection }, i) => {
    if (i === 0 || projection) return all.concat({ inner: c1.filters, blocks: 1 });
    return all.map((stage, k) => (k === all.length - 1 ? { ...stage, blocks: stage.blocks + 1 } : stage));
  }, []);
  const blocks = stages[0]!.blocks;
  if (stages.some((stage) => stage.blocks !== blocks)) throw new Error('every stage has as many blocks');
  return [
    stages.map(({ inner }) => inner),
    { input: net.input, width: net.stem.filters, blocks, classes: net.classifier.bias.length },
  ];
}

/** The network that the tensors belong to. @param format of the residual stream; the network's own unless given */
export function graphOf(name: string, net: ResidualNet, format?: FixedPoint): Graph {
  return tbDnn(name, ...shapesOf(net), format);
}

const tbDnnFile = fileURLToPath(new URL('../../networks/tb-dnn.ts', import.meta.url));

/** The same as a module, for `--network`. @param folder where it will lie */
export function networkModule(name: string, net: ResidualNet, format: FixedPoint, folder: string): string {
  const values = [name, ...shapesOf(net), format].map((value) => JSON.stringify(value)).join(', ');
  return (
    'import { tbDnn } from ' +
    `${JSON.stringify(relative(resolve(folder), tbDnnFile).replaceAll('\\', '/'))};\n\nexport default ` +
    `tbDnn(${values});\n`
  );
}

/** Bits [filters, kernel, kernel, inputs], 1 where a weight is 0 or more. */
function signs({ weights, filters, kernel, inputs }: ConvNorm): NamedTensor {
  const rows = weights.length / filters;
  const data = Uint8Array.from({ length: weights.length }, (_, i) =>
    weights[(i % rows) * filters + Math.floor(i / rows)]! >= 0 ? 1 : 0,
  );
  return { dtype: 'U8', shape: [filters, kernel, kernel, inputs], data };
}

/** How its real numbers become integers. */
export const rounds: readonly Rounded[] = [
  { what: 'weights and biases of the classifier, by `npm run compress`', legal: ['half_up'] },
  { what: 'thresholds of the residual stream, by `npm run compress`', legal: ['ceil'] },
];

/**
 * r ≥ shift of a real r is r · 2^fraction ≥ ⌈shift · 2^fraction⌉ of the stream's integers; thresholds beyond those
 * decide nothing more than the ones at their edge.
 */
export function thresholds(shift: Float32Array, { min, max, fraction }: FixedPoint): NamedTensor {
  const clamped = (s: number) => Math.max(min, Math.min(max + 1, Math.ceil(s * 2 ** fraction)));
  return { dtype: 'I32', shape: [shift.length], data: Int32Array.from(shift, clamped) };
}

/** Rows times columns of the last map: what the average is over. */
function lastPixels(net: ResidualNet): number {
  const side = (size: number) =>
    net.blocks.reduce((s, { c1, c2 }) => outputSize(c2, outputSize(c1, s)), outputSize(net.stem, size));
  return side(net.input.height) * side(net.input.width);
}

/**
 * Integers of a score's 1: the largest scale at which all weights fit 8 bits, times what the average and the stream
 * count in.
 */
export function scoreUnits(net: ResidualNet, { fraction }: FixedPoint): { weights: number; scores: number } {
  const weights = 127 / net.classifier.weights.reduce((most, w) => Math.max(most, Math.abs(w)), 1e-9);
  return { weights, scores: weights * lastPixels(net) * 2 ** fraction };
}

/**
 * The network with its classifier as folding rounds it, in real numbers: what is left to round are the terms of the
 * residual stream.
 */
export function withFoldedConstants(net: ResidualNet, format: FixedPoint): ResidualNet {
  const units = scoreUnits(net, format);
  const rounded = (values: Float32Array, unit: number) => values.map((v) => Math.round(v * unit) / unit);
  const classifier: Classifier = {
    weights: rounded(net.classifier.weights, units.weights),
    bias: rounded(net.classifier.bias, units.scores),
  };
  return { ...net, classifier };
}

/** 8-bit weights, a row a class, and biases in units of the sums. */
function classifier(net: ResidualNet, format: FixedPoint): { weights: NamedTensor; bias: NamedTensor } {
  const { weights, bias } = net.classifier;
  const [classes, features] = [bias.length, weights.length / bias.length];
  const units = scoreUnits(net, format);
  const rows = Int8Array.from({ length: weights.length }, (_, i) =>
    Math.round(weights[(i % features) * classes + Math.floor(i / features)]! * units.weights),
  );
  return {
    weights: { dtype: 'I8', shape: [classes, features], data: rows },
    bias: { dtype: 'I32', shape: [classes], data: Int32Array.from(bias, (b) => Math.round(b * units.scores)) },
  };
}

/** Every tensor by the name under which the network looks for it. */
export function tensorsOf(net: ResidualNet, format: FixedPoint): Record<string, NamedTensor> {
  const tensors: Record<string, NamedTensor> = {};
  const put = (layer: string, normName: string, conv: ConvNorm) => {
    tensors[`${layer}.weights`] = signs(conv);
    for (const [key, data] of Object.entries(conv.norm))
      tensors[`${normName}.${key}`] = { dtype: 'F32', shape: [data.length], data };
  };
  put('conv1', 'bn0', net.stem);
  for (const { name, c1, c2, projection, shift } of net.blocks) {
    tensors[`${name}_s.thresholds`] = thresholds(shift!, format);
    put(`${name}_c1`, `${name}_t1`, c1);
    put(`${name}_c2`, `${name}_bn2`, c2);
    if (projection) put(`${name}_proj`, `${name}_bnp`, projection);
  }
  const { weights, bias } = classifier(net, format);
  return { ...tensors, 'fc.weights': weights, 'fc.bias': bias };
}
