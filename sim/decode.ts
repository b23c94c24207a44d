// SPDX-License-Identifier: Apache-2.0
/**
 * nn_sparse_decode by itself in Verilator (sim/decode/bench.sv): lists in words of 16 bits against the entries that
 * they were written from.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { classWord, type Entry, type EntryCode } from '../generator/architectures/sparse/program/entry-class.ts';
import { workFolder } from '../generator/processes/work-folder.ts';
import { runBench } from './report-lines.ts';
import { buildSimulator, type CompileOptions, type VerilogSource } from './simulator.ts';

const benchText = readFileSync(fileURLToPath(new URL('./decode/bench.sv', import.meta.url)), 'utf8');

/** Words of a list, and the entries that must come out of it. */
export interface CodedList {
  readonly words: Uint16Array;
  readonly entries: readonly Entry[];
}

export interface DecodeResult {
  readonly entries: number;
  /** From the first entry to the last one. */
  readonly clocks: number;
  readonly faults: number;
  /** The decoder called the words no list. */
  readonly bad: boolean;
}

/**
 * @param pause percentage of clocks without a word, and of clocks in which no entry is taken ·
 * @param drop words that are skipped go faster
 */
export type DecodeRun = (options: {
  readonly pause: number;
  readonly seed: number;
  readonly drop?: boolean;
  /** Of cells that hold a choice of faults (one-of-mutants.ts). */
  readonly fault?: number;
}) => Promise<DecodeResult>;

export interface DecodeBench {
  readonly program: string;
  /** @param classes that the decoder is told its table has */
  given(code: EntryCode, lists: readonly CodedList[], classes?: number): DecodeRun;
  close(): void;
}

const hex = (values: readonly number[]) => `${values.map((value) => value.toString(16)).join('\n')}\n`;

/** @param cells the library's, or edited ones */
export async function decodeBench(
  cells: readonly VerilogSource[],
  prefix: number,
  options: CompileOptions = { quick: true },
): Promise<DecodeBench> {
  const program = await buildSimulator(cells, `\`define PREFIX ${prefix}\n${benchText}`, options);
  const folders: string[] = [];
  return {
    program,
    given(code, lists, classes = code.classes.length) {
      const words = lists.flatMap((list) =>
        Array.from(list.words, (word, i) => word | (Number(i === list.words.length - 1) << 16)),
      );
      const entries = lists.flatMap((list) =>
        list.entries.map(({ index, weight, end }) => (Number(end) << 16) | (index << 8) | (weight & 0xff)),
      );
      const dir = workFolder('decode');
      folders.push(dir);
      writeFileSync(join(dir, 'table.hex'), hex(code.classes.map((c) => classWord(c, code.prefix))));
      writeFileSync(join(dir, 'words.hex'), hex(words));
      writeFileSync(join(dir, 'entries.hex'), hex(entries));
      return async ({ pause, seed, drop = false, fault = 0 }) => {
        const counts = { words: words.length, entries: entries.length, classes };
        const args = { dir, pause, seed, drop: Number(drop), fault, ...counts };
        const { done } = await runBench(program, args, { cwd: dir, seconds: 60 });
        const count = (name: string) => Number(done[name]);
        return { entries: count('entries'), clocks: count('clocks'), faults: count('faults'), bad: count('bad') === 1 };
      };
    },
    close: () => folders.forEach((dir) => rmSync(dir, { recursive: true })),
  };
}
