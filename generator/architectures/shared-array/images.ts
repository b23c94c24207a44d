// SPDX-License-Identifier: Apache-2.0
/** The memory images of nn_shared and its parameters. */
import { bitsOf, isSigned } from '../../ir/types.ts';
import {
  hexFields,
  hexWord,
  memoryImage,
  type MemoryImage,
  type ParameterValue,
  type WhatStands,
} from '../../hardware/hardware.ts';
import { carryPositions } from '../../toolchains/index.ts';
import type { Primitives } from '../../hardware/cost.ts';
import { blockRomCost } from '../../hardware/block-rom.ts';
import { type TypedGraph, nodeByName } from '../../ir/graph.ts';
import { outputStage, type OutputStage } from './constants.ts';
import { fieldsOf, tableWidths } from './table.ts';
import { offsets, stepsOf, weightPlaces, weightWords } from './weights.ts';
import { ownPlan } from './own-plan.ts';
import { datapaths } from './array-shape.ts';
import type { LayerPlan, SharedPlan } from './plan.ts';

export interface SharedImages {
  readonly parameters: Parameters;
  readonly images: readonly MemoryImage[];
  readonly stage: OutputStage;
}

/** Lanes of a pass side by side, unit 0 in the low bits. */
function byPass(values: readonly number[], units: number, bits: number): string[] {
  return Array.from({ length: values.length / units }, (_, pass) =>
    hexFields(values.slice(pass * units, (pass + 1) * units), bits),
  );
}

/** Greatest sum that a unit may have to hold, and the least width that its tree gives. */
function accMost(plan: SharedPlan, offsetsOf: readonly Int32Array[]): number {
  const { group } = plan.shape;
  const leaves = group / 4;
  const tree = plan.input.planes ? 36 * (2 ** leaves - 1) : 36 * leaves;
  const sums = plan.layers.map(({ layer, planes, input }, i) => {
    if (planes) return 36 * (2 ** (input.groups * leaves) - 1);
    const { data, shape } = layer.array.parameters['weights']!;
    return data.length / shape[0]! + Math.max(0, ...offsetsOf[i]!);
  });
  return Math.max(tree, ...sums);
}

type Parameters = Readonly<Record<string, ParameterValue>>;

type Steps = ReturnType<typeof stepsOf>;

type Unsized = Omit<MemoryImage, 'words' | 'bram36'>;
const image = (unsized: Unsized, depth: number, make: () => readonly string[]) =>
  memoryImage({ ...unsized, ...(depth > 1 ? { bram36: blockRomCost(unsized.width, depth).bram36 } : {}) }, make);

/** The layer whose words from `first` on hold this one. */
function layerAt(layers: readonly LayerPlan[], first: 'firstWeight' | 'firstParam', word: number): number {
  return layers.findLastIndex((layer) => layer[first] <= word);
}

