// SPDX-License-Identifier: Apache-2.0
/** A line of the layer table: the fields of nn_shared, in its order. */
import { bitsOf, int } from '../../ir/types.ts';
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
  const flag = (value: boolean): Field => ({ value: Number(value), bits: 1 });
  const count = (n: number): Field => ({ value: n - 1, bits: widths.count });
  const two = (value: number): Field => ({ value, bits: 2 });
  const addr = (value: number): Field => ({ value, bits: widths.addr });
  const position = (value: number): Field => ({ value, bits: widths.position });
  const hop = dense ? 1 : pool * stride;
  const start = -padSize;
  /** A coordinate: third and address of its start, its unit, its hop, its start, stride and limit as a position. */
  const axis = (base: number, unit: number, size: number): Field[] => [
    two(((start % 3) + 3) % 3),
    addr(base + Math.floor(start / 3) * unit),
    addr(unit),
    two(hop % 3),
    addr(Math.floor(hop / 3) * unit),
    addr((Math.floor(hop / 3) + 1) * unit),
    position(start),
    position(hop),
    position(size),
  ];
  const lastTaps = plan.input.groups - 9 * (plan.steps - 1);
  const surplus = point ? 2 ** 9 - 2 ** Math.min(9, lastTaps) : 0;
  const pad = plan.planes ? input.planes!.pad : (padSize > 0 ? padValue > 0 : plan.input.fill === 1) ? 255 : 0;
  return [
    flag(isLast),
    flag(i === 0),
    flag(i === lastReader),
    flag(isLast),
    flag(dense),
    flag(plan.split),
    flag(plan.planes),
    flag(point),
    flag(valuesNode(layer) !== undefined),
    flag(layer.add !== undefined),
    flag(output !== undefined),
    flag(output?.fill === 1),
    flag(output?.twice === true),
    count(dense ? plan.passes : 1),
    count(plan.rows),
    count(plan.columns),
    count(dense ? 1 : plan.passes),
    two(pool - 1),
    flag(stride === 2),
    { value: plan.steps - 1, bits: widths.step },
    { value: plan.firstWeight, bits: widths.weight },
    { value: plan.firstParam, bits: widths.param },
    two(kernel === 'map' ? 3 : kernel),
    { value: surplus, bits: 9 },
    { value: pad, bits: 8 },
    ...axis(plan.input.base, plan.input.pitch, plan.input.height),
    ...axis(0, plan.input.groups, plan.input.width),
    addr(output?.base ?? 0),
    addr(output?.pitch ?? 0),
    addr(output?.groups ?? 0),
    count(output?.height ?? 1),
    count(output?.width ?? 1),
    { value: plan.valueBase, bits: widths.place },
  ];
}

/**
 * Clocks from a layer's last step to the next one's first: what the cells’ pipelines take (DRAIN in nn_shared_front, and 2).
 */
export function gapClocks(
  { group }: { readonly group: number },
  { valueBits, clamps }: { readonly valueBits: number; readonly clamps: boolean },
): number {
  const sumsAt = 9 + 5 + Math.log2(group / 4);
  const yAt = sumsAt + (valueBits > 0 ? 3 + Number(clamps) + 4 : 1 + 1);
  return yAt + 6 + 2;
}
