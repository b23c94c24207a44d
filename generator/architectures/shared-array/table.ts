// SPDX-License-Identifier: Apache-2.0
/** A line of the layer table: the fields of nn_shared, in its order. */
import { bitsOf, int } from '../../ir/types.ts';
import { arrayClocks, layerTable } from './contracts.ts';
import { valuesNode } from './layers.ts';
import type { InputMap } from './bank-maps.ts';
import type { LayerPlan, SharedPlan } from './plan.ts';

export interface Field {
  /** Negative: two's complement. */
  readonly value: number;
  readonly bits: number;
}

export interface TableWidths {
  readonly count: number;
  readonly step: number;
  readonly position: number;
  readonly addr: number;
  readonly weight: number;
  readonly param: number;
  readonly place: number;
}

const width = (most: number) => bitsOf(int(0, Math.max(1, most)));
/** Address bits of a memory. */
const addressBits = (depth: number) => width(depth - 1);

export function tableWidths({
  layers,
  bankDepth,
  weightDepth,
  paramDepth,
  valueDepth,
  input,
}: SharedPlan): TableWidths {
  const sides = layers.flatMap(({ rows, columns, passes, output }) => [
    rows,
    columns,
    passes,
    output?.height ?? 1,
    output?.width ?? 1,
  ]);
  const maps = layers.flatMap((plan) => [plan.input.height, plan.input.width]);
  return {
    count: width(Math.max(...sides) - 1),
    step: width(Math.max(...layers.map(({ steps }) => steps)) - 1),
    // Signed, and up to a window beyond the map.
    position: width(Math.max(...maps, input.height, input.width) + 8) + 1,
    addr: addressBits(bankDepth),
    weight: addressBits(weightDepth),
    param: addressBits(paramDepth),
    place: addressBits(Math.max(1, valueDepth)),
  };
}

/** What the layer is, and where it stands in the frame. */
function modesOf({ layers }: SharedPlan, i: number) {
  const { layer, output, dense, point, split, planes } = layers[i]!;
  const frame = layers[0]!.layer.input;
  const isLast = i === layers.length - 1;
  return {
    finalLayer: isLast,
    waitsInput: i === 0,
    freesInput: i === layers.findLastIndex((other) => other.layer.input === frame),
    givesResult: isLast,
    dense,
    split,
    planes,
    point,
    ofValues: valuesNode(layer) !== undefined,
    adds: layer.add !== undefined,
    writes: output !== undefined,
    fill: output?.fill === 1,
    twice: output?.twice === true,
  };
}

/** Loops, and where constants and weights begin. */
function loopsOf(plan: LayerPlan, planes: InputMap['planes']) {
  const { layer, input, dense, point, passes, rows, columns, pool, steps, firstWeight, firstParam } = plan;
  const { kernel, stride, padSize, padValue } = layer.window;
  const lastTaps = input.groups - 9 * (steps - 1);
  return {
    rounds: (dense ? passes : 1) - 1,
    rows: rows - 1,
    columns: columns - 1,
    passes: (dense ? 1 : passes) - 1,
    window: pool - 1,
    windowStride: stride === 2,
    steps: steps - 1,
    firstWeight,
    firstParam,
    kernel: kernel === 'map' ? 3 : kernel,
    surplus: point ? 2 ** 9 - 2 ** Math.min(9, lastTaps) : 0,
    pad: plan.planes ? planes!.pad : (padSize > 0 ? padValue > 0 : input.fill === 1) ? 255 : 0,
  };
}

/** A coordinate: third and address of its start, its unit, its hop, its start and stride as positions. */
function axisOf({ dense, pool, layer }: LayerPlan, base: number, unit: number) {
  const { stride, padSize } = layer.window;
  const [first, step] = [-padSize, dense ? 1 : pool * stride];
  return {
    third: ((first % 3) + 3) % 3,
    addr: base + Math.floor(first / 3) * unit,
    unit,
    hop: step % 3,
    same: Math.floor(step / 3) * unit,
    next: (Math.floor(step / 3) + 1) * unit,
    first,
    step,
  };
}

/** Where the layer reads. */
function readsOf(plan: LayerPlan) {
  const { input } = plan;
  const [y, x] = [axisOf(plan, input.base, input.pitch), axisOf(plan, 0, input.groups)];
  return {
    yThird: y.third,
    yAddr: y.addr,
    yUnit: y.unit,
    yHop: y.hop,
    ySame: y.same,
    yNext: y.next,
    yFirst: y.first,
    yStride: y.step,
    height: input.height,
    xThird: x.third,
    xAddr: x.addr,
    xUnit: x.unit,
    xHop: x.hop,
    xSame: x.same,
    xNext: x.next,
    xFirst: x.first,
    xStride: x.step,
    width: input.width,
  };
}

/** Where it writes. */
const writesOf = ({ output, valueBase }: LayerPlan) => ({
  outBase: output?.base ?? 0,
  outPitch: output?.pitch ?? 0,
  outGroups: output?.groups ?? 0,
  outRows: (output?.height ?? 1) - 1,
  outColumns: (output?.width ?? 1) - 1,
  valueBase,
});

/** Layer i's line, first field first. */
export function fieldsOf(shared: SharedPlan, i: number, widths: TableWidths): Field[] {
  const plan = shared.layers[i]!;
  const values: Readonly<Record<keyof typeof layerTable.fields, number | boolean>> = {
    ...modesOf(shared, i),
    ...loopsOf(plan, shared.input.planes),
    ...readsOf(plan),
    ...writesOf(plan),
  };
  return Object.entries(layerTable.fields).map(([name, field]) => ({
    value: Number(values[name as keyof typeof values]),
    bits: typeof field.width === 'number' ? field.width : widthOf(widths, field.width),
  }));
}

/** Bits of a field whose width is a parameter of nn_shared. */
function widthOf(widths: TableWidths, parameter: string): number {
  const bits: Readonly<Record<string, number>> = {
    COUNT_W: widths.count,
    STEP_W: widths.step,
    POSITION_W: widths.position,
    ADDR_W: widths.addr,
    WEIGHT_W: widths.weight,
    PARAM_W: widths.param,
    PLACE_W: widths.place,
  };
  return bits[parameter]!;
}

/**
 * Clocks from a layer's last step to the next one's first: what the cells’ pipelines take (DRAIN in nn_shared_front,
 * and 2).
 */
export function gapClocks(
  { group }: { readonly group: number },
  { valueBits, clamps }: { readonly valueBits: number; readonly clamps: boolean },
): number {
  const { xClocks, unitClocks, affineClocks, plainClocks, valueClocks, bitClocks, wordClocks, layerClocks } =
    arrayClocks.numbers;
  const sumsAt = xClocks.value + unitClocks.value + Math.log2(group / 4);
  const [toP, toY] = valueBits > 0 ? [affineClocks, valueClocks] : [plainClocks, bitClocks];
  const clamped = valueBits > 0 ? Number(clamps) : 0;
  return sumsAt + toP.value + clamped + toY.value + wordClocks.value + layerClocks.value;
}
