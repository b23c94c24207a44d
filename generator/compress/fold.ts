/** A binarised network as the tensors that networks/tb-dnn.ts reads: weight signs, thresholds, batch-norms, an 8-bit classifier. */
import type { NamedTensor } from '../import/index.ts';
import { tbDnn } from '../../networks/tb-dnn.ts';
import type { Graph } from '../ir/graph.ts';
import { outputSize, type ConvNorm, type ResidualNet } from './residual-net.ts';

/** Fraction bits of the residual stream in networks/tb-dnn.ts. */
const fraction = 6;

/** The network that the tensors belong to. */
export function graphOf(name: string, net: ResidualNet): Graph {
  const stages = net.blocks.reduce<{ inner: number; blocks: number }[]>((all, { c1, projection }, i) => {
    if (i === 0 || projection) return [...all, { inner: c1.filters, blocks: 1 }];
    return all.map((stage, k) => (k === all.length - 1 ? { ...stage, blocks: stage.blocks + 1 } : stage));
  }, []);
  const blocks = stages[0]!.blocks;
  if (stages.some((stage) => stage.blocks !== blocks)) throw new Error('every stage has as many blocks');
  return tbDnn(name, stages.map(({ inner }) => inner), { input: net.input, width: net.stem.filters, blocks, classes: net.classifier.bias.length });
}

/** Bits [filters, kernel, kernel, inputs], 1 where a weight is 0 or more. */
function signs({ weights, filters, kernel, inputs }: ConvNorm): NamedTensor {
  const rows = weights.length / filters;
  const data = Uint8Array.from({ length: weights.length }, (_, i) => (weights[(i % rows) * filters + Math.floor(i / rows)]! >= 0 ? 1 : 0));
  return { dtype: 'U8', shape: [filters, kernel, kernel, inputs], data };
}

/** r ≥ shift of a real r is ⌈shift · 2^fraction⌉ of the stream's integers. */
function thresholds(shift: Float32Array): NamedTensor {
  return { dtype: 'I32', shape: [shift.length], data: Int32Array.from(shift, (s) => Math.ceil(s * 2 ** fraction)) };
}

/** Rows and columns of the last map: what the average is over. */
function lastPixels(net: ResidualNet): number {
  const side = (size: number) => net.blocks.reduce((s, { c1, c2 }) => outputSize(c2, outputSize(c1, s)), outputSize(net.stem, size));
  return side(net.input.height) * side(net.input.width);
}

/** Weights at the largest scale that fits 8 bits, biases in units of the sums; transposed, a row a class. */
function classifier(net: ResidualNet): { weights: NamedTensor; bias: NamedTensor } {
  const { weights, bias } = net.classifier;
  const [classes, features] = [bias.length, weights.length / bias.length];
  const scale = 127 / weights.reduce((most, w) => Math.max(most, Math.abs(w)), 1e-9);
  const rows = Int8Array.from({ length: weights.length }, (_, i) => Math.round(weights[(i % features) * classes + Math.floor(i / features)]! * scale));
  const unit = scale * lastPixels(net) * 2 ** fraction;
  return {
    weights: { dtype: 'I8', shape: [classes, features], data: rows },
    bias: { dtype: 'I32', shape: [classes], data: Int32Array.from(bias, (b) => Math.round(b * unit)) },
  };
}

/** Every tensor by the name under which the network looks for it. */
export function tensorsOf(net: ResidualNet): Record<string, NamedTensor> {
  const tensors: Record<string, NamedTensor> = {};
  const put = (layer: string, normName: string, conv: ConvNorm) => {
    tensors[`${layer}.weights`] = signs(conv);
    for (const [key, data] of Object.entries(conv.norm)) tensors[`${normName}.${key}`] = { dtype: 'F32', shape: [data.length], data };
  };
  put('conv1', 'bn0', net.stem);
  for (const { name, c1, c2, projection, shift } of net.blocks) {
    tensors[`${name}_s.thresholds`] = thresholds(shift!);
    put(`${name}_c1`, `${name}_t1`, c1);
    put(`${name}_c2`, `${name}_bn2`, c2);
    if (projection) put(`${name}_proj`, `${name}_bnp`, projection);
  }
  const { weights, bias } = classifier(net);
  return { ...tensors, 'fc.weights': weights, 'fc.bias': bias };
}
