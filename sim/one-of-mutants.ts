// SPDX-License-Identifier: Apache-2.0
/**
 * Many mutants in one simulator: a cell becomes a module that holds the cell and a copy for each of its faults, and
 * +fault=N of the run chooses the copy, 0 the cell as it is. Copies that are not chosen get no clock.
 */
import { basename } from 'node:path';
import type { VerilogSource } from './build-simulator.ts';
import { replaced } from './mutant.ts';
import { tokensOf, type Token } from '../generator/verilog/verilog-tokens.ts';

/** A fault of a cell, by the cell's file name. */
export interface CellFault {
  readonly file: string;
  readonly change: (text: string) => string;
}

/** The fault of a cell that replaces Verilog in it, once. */
export const cellFault = (cell: string, before: string, after: string): CellFault => ({
  file: `${cell}.v`,
  change: replaced(before, after),
});

interface Header {
  readonly name: string;
  /** Places in the text: of the module's name, behind the `;` of the header. */
  readonly nameAt: number;
  readonly end: number;
  readonly parameters: readonly string[];
  readonly ports: readonly Port[];
}

interface Port {
  readonly name: string;
  readonly isOutput: boolean;
  /** `signed`, a range, both or nothing. */
  readonly type: string;
}

/** The tokens between a parenthesis and its partner, in parts between commas; `next` is behind the partner. */
function listAt(tokens: readonly Token[], open: number): { parts: Token[][]; next: number } {
  const parts: Token[][] = [[]];
  let depth = 1;
  let i = open + 1;
  for (; depth > 0; i++) {
    const token = tokens[i]!;
    if ('([{'.includes(token.text)) depth += 1;
    if (')]}'.includes(token.text)) depth -= 1;
    if (depth === 1 && token.text === ',') parts.push([]);
    else if (depth > 0) parts.at(-1)!.push(token);
  }
  return { parts, next: i };
}

const joined = (tokens: readonly Token[]) => tokens.map(({ text }) => text).join(' ');

/** A module's header: parameters and ports as ANSI has them. */
function headerOf(text: string): Header {
  const tokens = tokensOf(text).filter(({ type }) => type !== 'comment');
  let i = tokens.findIndex(({ text }) => text === 'module') + 1;
  const name = tokens[i++]!;
  let parameters: string[] = [];
  if (tokens[i]!.text === '#') {
    const { parts, next } = listAt(tokens, i + 1);
    parameters = parts.map((part) => part[part.findIndex(({ text }) => text === '=') - 1]!.text);
    i = next;
  }
  const { parts, next } = listAt(tokens, i);
  let before: Omit<Port, 'name'> = { isOutput: false, type: '' };
  const ports = parts.map((part) => {
    if (/^(input|output)$/.test(part[0]!.text)) {
      const type = joined(part.slice(1, -1).filter(({ text }) => !/^(wire|reg)$/.test(text)));
      before = { isOutput: part[0]!.text === 'output', type };
    }
    return { ...before, name: part.at(-1)!.text };
  });
  return { name: name.text, nameAt: name.at, end: tokens[next]!.at + 1, parameters, ports };
}

const renamed = (text: string, { name, nameAt }: Header, to: string) =>
  text.slice(0, nameAt) + to + text.slice(nameAt + name.length);

/** The module that holds the copies `name__0`, `name__1`, …; the first is chosen where none of `numbers` is. */
function holder(text: string, header: Header, numbers: readonly number[]): string {
  const { name, parameters, ports, end } = header;
  const outputs = ports.filter(({ isOutput }) => isOutput);
  const values = parameters.length === 0 ? '' : `#(${parameters.map((one) => `.${one}(${one})`).join(', ')}) `;
  const copies = [0, ...numbers].map((number, k) => {
    const chosen = k === 0 ? numbers.map((other) => `fault__ != ${other}`).join(' && ') : `fault__ == ${number}`;
    const connected = ports.map(({ name: port, isOutput }) => {
      const wire = isOutput ? `${port}__${k}` : port === 'clk' ? 'clk && chosen__' : port;
      return `.${port}(${wire.replace('chosen__', `chosen__${k}`)})`;
    });
    return [
      `wire chosen__${k} = ${chosen};`,
      ...outputs.map(({ name: port, type }) => `wire ${type} ${port}__${k};`),
      `${name}__${k} ${values}u__${k} (${connected.join(', ')});`,
    ].join('\n');
  });
  const selected = outputs.map(({ name: port }) => {
    const choices = numbers.map((_, i) => `chosen__${i + 1} ? ${port}__${i + 1} : `);
    return `assign ${port} = ${choices.join('')}${port}__0;`;
  });
  const head = replaceOutputs(text.slice(text.lastIndexOf('module', header.nameAt), end));
  const fault = 'integer fault__;\ninitial if (!$value$plusargs("fault=%d", fault__)) fault__ = 0;';
  return [head, fault, ...copies, ...selected, 'endmodule', ''].join('\n');
}

/** In the holder nothing is a register. */
function replaceOutputs(head: string): string {
  const tokens = tokensOf(head).filter(({ type }) => type !== 'comment');
  const registers = tokens.filter(({ text }, i) => text === 'reg' && tokens[i - 1]?.text === 'output');
  return registers.reduceRight((text, { at }) => `${text.slice(0, at)}wire${text.slice(at + 'reg'.length)}`, head);
}

/** The sources with all faults in them, the first of the list as fault 1. Throws where one cannot be made. */
export function withChoice(sources: readonly VerilogSource[], faults: readonly CellFault[]): VerilogSource[] {
  const files = new Set(sources.map(({ path }) => basename(path)));
  const lost = faults.filter(({ file }) => !files.has(file));
  if (lost.length > 0) throw new Error(`no such source: ${lost.map(({ file }) => file).join(', ')}`);
  return sources.flatMap((source): VerilogSource[] => {
    const own = faults
      .map((fault, i) => ({ ...fault, number: i + 1 }))
      .filter(({ file }) => file === basename(source.path));
    if (own.length === 0) return [source];
    const texts = [source.text, ...own.map(({ change }) => change(source.text))];
    const copies = texts.map((text, k) => {
      const header = headerOf(text);
      return { path: source.path.replace(/\.v$/, `__${k}.v`), text: renamed(text, header, `${header.name}__${k}`) };
    });
    const numbers = own.map(({ number }) => number);
    return [{ path: source.path, text: holder(source.text, headerOf(source.text), numbers) }, ...copies];
  });
}
