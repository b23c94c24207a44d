/** Parameter points of cells, as tables. */
export type Parameters = Readonly<Record<string, string | number>>;

/** Points from rows of values in the order of `names`. */
export function table(names: string, rows: readonly (readonly (string | number)[])[], common: Parameters = {}): Parameters[] {
  return rows.map((row) => ({ ...common, ...Object.fromEntries(names.split(' ').map((name, i) => [name, row[i]!])) }));
}

/** A point that a cell must refuse, and the check that does. */
export const refuse = (cell: string, check: string, parameters: Parameters) => ({ cell, check: `${cell}_${check}`, parameters });
