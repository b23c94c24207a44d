// SPDX-License-Identifier: Apache-2.0
/** Tables for the terminal. */
import Table from 'cli-table3';

export type Align = 'left' | 'right';

/** A plain table; numbers stand right, unknown cells print `?`. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const numeric = head.map((_, column) =>
    rows.every((row) => typeof row[column] !== 'string' || /^[\d.,?%×x~ -]*$/.test(row[column] as string)),
  );
  const view = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    colAligns: numeric.map((n): Align => (n ? 'right' : 'left')),
  });
  for (const row of rows) view.push(row.map(cell));
  return view.toString();
}

/** `?` where it is unknown. */
export function cell(value: string | number | null): string {
  if (value === null) return '?';
  return typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 1 }) : value;
}

/** An engine's modelled clocks; with `~` where they are an expectation. */
export function clocks({ cycles, cyclesAtMost }: { readonly cycles: number; readonly cyclesAtMost: number }): string {
  return `${cyclesAtMost > cycles ? '~' : ''}${cell(cycles)}`;
}

export function percent(value: number | null): string {
  return value === null ? '?' : `${(100 * value).toFixed(1)} %`;
}
