// SPDX-License-Identifier: Apache-2.0
/** Cells are found by name, wherever they are filed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cellFamilies, cellPath, cellPaths, cellText, index } from '../generator/hardware/cell-library.ts';
import { projectFiles, read } from './sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'cell-library-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the cell library', () => {
  test('holds every Verilog file of templates/lib, each in the folder of a family', () => {
    const files = projectFiles().filter((file) => /^templates\/lib\/.*\.v$/.test(file));
    expect([...cellPaths.values()].map((path) => basename(path)).sort()).toEqual(files.map((f) => basename(f)).sort());
    expect(new Set([...cellPaths.values()].map((path) => basename(dirname(path))))).toEqual(new Set(cellFamilies));
  });

  test('gives the module that a file is named for, and no other', () => {
    for (const cell of cellPaths.keys())
      expect([...cellText(cell).matchAll(/^module (\w+)/gm)].map(([, name]) => name)).toEqual([cell]);
  });

  test('is read by this module alone', () => {
    const readers = projectFiles().filter(
      (file) => file.endsWith('.ts') && /['"`/]templates\/lib\/?['"`]/.test(read(file)),
    );
    expect(readers).toEqual(['generator/hardware/cell-library.ts']);
  });

  test('refuses two cells of one name, and a name that no cell has', () => {
    const families = ['one', 'two'].map((family) => join(folder, family));
    for (const family of families) {
      mkdirSync(family);
      writeFileSync(join(family, 'nn_x.v'), '');
    }
    expect(() => index(families)).toThrow(/nn_x is there twice/);
    expect(() => cellPath('nn_x')).toThrow('the library has no cell nn_x');
  });
});

describe('a cell can be taken over from its file', () => {
  /** Ports without a comment of their own or above their group; parameters without one; lines beyond 100 columns. */
  function uncommented(text: string): string[] {
    const found = text.split('\n').filter((line) => line.length > 100);
    const from = text.indexOf('\nmodule ');
    let grouped = false;
    for (const line of text.slice(from, text.indexOf('\n);', from)).split('\n')) {
      if (line.trim() === '') grouped = false;
      if (/^ *(\/\*|\/\/)/.test(line)) grouped = true;
      const [, port, parameter] = /^ {4}(?:(?:input|output) .*?(\w+)|parameter .*?(\w+) *=.*?),? *$/.exec(line) ?? [];
      const name = port ?? parameter;
      const said = grouped || line.includes('//') || ['clk', 'rst'].includes(name ?? 'clk');
      if (!said) found.push(name!);
      if (/^ *(?:input|output) [^/]*,[^/]*\b(?:input|output)\b/.test(line)) found.push(line.trim());
    }
    return found;
  }

  test.each([...cellPaths.keys()])('%s', (cell) => expect(uncommented(cellText(cell))).toEqual([]));

  test('what has no comment is found', () => {
    const cell = (port: string) => `\nmodule nn_x #(\n    parameter W = 1\n) (\n    input  wire clk,\n\n${port}\n);`;
    expect(uncommented(cell('    input  wire a, // said'))).toEqual(['W']);
    expect(uncommented(cell('    /* Said */\n    input  wire a,\n    output wire b\n'))).toEqual(['W']);
    expect(uncommented(cell('    input  wire [1:0] a,\n    output wire b'))).toEqual(['W', 'a', 'b']);
    expect(uncommented(`\nmodule nn_x (\n);\n${'x'.repeat(101)}`)).toHaveLength(1);
  });
});