/** Images that a datapath has for itself, by what stands in them. */
function datapathImages(
  name: string,
  whole: SharedPlan,
  plan: SharedPlan,
  stage: OutputStage,
  steps: readonly Steps[],
): Readonly<Record<string, MemoryImage>> {
  const { shape, layers } = plan;
  const { units, group } = shape;
  const { factors, terms, levels, minima } = stage.constants;
  const filters = layers.reduce((sum, { layer }) => sum + layer.array.type.channels, 0);
  const weightBits = layers.reduce((sum, { layer }) => sum + layer.array.parameters['weights']!.data.length, 0);
  const ofFilter =
    (suffix: string, bits: number): WhatStands =>
    (word, bit) => {
      const {
        layer: { array },
        firstParam,
      } = layers[layerAt(layers, 'firstParam', word)]!;
      const filter = (word - firstParam) * units + Math.floor(bit / bits);
      if (filter >= array.type.channels) return undefined;
      return { of: `${array.name}'s ${suffix}`, at: bits > 1 ? { filter, bit: bit % bits } : { filter } };
    };
  const weightAt: WhatStands = (word, bit) => {
    const i = layerAt(layers, 'firstWeight', word);
    const at = weightPlaces(layers[i]!, shape, steps[i]!).at(word - layers[i]!.firstWeight, bit);
    return at && { of: `${layers[i]!.layer.array.name}'s weights`, at };
  };
  const perPass = (suffix: string, values: readonly number[], bits: number) => ({
    [suffix]: image(
      { file: `${name}_${suffix}.mem`, width: units * bits, usedBits: filters * bits, stands: ofFilter(suffix, bits) },
      plan.paramDepth,
      () => byPass(values, units, bits),
    ),
  });
  return {
    weights: image(
      { file: `${name}_weights.mem`, width: units * 9 * group, usedBits: weightBits, stands: weightAt },
      plan.weightDepth,
      () => layers.flatMap((layer, i) => weightWords(layer, shape, steps[i]!)),
    ),
    ...(stage.factorBits > 0 ? perPass('factors', factors, stage.factorBits) : {}),
    ...perPass('terms', terms, stage.termBits),
    ...(stage.valueBits > 0 ? perPass('levels', levels, stage.valueBits + 1) : {}),
    ...(hasPools(whole) ? perPass('minima', minima, 1) : {}),
  };
}

/** What a datapath has for itself; `plan` has its layers, of all those of `whole`. */
function datapathOf(graph: TypedGraph, name: string, whole: SharedPlan, plan: SharedPlan): SharedImages {
  const { shape, input, layers } = plan;
  const planesOf = (layer: LayerPlan) => (layer.planes ? input.planes : undefined);
  const steps = layers.map((layer) => stepsOf(layer, shape, planesOf(layer)));
  const offsetsOf = layers.map((layer, i) => offsets(layer, shape, steps[i]!, planesOf(layer)));
  const stage = outputStage(graph.name, whole, plan, accMost(plan, offsetsOf), offsetsOf);
  const images = datapathImages(name, whole, plan, stage, steps);
  const fileOf = (suffix: string) => images[suffix]?.file ?? '';
  return {
    stage,
    images: Object.values(images),
    parameters: {
      UNITS: shape.units,
      SPLIT: layers.some(({ split }) => split) ? 1 : 0,
      ACC_W: stage.accBits,
      FACTOR_W: stage.factorBits,
      TERM_W: stage.termBits,
      SUM_W: stage.sumBits,
      SHIFT: stage.shift,
      WIDE_W: stage.wideBits,
      WEIGHT_DEPTH: plan.weightDepth,
      PARAM_DEPTH: plan.paramDepth,
      WEIGHT_FILE: fileOf('weights'),
      FACTOR_FILE: fileOf('factors'),
      TERM_FILE: fileOf('terms'),
      LEVEL_FILE: fileOf('levels'),
      MINIMUM_FILE: fileOf('minima'),
    },
  };
}

const hasPools = ({ layers }: SharedPlan) => layers.some(({ pool }) => pool > 1);

