// SPDX-License-Identifier: Apache-2.0
/** docs/estimates-sparse.md: the sparse engine's estimates beside what Yosys counted. */
import { cellLogic, type LogicCost } from '../generator/architectures/sparse/cell-estimates.ts';
import { betweenCells } from '../generator/architectures/sparse/instances.ts';
import { cellsOf, sparseSizes, type CountedEngine, type SparseCounts, type SparseSize } from './sparse-sizes.ts';

const kinds = ['lut', 'lutRam', 'ff'] as const;

function off(estimate: number, counted: number): string {
  const percent = counted === 0 ? 0 : (100 * (estimate - counted)) / counted;
  const shown = Math.abs(percent).toFixed(1);
  return `${shown === '0.0' ? '' : percent > 0 ? '+' : '−'}${shown} %`;
}

/** Estimate, count and difference of LUTs, LUT-RAM and flip-flops. */
const figures = (estimate: LogicCost, counted: LogicCost) =>
  kinds.map((kind) => `${estimate[kind]} | ${counted[kind]} | ${off(estimate[kind], counted[kind])}`).join(' | ');

/** Cells, each with how often it stands. */
export const sumOf = (parts: readonly (readonly [LogicCost, number])[]): LogicCost => {
  const of = (kind: (typeof kinds)[number]) => parts.reduce((all, [part, times]) => all + times * part[kind], 0);
  return { lut: of('lut'), lutRam: of('lutRam'), ff: of('ff') };
};

const head = 'LUT est. | LUT | off | LUT-RAM est. | LUT-RAM | off | FF est. | FF | off |';
const rule = '---|'.repeat(9);

function compared(size: SparseSize, { cells }: CountedEngine) {
  const estimates = cellsOf(size).map((cell) => cellLogic(cell)!);
  const rows = cells.map(
    ({ module, times, ...counted }, i) => `| ${module} | ${times} | ${figures(estimates[i]!, counted)} |`,
  );
  const estimate = sumOf(estimates.map((each, i) => [each, cells[i]!.times]));
  return { rows, all: figures(estimate, sumOf(cells.map(({ times, ...counted }) => [counted, times]))) };
}

/** One engine, a line a cell. */
export function section(size: SparseSize, counted: CountedEngine): string {
  const { rows, all } = compared(size, counted);
  return [
    `## ${size.name}`,
    '',
    `| cell | times | ${head}`,
    `|---|---|${rule}`,
    ...rows,
    `| **all** | | ${all} |`,
  ].join('\n');
}

export function sparsePage({ tool, sizes }: SparseCounts): string {
  const of = (size: SparseSize) => sizes.find(({ name }) => name === size.name)!;
  const totals = sparseSizes.map((size) => `| ${size.name} | ${size.use} | ${compared(size, of(size)).all} |`);
  const tested = sparseSizes.filter(({ use, carryBits }) => use === 'test' && carryBits > 0);
  return [
    '# Estimates of the sparse engine against synthesis',
    '',
    `\`make estimates-sparse\` makes this page with ${tool}, cell by cell, out of context.`,
    "Counts are Yosys', not Vivado's, and without what is between the cells in",
    `${betweenCells.join(', ')}.`,
    '"est." is what `gen` and `check` say. An engine is called lanes × groups. Some gave the constants of the ' +
      'formulas.',
    'The others test them, with lanes, groups and memories that the first do not have: the aim is 5 %, and a ' +
      'test holds',
    'it. "portable": adders without primitives.',
    '',
    `| engine | use | ${head}`,
    `|---|---|${rule}`,
    ...totals,
    '',
    ...tested.map((size) => `${section(size, of(size))}\n`),
  ].join('\n');
}
