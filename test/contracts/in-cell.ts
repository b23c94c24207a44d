// SPDX-License-Identifier: Apache-2.0
/**
 * The parts of cells that contracts write. A cell has them between two comments, and gets what it names elsewhere:
 *
 *     // contract mapDescriptor of s_data as head_       wires, one for each field
 *     // contract status into status_word as now_        a word of the wires now_…, zeros between them
 *     // contract registers                              localparams
 *     // contract layerTable of fields                   wires, the first field in the high bits
 *     // end of contract
 */
import {
  snake,
  upper,
  type Contract,
  type Field,
  type Layout,
  type Numbers,
  type Table,
} from '../../generator/contracts/contract.ts';

const columns = 100;
const opening = /^ *\/\/ contract (\w+)(?: (of|into) (\w+))?(?: as (\w+))?$/;
const closing = /^ *\/\/ end of contract$/;

/** A line with its comment behind it, or in front of it where that is too long. */
function commented(code: string, says: string): string[] {
  const line = `    ${code.padEnd(44)}  // ${says}`;
  return line.length <= columns ? [line] : [`    // ${says}`, `    ${code}`];
}

const range = (bits: number | string) =>
  bits === 1 ? '' : typeof bits === 'number' ? `[${bits - 1}:0] ` : `[${bits}-1:0] `;
const sized = (value: number, bits: number) =>
  bits > 4 && bits < 32 ? `${bits}'h${value.toString(16)}` : `${bits}'d${value}`;

interface Place {
  /** Bus that the fields are taken from, or put into. */
  readonly bus: string;
  readonly into: boolean;
  readonly prefix: string;
  /** Names that the cell has elsewhere. */
  readonly uses: (name: string) => boolean;
  /** Names that are ports of the cell already. */
  readonly declared: (name: string) => boolean;
}

/** Texts side by side, as many in a line as fit. @param between them, at the ends of lines too */
function wrapped(names: readonly string[], between = ','): string[] {
  const lines: string[] = [];
  for (const [i, name] of names.entries()) {
    const text = `${name}${i < names.length - 1 ? between : ''}`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= columns) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(`        ${text}`);
  }
  return lines;
}

/** Values of a field as localparams, those that are used. */
const valuesOf = ({ values = {}, bits }: Field, { uses }: Place): string[] =>
  Object.entries(values)
    .filter(([name]) => uses(upper(name)))
    .map(([name, value]) => `    localparam ${range(bits)}${upper(name)} = ${sized(value, bits)};`);

/** A word of wires, with zeros where no field stands. */
function intoWord({ fields, bits }: Layout, { bus, prefix }: Place): string[] {
  const pieces: string[] = [];
  let top = bits;
  const upTo = (behind: number) => {
    if (behind < top) pieces.push(`${top - behind}'d0`);
  };
  for (const [name, field] of Object.entries(fields).sort(([, a], [, b]) => b.at - a.at)) {
    upTo(field.at + field.bits);
    pieces.push(`${prefix}${snake(name)}`);
    top = field.at;
  }
  upTo(0);
  return [`    wire [${bits - 1}:0] ${bus} = {`, ...wrapped(pieces), '    };'];
}

function ofLayout(contract: Layout, place: Place): string[] {
  const { fields } = contract;
  const { bus, into, prefix, uses } = place;
  if (into) return intoWord(contract, place);
  return Object.entries(fields).flatMap(([key, field]) => {
    const name = `${prefix}${snake(key)}`;
    const { at, bits, signed, says } = field;
    const select = bits === 1 ? `${at}` : `${at + bits - 1}:${at}`;
    const wire = `wire ${signed ? 'signed ' : ''}${range(bits)}${name} = ${bus}[${select}];`;
    return [...(uses(name) ? commented(wire, says) : []), ...valuesOf(field, place)];
  });
}

const ofNumbers = ({ numbers, bits: all = 32 }: Numbers, { uses }: Place): string[] =>
  Object.entries<Numbers['numbers'][string]>(numbers)
    .filter(([name]) => uses(upper(name)))
    .flatMap(([name, { value, bits = all, says }]) =>
      commented(`localparam ${range(bits)}${upper(name)} = ${sized(value, bits)};`, says),
    );

function ofTable({ fields }: Table, { bus, declared }: Place): string[] {
  const names = Object.keys(fields).map(snake);
  const widths = new Map<string, number>();
  let fixed = 0;
  for (const { width } of Object.values(fields))
    if (typeof width === 'number') fixed += width;
    else widths.set(width, (widths.get(width) ?? 0) + 1);
  const terms = [`${fixed}`, ...[...widths].map(([width, count]) => (count === 1 ? width : `${count}*${width}`))];
  return [
    `    localparam ${upper(bus)}_W =`,
    ...wrapped(terms, ' +').map((line, i, { length }) => (i < length - 1 ? line : `${line};`)),
    ...Object.entries(fields).flatMap(([name, { width, says }]) =>
      declared(snake(name)) ? [] : commented(`wire ${range(width)}${snake(name)};`, says),
    ),
    `    wire [${upper(bus)}_W-1:0] ${bus};`,
    '    assign {',
    ...wrapped(names),
    `    } = ${bus};`,
  ];
}

function linesOf(contract: Contract, place: Place): string[] {
  if (contract.type === 'layout') return ofLayout(contract, place);
  return contract.type === 'numbers' ? ofNumbers(contract, place) : ofTable(contract, place);
}

/** The cell's text with what the contracts say now. Throws where it names one that is not there. */
export function inCell(text: string, contracts: Readonly<Record<string, Contract>>): string {
  const lines = text.split('\n');
  const outside: string[] = [];
  let inside = false;
  for (const line of lines) {
    if (opening.test(line)) inside = true;
    if (!inside) outside.push(line.replace(/\s*\/\/.*/, ''));
    if (closing.test(line)) inside = false;
  }
  const code = outside.join('\n').replace(/\/\*[\s\S]*?\*\//g, '');
  const names = new Set(code.match(/\w+/g));
  const uses = (name: string) => names.has(name);
  const declared = (name: string) => new RegExp(`^ *(?:input|output) .*\\b${name},?$`, 'm').test(code);
  const out: string[] = [];
  for (const line of lines) {
    const [, name, way, bus = 'word', prefix = ''] = opening.exec(line) ?? [];
    if (name !== undefined) {
      const contract = contracts[name];
      if (!contract) throw new Error(`no contract ${name}`);
      out.push(line, ...linesOf(contract, { bus, into: way === 'into', prefix, uses, declared }));
      inside = true;
    } else if (!inside || closing.test(line)) {
      out.push(line);
      inside = false;
    }
  }
  if (inside) throw new Error('a contract in a cell has no end');
  return out.join('\n');
}
