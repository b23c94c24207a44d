// SPDX-License-Identifier: Apache-2.0
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BitloomError } from '../generator/errors/errors.ts';
import { buildSimulator } from './build-simulator.ts';
import { cachedFolder } from './cached-folder.ts';
import { runBench } from './report-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-cached-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = '#!/bin/sh\necho right\n';

/** A program and a file in a folder below; `made` counts. */
function maker() {
  const counted = {
    made: 0,
    async make(work: string): Promise<ReadonlyMap<string, string>> {
      counted.made += 1;
      writeFileSync(join(work, 'a.out'), program, { mode: 0o755 });
      writeFileSync(join(work, 'header'), 'read');
      return new Map([
        ['program', join(work, 'a.out')],
        ['headers/fast', join(work, 'header')],
      ]);
    },
  };
  return counted;
}

test('an entry is made once, of the files named alone, and found again', async () => {
  const parent = join(folder, 'once');
  const counted = maker();
  const found = [await cachedFolder(parent, ['a'], counted.make), await cachedFolder(parent, ['a'], counted.make)];
  expect([found[0] === found[1], counted.made]).toEqual([true, 1]);
  expect(readdirSync(found[0]!, { recursive: true }).sort()).toEqual([
    'entry.json',
    'headers',
    join('headers', 'fast'),
    'program',
  ]);
  expect(statSync(join(found[0]!, 'program')).mode & 0o111).toBe(0o111);
  await cachedFolder(parent, ['b'], counted.make);
  expect([counted.made, readdirSync(parent).length]).toEqual([2, 2]);
});

describe('an entry that cannot be believed is made again', () => {
  const parent = join(folder, 'bad');
  const inEntry = (path: string, text: string) => writeFileSync(join(path, 'entry.json'), text);
  const spoil: Readonly<Record<string, (path: string) => unknown>> = {
    'a program that was cut': (path) => truncateSync(join(path, 'program'), 5),
    'an empty program': (path) => truncateSync(join(path, 'program'), 0),
    'a foreign program of the same length': (path) =>
      writeFileSync(join(path, 'program'), program.replace('right', 'wrong')),
    'a program that may not be run': (path) => chmodSync(join(path, 'program'), 0o644),
    'a program that is gone': (path) => rmSync(join(path, 'program')),
    'a folder for a program': (path) => {
      rmSync(join(path, 'program'));
      mkdirSync(join(path, 'program'));
    },
    'a link to the same program elsewhere': (path) => {
      renameSync(join(path, 'program'), join(folder, 'elsewhere'));
      symlinkSync(join(folder, 'elsewhere'), join(path, 'program'));
    },
    'a header that was edited': (path) => writeFileSync(join(path, 'headers', 'fast'), 'bred'),
    'no entry file': (path) => rmSync(join(path, 'entry.json')),
    null: (path) => inEntry(path, 'null'),
    'an empty object': (path) => inEntry(path, '{}'),
    'no JSON': (path) => inEntry(path, '{"key'),
    'another key': (path) =>
      inEntry(path, readFileSync(join(path, 'entry.json'), 'utf8').replace(/"key":"./, '"key":"z')),
    'hashes that are none': (path) =>
      inEntry(path, readFileSync(join(path, 'entry.json'), 'utf8').replace(/:"\w{64}"}/, ':7}')),
    'no files': (path) =>
      inEntry(path, JSON.stringify({ ...JSON.parse(readFileSync(join(path, 'entry.json'), 'utf8')), files: {} })),
    'an entry of another key in its place': (path) => {
      rmSync(path, { recursive: true });
      cpSync(join(parent, readdirSync(parent).find((name) => !path.endsWith(name))!), path, { recursive: true });
    },
    'a file in its place': (path) => {
      rmSync(path, { recursive: true });
      writeFileSync(path, '');
    },
    'an entry of an older version': (path) => {
      rmSync(path, { recursive: true });
      mkdirSync(join(path, 'obj'), { recursive: true });
      writeFileSync(join(path, 'obj', 'Vbench'), program, { mode: 0o755 });
    },
  };

  test.each(Object.keys(spoil))('%s', async (name) => {
    const counted = maker();
    await cachedFolder(parent, ['another'], counted.make);
    const path = await cachedFolder(parent, [name], counted.make);
    const before = counted.made;
    expect(await cachedFolder(parent, [name], counted.make)).toBe(path);
    expect(counted.made).toBe(before);
    spoil[name]!(path);
    expect(await cachedFolder(parent, [name], counted.make)).toBe(path);
    expect(counted.made).toBe(before + 1);
    expect(readFileSync(join(path, 'program'), 'utf8')).toBe(program);
    expect(await cachedFolder(parent, [name], counted.make)).toBe(path);
    expect(counted.made).toBe(before + 1);
    expect(readdirSync(parent).filter((entry) => entry.startsWith('build-'))).toEqual([]);
  });
});

test('of two that make the same entry at once, the second leaves that of the first', async () => {
  const parent = join(folder, 'two');
  const counted = maker();
  let first: number | undefined;
  const slow = async (work: string) => {
    const files = await counted.make(work);
    first = statSync(join(await cachedFolder(parent, ['same'], counted.make), 'program')).ino;
    return files;
  };
  const path = await cachedFolder(parent, ['same'], slow);
  expect(counted.made).toBe(2);
  expect(statSync(join(path, 'program')).ino).toBe(first);
});

test('what fails leaves nothing behind; a full disk is no fault of bitloom', async () => {
  const parent = join(folder, 'fails');
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  const attempt = (error: Error) => cachedFolder(parent, ['fails'], () => Promise.reject(error));
  await expect(attempt(full)).rejects.toThrow(
    /^NN030 .*no space left .*fix: free some disk space, or set BITLOOM_CACHE/,
  );
  await expect(attempt(new BitloomError([{ code: 'NN041', where: 'make', got: 'this' }]))).rejects.toThrow(
    /^NN041 tool failed · make · this$/,
  );
  await expect(attempt(new TypeError('a bug'))).rejects.toThrow(TypeError);
  expect(readdirSync(parent)).toEqual([]);
});

/** A bench that has room for four words, by itself. */
const bench = `module bench(input wire clk);
reg [7:0] memory [0:3];
initial $readmemh("four.mem", memory);
always @(posedge clk) begin $display("%s DONE cycle=%0d", nn_report::nonce(), memory[3]); $finish; end
endmodule
`;

describe('a simulator', () => {
  const work = join(folder, 'work');
  mkdirSync(work);
  const run = async (words: string) => {
    const simulator = await buildSimulator([], bench, { quick: true });
    writeFileSync(join(work, 'four.mem'), words);
    return { simulator, result: (await runBench(simulator, {}, { cwd: work, seconds: 60 })).done };
  };

  test('that was cut is built again', async () => {
    const { simulator, result } = await run('1\n2\n3\n4\n');
    expect(result).toEqual({ cycle: '4' });
    truncateSync(simulator, 1000);
    expect(await run('1\n2\n3\n5\n')).toEqual({ simulator, result: { cycle: '5' } });
  });

  test('that finds a word too many, or one that is none, names the image', async () => {
    await expect(run('1\n2\n3\n4\n5\n')).rejects.toThrow(
      /^NN041 tool failed · mem\/four\.mem · \$readmem file address beyond bounds of array, in line \d or the next · fix: mend the memory image/,
    );
    await expect(run('1\n2\n3\nxyzw\n')).rejects.toThrow(
      /^NN041 tool failed · mem\/four\.mem · \$readmem file syntax error, in line 3 or the next/,
    );
  });
});
