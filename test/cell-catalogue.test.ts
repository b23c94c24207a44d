// SPDX-License-Identifier: Apache-2.0
/** Cells say what they are, in a form that can be read: the library's catalogue is made of it. */
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue, catalogueFile, headerOf, readCosts, timingOf, whatOf, withCatalogue } from '../bench/catalogue.ts';
import { cellPoints } from '../bench/cell-points.ts';
import { cellPaths, cellText } from '../generator/hardware/cell-library.ts';

const familyOf = (cell: string) => basename(dirname(cellPaths.get(cell)!));

/** What a cell's text lacks for somebody who has nothing but the file. */
function faults(text: string): string[] {
  const found: string[] = [];
  const long = text.split('\n').filter((line) => line.length > 100);
  found.push(...long.map((line) => `more than 100 columns: ${line.trim()}`));
  if (!headerOf(text).some((paragraph) => paragraph.startsWith('Timing: '))) found.push('no paragraph Timing');
  const [, parameters = '', ports = ''] = /^module \w+ (?:#\(\n([\s\S]*?)\n\) )?\(\n([\s\S]*?)\n\);/m.exec(text) ?? [];
  const lines = parameters.split('\n').filter((line) => line !== '');
  lines.forEach((line, i) => {
    if (/^\s*(\/\/|\/\*)/.test(line)) return;
    if (!/^ {4}parameter [^,]*,?\s*(\/\/.*)?$/.test(line)) found.push(`not one parameter a line: ${line.trim()}`);
    if (!line.includes('//') && !/^\s*\/\//.test(lines[i - 1] ?? '')) found.push(`no comment: ${line.trim()}`);
  });
  for (const group of ports.split('\n\n')) {
    const lines = group.split('\n');
    const each = lines.every((line) => /\/\/|input +wire +(clk|rst),/.test(line));
    if (!each && !/^ {4}(\/[/*] .+|input +wire +clk,)$/.test(lines[0]!))
      found.push(`no comment above: ${lines[0]!.trim()}`);
    for (const line of lines)
      if (!/^ {4}(\/[/*] .*|(input|output) +(wire|reg) +(signed +)?(\[.*\] +)?\w+,?(\s*\/\/.*)?)$/.test(line))
        found.push(`not one port a line: ${line.trim()}`);
  }
  return found;
}

describe('a cell can be taken over from its file alone', () => {
  test.each([...cellPaths.keys()])('%s', (cell) => expect(faults(cellText(cell))).toEqual([]));

  const fifo = cellText('nn_fifo');
  test.each([
    ['a parameter without a comment', / \/\/ beat width, bits/, '', 'no comment: parameter DATA_W = 8,'],
    [
      'a group without a comment',
      / *\/\* Beats in\. \*\/\n/,
      '',
      'no comment above: input  wire [DATA_W-1:0] s_axis_tdata,',
    ],
    ['two ports in a line', /clk,\n {4}input {2}wire rst/, 'clk, rst', 'not one port a line: input  wire clk, rst,'],
    ['a header without its timing', / \* Timing: .*\n/, '', 'no paragraph Timing'],
    ['a long line', /endmodule/, `endmodule${' '.repeat(100)}`, 'more than 100 columns: endmodule'],
  ])('%s would be found', (_, before, after, said) => {
    const broken = fifo.replace(before, after);
    expect(broken).not.toBe(fifo);
    expect(faults(broken)).toContain(said);
  });
});

describe('the prefix says the folder', () => {
  test.each(['early', 'xilinx', 'axi'])('nn_%s', (family) => {
    for (const cell of cellPaths.keys())
      expect([cell, new RegExp(`^nn_${family}(_|$)`).test(cell)]).toEqual([cell, familyOf(cell) === family]);
  });
});

describe('the catalogue', () => {
  test('is what headers, users, tests and costs give now; npm run cells none makes it anew', () => {
    const page = readFileSync(catalogueFile, 'utf8');
    expect(withCatalogue(page, catalogue(readCosts()))).toBe(page);
  });

  test('has every cell, and leaves nothing open', () => {
    const rows = readFileSync(catalogueFile, 'utf8').match(/^\| `nn_\w+` .*$/gm)!;
    expect(rows.map((row) => /nn_\w+/.exec(row)![0]).sort()).toEqual([...cellPaths.keys()].sort());
    for (const row of rows) expect(row).not.toMatch(/\| +(\?|-)? +\|/);
  });

  test('has costs of every point, and a point for every cell of a dataflow design', () => {
    expect(Object.keys(readCosts()).sort()).toEqual(Object.keys(cellPoints).sort());
    const others = ['array', 'sparse', 'axi'];
    expect([...cellPaths.keys()].filter((cell) => !cellPoints[cell] && !others.includes(familyOf(cell)))).toEqual([]);
    expect(Object.keys(cellPoints).filter((cell) => !cellPaths.has(cell))).toEqual([]);
  });

  test('reads sentences as a reader does', () => {
    const text = '/*\n * A map:\n *\n *     y = x\n *\n * More. II = 2, latency = 3 at most.\n */\n';
    expect([whatOf(text), timingOf(text)]).toEqual(['A map: y = x', 'II = 2, latency = 3 at most']);
    expect(timingOf('/*\n * A map.\n */\n')).toBeUndefined();
  });
});
