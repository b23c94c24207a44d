// SPDX-License-Identifier: Apache-2.0
/** The checks that are data: (cell, point, tools) and mutants. */
import { mutantLists } from '../../sim/mutant-lists.ts';
import { illegal, points } from '../cells-points.ts';
import { entriesOf, type Checks } from './checks.ts';

export function ownChecks(): Checks {
  const legal = Object.entries(points).flatMap(([cell, list]) =>
    list.map((point) => {
      const values = Object.entries(point).map(([name, value]) => `${name}=${value}`);
      return `${[cell, ...values].join(' ')}: verilator, iverilog, yosys`;
    }),
  );
  const refused = illegal.map(({ cell, check }) => `${cell} refuses ${check}: verilator, iverilog`);
  const mutants = Object.entries(mutantLists).flatMap(([group, list]) =>
    list.map(({ file, fault }) => `${group}: ${file}: ${fault}`),
  );
  return new Map([
    ['cells', entriesOf([...legal, ...refused])],
    ['mutants', entriesOf(mutants)],
  ]);
}
