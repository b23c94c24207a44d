// SPDX-License-Identifier: Apache-2.0
/** A line of the layer table: the fields of nn_shared, in its order. */
import { bitsOf, int } from '../../ir/types.ts';
import { arrayClocks, layerTable } from './contracts.ts';
import { valuesNode } from './layers.ts';
import type { SharedPlan } from './plan.ts';

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

/** Layer i's line, first field first. */
export function fieldsOf({ layers, input }: SharedPlan, i: number, widths: TableWidths): Field[] {
  const plan = layers[i]!;
  const { layer, output, dense, point, pool } = plan;
  const { kernel, stride, padSize, padValue } = layer.window;
  const reads = (index: number) => layers[index]!.layer.input;
  const lastReader = layers.findLastIndex((_, index) => reads(index) === layers[0]!.layer.input);
  const isLast = i === layers.length - 1;
  const hop = dense ? 1 : pool * stride;
  const start = -padSize;
  /** A coordinate: third and address of its start, its unit, its hop, its start and stride as positions. */
  const axis = (base: number, unit: number) => ({
    third: ((start % 3) + 3) % 3,
    addr: base + Math.floor(start / 3) * unit,
    unit,
    hop: hop % 3,
    same: Math.floor(hop / 3) * unit,
    next: (Math.floor(hop / 3) + 1) * unit,
  });
  const [y, x] = [axis(plan.input.base, plan.input.pitch), axis(0, plan.input.groups)];
  const lastTaps = plan.input.groups - 9 * (plan.steps - 1);
  const values: Readonly<Record<keyof typeof layerTable.fields, number | boolean>> = {
    finalLayer: isLast,
    waitsInput: i === 0,
    freesInput: i === lastReader,
    givesResult: isLast,
    dense,
    split: plan.split,
    planes: plan.planes,
    point,
    ofValues: valuesNode(layer) !== undefined,
    adds: layer.add !== undefined,
    writes: output !== undefined,
    fill: output?.fill === 1,
    twice: output?.twice === true,
    rounds: (dense ? plan.passes : 1) - 1,
    rows: plan.rows - 1,
    columns: plan.columns - 1,
    passes: (dense ? 1 : plan.passes) - 1,
    window: pool - 1,
    windowStride: stride === 2,
    steps: plan.steps - 1,
    firstWeight: plan.firstWeight,
    firstParam: plan.firstParam,
    kernel: kernel === 'map' ? 3 : kernel,
    surplus: point ? 2 ** 9 - 2 ** Math.min(9, lastTaps) : 0,
    pad: plan.planes ? input.planes!.pad : (padSize > 0 ? padValue > 0 : plan.input.fill === 1) ? 255 : 0,
    yThird: y.third,
    yAddr: y.addr,
    yUnit: y.unit,
    yHop: y.hop,
    ySame: y.same,
    yNext: y.next,
    yFirst: start,
    yStride: hop,
    height: plan.input.height,
    xThird: x.third,
    xAddr: x.addr,
    xUnit: x.unit,
    xHop: x.hop,
    xSame: x.same,
    xNext: x.next,
    xFirst: start,
    xStride: hop,
    width: plan.input.width,
    outBase: output?.base ?? 0,
    outPitch: output?.pitch ?? 0,
    outGroups: output?.groups ?? 0,
    outRows: (output?.height ?? 1) - 1,
    outColumns: (output?.width ?? 1) - 1,
    valueBase: plan.valueBase,
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
 * Clocks from a layer's last step to the next one's first: what the cells’ pipelines take (DRAIN in nn_shared_front, and 2).
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
