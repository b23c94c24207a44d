// SPDX-License-Identifier: Apache-2.0
/**
 * Contracts of bits: what they write is up to date, agrees with what reads it, and a number changed anywhere is found.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { codes } from '../generator/architectures/sparse/program/contracts.ts';
import { layout, numbers, pack, table, wordOf, type Contract, type Layout } from '../generator/contracts/contract.ts';
import { cHeader, macros } from './contracts/documents.ts';
import { inCell } from './contracts/in-cell.ts';
import { contractFiles, contracts, headerPrefix, markedCells, ofDrivers } from './contracts/files.ts';
import { read } from './sources.ts';

const layouts = Object.entries(contracts).filter((entry): entry is [string, Layout] => entry[1].type === 'layout');
const cells = markedCells();
const files = contractFiles(contracts, cells);
const present = new Map([
  ...cells,
  ...['docs/contracts.md', 'docs/nn_sparse.h'].map((file) => [file, read(file)] as const),
]);
const stale = (all: Readonly<Record<string, Contract>>) =>
  [...contractFiles(all, cells)].filter(([file, text]) => present.get(file) !== text).map(([file]) => file);

describe('what contracts write', () => {
  test('is up to date in every cell, in docs and in the header (npm run contracts)', () => {
    expect(stale(contracts)).toEqual([]);
    const marked = [...files.values()].filter((text) => text.includes('// contract '));
    expect(marked.length).toBeGreaterThan(12);
  });

  test.each(layouts)('%s: fields fit and do not overlap', (_, { fields, bits }) => {
    const taken = new Set<number>();
    for (const [name, field] of Object.entries(fields))
      for (let bit = field.at; bit < field.at + field.bits; bit++) {
        expect(bit, name).toBeLessThan(bits);
        expect(taken.has(bit), `${name}, bit ${bit}`).toBe(false);
        taken.add(bit);
      }
  });

  // Every number of a contract that a cell has reaches it: moved by one, some file differs.
  test('a number that changes in a list changes a cell, or is of software alone', () => {
    const ofSoftware = new Set<string>();
    for (const [id, contract] of Object.entries(contracts)) {
      const parts = contract.type === 'numbers' ? contract.numbers : contract.type === 'layout' ? contract.fields : {};
      for (const [name, part] of Object.entries<{ value?: number; at?: number }>(parts)) {
        const moved = part.value === undefined ? { ...part, at: part.at! + 1 } : { ...part, value: part.value + 1 };
        const key = contract.type === 'numbers' ? 'numbers' : 'fields';
        const changed = { ...contracts, [id]: { ...contract, [key]: { ...parts, [name]: moved } } as Contract };
        const differ = stale(changed);
        const documents = ['docs/contracts.md', ...(id in ofDrivers(contracts) ? ['docs/nn_sparse.h'] : [])];
        expect(differ, `${id}.${name}`).toEqual(expect.arrayContaining(documents));
        if (!differ.some((file) => file.endsWith('.v'))) ofSoftware.add(`${id}.${name}`);
      }
    }
    // The sequence's states are layerClocks; the checks stand in the low bits by definition; an entry has the decoder's
    // 16 bits.
    expect([...ofSoftware].sort()).toEqual([
      'arrayClocks.layerClocks',
      'engine.entryMost',
      'mapDescriptor.check',
      'vectorDescriptor.check',
    ]);
  }, 60_000);

  test.each([
    ['a place', 's_data[29:25]', 's_data[28:24]'],
    ['an operation', "DENSE = 4'd1", "DENSE = 4'd2"],
    ['a check word', "VECTOR_CHECK = 16'hb200", "VECTOR_CHECK = 16'hb300"],
    ['a depth', "SETTLE_CLOCKS = 5'h1f", "SETTLE_CLOCKS = 5'h1e"],
    ['a code', "DISAGREE = 4'd8", "DISAGREE = 4'd9"],
  ])('%s that is edited in a cell is found', (_, from, to) => {
    const [, text] = [...files].find(([file]) => file.endsWith('nn_sparse_sequencer.v'))!;
    const edited = text.replace(from, to);
    expect(edited).not.toBe(text);
    expect(inCell(edited, contracts)).toBe(text);
  });
});

test('docs/streams.md says of every code what a driver does about it', () => {
  const [, section] = read('docs/streams.md').split('## Sparse engine: frames that go wrong');
  const rows = [...section!.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(rows).toEqual(Object.values(codes.numbers).map(({ value }) => value));
});

describe('the parts of a cell', () => {
  const all = {
    word: layout({
      title: '',
      says: '',
      bits: 16,
      fields: {
        low: { at: 0, bits: 4, says: 'low' },
        flag: { at: 6, bits: 1, says: 'flag', values: { first: 1 } },
        highPart: { at: 8, bits: 8, signed: true, says: 'high' },
      },
    }),
    depths: numbers({
      title: '',
      says: '',
      numbers: { depth: { value: 7, says: 'd' }, unused: { value: 1, says: '' } },
    }),
    line: table({
      title: '',
      says: '',
      fields: { a: { width: 'A_W', says: 'a' }, b: { width: 2, says: 'b' }, c: { width: 'A_W', says: 'c' } },
    }),
  };
  const part = (opening: string, rest: string) => {
    const lines = inCell(`    // contract ${opening}\n    stale\n    // end of contract\n${rest}`, all).split('\n');
    return lines.slice(1, lines.indexOf('    // end of contract'));
  };
  test('fields of a bus: those that the cell names, with a prefix, and values of a field', () => {
    expect(part('word of bus as its_', 'x = its_low + its_high_part == FIRST; // its_flag')).toEqual([
      '    wire [3:0] its_low = bus[3:0];                // low',
      "    localparam FIRST = 1'd1;",
      '    wire signed [7:0] its_high_part = bus[15:8];  // high',
    ]);
  });
  test('a word of wires, with zeros between them', () => {
    expect(part('word into bus as my_', '').join(' ').replace(/\s+/g, ' ')).toContain(
      "wire [15:0] bus = { my_high_part, 1'd0, my_flag, 2'd0, my_low };",
    );
  });
  test('numbers that the cell names', () => {
    expect(part('depths', 'DEPTH')).toEqual(["    localparam [31:0] DEPTH = 32'd7;              // d"]);
  });
  test('a table of widths that are parameters; what is a port is no wire', () => {
    expect(part('line of fields', '    output wire [A_W-1:0] a, // port\n')).toEqual([
      '    localparam FIELDS_W =',
      '        2 + 2*A_W;',
      '    wire [1:0] b;                                 // b',
      '    wire [A_W-1:0] c;                             // c',
      '    wire [FIELDS_W-1:0] fields;',
      '    assign {',
      '        a, b, c',
      '    } = fields;',
    ]);
  });
  test('a contract that is not there, and one without an end', () => {
    expect(() => inCell('// contract other\n// end of contract\n', all)).toThrow('no contract other');
    expect(() => inCell('// contract word of a\n', all)).toThrow('no end');
  });
  test('words that TypeScript packs', () => {
    expect(wordOf(all.word, { low: 5, flag: true, highPart: -2 })).toBe(0xfe45);
    expect(() => wordOf(all.word, { low: 16 })).toThrow('field low of 4 bits: 16');
    expect(() => wordOf(all.word, { highPart: -129 })).toThrow('field highPart');
    const bytes = new Uint8Array(9);
    pack(
      bytes,
      layout({ title: '', says: '', bits: 64, fields: { wide: { at: 12, bits: 32, says: '' } } }),
      { wide: 0xdeadbeef },
      1,
    );
    expect(Buffer.from(bytes).toString('hex')).toBe('0000f0eedbea0d0000');
  });
});

describe('the header for drivers in C', () => {
  const folder = mkdtempSync(join(tmpdir(), 'header-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const header = join(folder, 'nn_sparse.h');
  const given = (text: string) => writeFileSync(header, text);

  /** Macros as a C compiler sees them. */
  async function compiled(): Promise<Map<string, number>> {
    const { stdout } = await execa('cc', ['-E', '-dM', header]);
    const found = [...stdout.matchAll(new RegExp(`^#define (${headerPrefix}_\\w+) (\\w+)u$`, 'gm'))];
    return new Map(found.map(([, name, value]) => [name!, Number(value)]));
  }
  const wanted = new Map(
    macros(headerPrefix, ofDrivers(contracts)).map(([name, value]) => [name, Number(value.replace(/u$/, ''))]),
  );

  test('compiles as C and as C++ without a warning', async () => {
    given(files.get('docs/nn_sparse.h')!);
    const source = join(folder, 'driver.c');
    writeFileSync(
      source,
      '#include "nn_sparse.h"\nint aborted(unsigned code) { return code == NN_SPARSE_CODES_ABORTED; }\n',
    );
    for (const language of ['c', 'c++'])
      await execa('cc', ['-x', language, '-Wall', '-Wextra', '-Werror', '-pedantic', '-fsyntax-only', source]);
  });

  test('has the numbers of the contracts, and one that is changed is found', async () => {
    given(cHeader(headerPrefix, ofDrivers(contracts)));
    expect(await compiled()).toEqual(wanted);
    expect(wanted.get('NN_SPARSE_REGISTERS_VECTORS_BEATS')).toBe(0x38);
    expect(wanted.get('NN_SPARSE_CODES_ABORTED')).toBe(9);
    given(
      cHeader(headerPrefix, ofDrivers(contracts)).replace(
        'ABORTED                      0x09u',
        'ABORTED                      0x08u',
      ),
    );
    expect(await compiled()).not.toEqual(wanted);
  });
});
