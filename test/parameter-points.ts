// SPDX-License-Identifier: Apache-2.0
/** Parameter points of cells, written as tables. */
import { dotLatency } from '../generator/architectures/dataflow/layer/engine.ts';

export type Parameters = Readonly<Record<string, string | number>>;

/** A memory image of one word. */
export const IMAGE = 'one.mem';

/** Points from rows of values in the order of `names`. */
export function table(
  names: string,
  rows: readonly (readonly (string | number)[])[],
  common: Parameters = {},
): Parameters[] {
  return rows.map((row) => ({ ...common, ...Object.fromEntries(names.split(' ').map((name, i) => [name, row[i]!])) }));
}

/** Parameters at which a cell does not elaborate, by the name of the module that is not there. */
export interface IllegalPoint {
  readonly cell: string;
  readonly check: string;
  readonly parameters: Parameters;
}

export function refuse(cell: string, check: string, parameters: Parameters): IllegalPoint {
  return { cell, check: `${cell}_${check}`, parameters };
}

/** With the clocks that the generator says a dot product takes: the cells refuse others. */
export function withDot(point: Parameters): Parameters {
  const { IN_W = 1, SIMD = 16, STYLE, POPCOUNT_STYLE = STYLE } = point;
  return { ...point, DOT_LATENCY: dotLatency(+IN_W, +SIMD, POPCOUNT_STYLE === 'xilinx' ? 'xilinx' : 'portable') };
}
