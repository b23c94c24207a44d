// SPDX-License-Identifier: Apache-2.0
/** Contracts for readers: tables of docs/contracts.md, and a header for drivers in C. */
import {
  snake,
  upper,
  type Contract,
  type Layout,
  type Numbers,
  type Table,
} from '../../generator/contracts/contract.ts';

const row = (...cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const heading = (...names: readonly string[]) => [row(...names), row(...names.map(() => '---'))];
const hex = (value: number) => `0x${value.toString(16).padStart(2, '0')}`;

const layoutRows = ({ fields }: Layout) => [
  ...heading('bits', 'field', 'meaning'),
  ...Object.entries(fields).map(([name, { at, bits, says, signed, values = {} }]) => {
    const codes = Object.entries(values).map(([value, code]) => `${code} ${snake(value).replaceAll('_', ' ')}`);
    const means = [says, ...(signed ? ['signed'] : []), ...(codes.length > 0 ? [codes.join(', ')] : [])].join('; ');
    return row(bits === 1 ? at : `${at + bits - 1}:${at}`, `\`${snake(name)}\``, means);
  }),
];
const numberRows = ({ numbers, bits }: Numbers) => [
  ...heading('value', 'name', 'meaning'),
  ...Object.entries<{ value: number; says: string }>(numbers).map(([name, { value, says }]) =>
    row(bits !== undefined && bits > 4 ? hex(value) : value, `\`${snake(name)}\``, says),
  ),
];
const tableRows = ({ fields }: Table) => [
  ...heading('width', 'field', 'meaning'),
  ...Object.entries(fields).map(([name, { width, says }]) => row(width, `\`${snake(name)}\``, says)),
];

function rowsOf(contract: Contract): string[] {
  if (contract.type === 'layout') return layoutRows(contract);
  return contract.type === 'numbers' ? numberRows(contract) : tableRows(contract);
}

/** A section with a table for each contract. */
export const markdown = (contracts: Readonly<Record<string, Contract>>): string =>
  Object.entries(contracts)
    .map(([id, contract]) =>
      [`## ${contract.title} (\`${id}\`)`, contract.says, '', ...rowsOf(contract), ''].join('\n'),
    )
    .join('\n');

/** Macros of a contract, with the names that drivers use: prefix, contract, field. */
function macrosOf(prefix: string, id: string, contract: Contract): [name: string, value: string][] {
  if (contract.type === 'table') return [];
  const name = (...parts: readonly string[]) => [prefix, upper(id), ...parts].join('_');
  if (contract.type === 'numbers')
    return Object.entries(contract.numbers).map(([key, { value }]) => [name(upper(key)), `${hex(value)}u`]);
  return Object.entries(contract.fields).flatMap(([key, { at, bits, values = {} }]) => [
    [name(upper(key), 'SHIFT'), `${at}u`],
    [name(upper(key), 'BITS'), `${bits}u`],
    ...Object.entries(values).map(([value, code]): [string, string] => [name(upper(key), upper(value)), `${code}u`]),
  ]);
}

/** Every macro of the header, for a test that reads them back. */
export const macros = (prefix: string, contracts: Readonly<Record<string, Contract>>): [string, string][] =>
  Object.entries(contracts).flatMap(([id, contract]) => macrosOf(prefix, id, contract));

/** A header of macros alone, for C and C++. @param prefix of every macro */
export function cHeader(prefix: string, contracts: Readonly<Record<string, Contract>>): string {
  const sections = Object.entries(contracts).flatMap(([id, contract]) => {
    const lines = macrosOf(prefix, id, contract).map(([name, value]) => `#define ${name.padEnd(44)} ${value}`);
    return lines.length === 0 ? [] : [`/* ${contract.title}: ${contract.says} */`, ...lines, ''];
  });
  return [
    '/* SPDX-License-Identifier: Apache-2.0 */',
    '/* Written by `npm run contracts`; docs/contracts.md has the same as tables. */',
    `#ifndef ${prefix}_H`,
    `#define ${prefix}_H`,
    '',
    ...sections,
    `#endif /* ${prefix}_H */`,
    '',
  ].join('\n');
}