/** What all datapaths have in common: the table, frames in, results out. */
function commonOf(
  graph: TypedGraph,
  name: string,
  plan: SharedPlan,
  { valueBits, clamps }: OutputStage,
  primitives: Primitives | undefined,
): { parameters: Parameters; table: MemoryImage } {
  const { input, layers } = plan;
  const widths = tableWidths(plan);
  const fields = layers.map((_, i) => fieldsOf(plan, i, widths));
  const width = fields[0]!.reduce((sum, { bits }) => sum + bits, 0);
  const lineAt: WhatStands = (word, bit) => ({
    of: `${layers[word]!.layer.array.name}'s line of the array's table`,
    at: { bit },
  });
  const table = image(
    { file: `${name}_layers.mem`, width, usedBits: width * layers.length, stands: lineAt },
    layers.length,
    () => fields.map((line) => hexWord(width, bitOf(line))),
  );
  const frame = plan.graph.before.at(-1)!.type;
  const last = layers.at(-1)!.layer.nodes.at(-1)!;
  return {
    table,
    parameters: {
      GROUP: plan.shape.group,
      POOLS: hasPools(plan) ? 1 : 0,
      VALUE_W: valueBits,
      CLAMPS: clamps ? 1 : 0,
      STYLE: primitives ? 'xilinx' : 'portable',
      ...(primitives === undefined || carryPositions(primitives) === 4 ? {} : { CARRY_W: carryPositions(primitives) }),
      IN_CHANNELS: frame.channels,
      IN_W: bitsOf(frame.element),
      IN_RAISE: isSigned(frame.element) ? 1 : 0,
      IN_PIXELS: input.pixels,
      IN_HEIGHT: frame.height,
      IN_WIDTH: frame.width,
      IN_PAD: input.planes ? input.planes.pad : input.fill * 255,
      IN_BASE: input.base,
      RESULT: resultOf(plan),
      OUT_CHANNELS: last.type.channels,
      OUT_W: bitsOf(nodeByName(graph, last.name).type.element),
      LAYERS: layers.length,
      COUNT_W: widths.count,
      STEP_W: widths.step,
      POSITION_W: widths.position,
      BANK_DEPTH: plan.bankDepth,
      BANK_STYLE: plan.bankDepth > 64 ? 'block' : 'distributed',
      VALUE_DEPTH: Math.max(1, plan.valueDepth),
      WEIGHT_DEPTH: plan.weightDepth,
      PARAM_DEPTH: plan.paramDepth,
      LAYER_FILE: table.file,
    },
  };
}

/** Of nn_shared. */
export function imagesOf(
  graph: TypedGraph,
  name: string,
  plan: SharedPlan,
  primitives: Primitives | undefined,
): SharedImages {
  const { stage, images, parameters } = datapathOf(graph, name, plan, plan);
  const common = commonOf(graph, name, plan, stage, primitives);
  return {
    stage,
    images: [common.table, ...images],
    parameters: { ...common.parameters, PLANES: plan.input.planes ? 1 : 0, ...parameters },
  };
}

/** Of nn_unshared; the stage is the widest datapath's. */
export function ownImagesOf(
  graph: TypedGraph,
  name: string,
  plan: SharedPlan,
  primitives: Primitives | undefined,
): SharedImages {
  const own = datapaths.filter((datapath) => plan.shape.own![datapath] > 0);
  const parts = own.map((datapath) => ({
    datapath,
    ...datapathOf(graph, `${name}_${datapath}`, plan, ownPlan(plan, datapath)),
  }));
  const { stage } = parts.find(({ datapath }) => datapath === 'windows')!;
  const common = commonOf(graph, name, plan, stage, primitives);
  const prefixed = parts.flatMap(({ datapath, parameters }) =>
    Object.entries(parameters).map(([key, value]) => [`${datapath.toUpperCase()}_${key}`, value]),
  );
  const absent = datapaths
    .filter((datapath) => !own.includes(datapath))
    .map((datapath) => [`${datapath.toUpperCase()}_UNITS`, 0]);
  return {
    stage,
    images: [common.table, ...parts.flatMap(({ images }) => images)],
    parameters: {
      ...common.parameters,
      FACTORS: stage.factorBits > 0 ? 1 : 0,
      RESULT_OF: datapaths.indexOf(plan.layers.at(-1)!.datapath),
      ...Object.fromEntries([...prefixed, ...absent]),
    },
  };
}

/** What leaves the array: sums of the last layer, its bits, or values added up over its map. */
export function resultOf({ layers }: SharedPlan): 'sums' | 'bits' | 'mean' {
  const { layer } = layers.at(-1)!;
  return layer.mean ? 'mean' : layer.compare ? 'bits' : 'sums';
}

/** Bit i of a line whose first field stands highest. */
function bitOf(line: readonly { readonly value: number; readonly bits: number }[]): (index: number) => number {
  const all: number[] = [];
  for (const { value, bits } of [...line].reverse())
    for (let i = 0; i < bits; i++) all.push(Math.floor(value / 2 ** i) & 1);
  return (index) => all[index]!;
}
