// SPDX-License-Identifier: Apache-2.0
/** The code of entries, and nn_sparse_decode by itself: random lists, its rate, words that are no list; and mutants. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { libraryCells } from '../../../sim/early.ts';
import {
  decodeBench,
  type CodedList,
  type DecodeBench,
  type DecodeResult,
  type DecodeRun,
} from '../../../sim/decode.ts';
import { cellFault, withChoice } from '../../../sim/one-of-mutants.ts';
import { randomFrom } from '../../passes/random.ts';
import { BitWriter } from '../../storage/bits.ts';
import { chooseCode, EntryCounts, type EntryFormat } from './compile/choose-classes.ts';
import { EntryCode, lengthOf, type Entry } from './program/entry-class.ts';

const cells = libraryCells().filter(({ path }) => path === 'nn_sparse_decode.v');
const end: Entry = { index: 0, weight: 0, end: true };

const format = (prefix: number): EntryFormat => ({
  prefix,
  end: { index: 0, indexBits: 0, magnitude: -1, weightBits: 0, end: true },
  filler: { index: 0, indexBits: 7, magnitude: -1, weightBits: 0, end: false },
  any: { index: 0, indexBits: 1, magnitude: 0, weightBits: 7, end: false },
  split: ({ index, weight }) => [
    ...Array.from({ length: index }, () => ({ index: 0, weight: 0, end: false })),
    { index: 0, weight, end: false },
  ],
  classBits: 32,
});

function wordsOf(code: EntryCode, entries: readonly Entry[], spare: number): Uint16Array {
  const writer = new BitWriter();
  for (const entry of entries) code.write(writer, entry);
  const bytes = writer.finish();
  const words = new Uint8Array(2 * (Math.ceil(bytes.length / 2) + spare));
  words.set(bytes);
  return new Uint16Array(words.buffer);
}

/** Lists of up to 400 entries, some empty, with up to 9 words behind them; small indices and weights are frequent. */
function randomLists(name: string, prefix: number): { code: EntryCode; lists: CodedList[] } {
  const random = randomFrom(name);
  const skewed = (most: number) => Math.floor(most * random() ** 4);
  const { split } = format(prefix);
  const raw = Array.from({ length: 60 }, () =>
    Array.from(
      { length: skewed(400) },
      (): Entry => ({
        index: skewed(250),
        weight: random() < 0.1 ? 0 : skewed(128) * (random() < 0.5 ? -1 : 1) - Number(random() < 0.01),
        end: false,
      }),
    ),
  );
  const counts = new EntryCounts();
  for (const list of raw) for (const entry of list) counts.add(entry);
  const code = chooseCode(counts, format(prefix));
  const lists = raw.map((list) => {
    const entries = [...list.flatMap((entry) => (code.has(entry) ? [entry] : split(entry))), end];
    // Bits behind the end are no list: they must be dropped.
    const spare = Math.floor(random() * 10);
    const words = wordsOf(code, entries, spare).map((word, i, all) =>
      i >= all.length - spare ? Math.floor(random() * 65_536) : word,
    );
    return { words, entries };
  });
  return { code, lists };
}

const right = ({ faults, bad, entries }: DecodeResult, lists: readonly CodedList[]) =>
  faults === 0 && !bad && entries === lists.reduce((sum, list) => sum + list.entries.length, 0);

let bench: DecodeBench;
beforeAll(async () => {
  bench = await decodeBench(cells, 5);
}, 240_000);
afterAll(() => bench?.close());

test.each([4, 5, 6])(
  'random lists with classes of %i bits, words and entries that wait',
  async (prefix) => {
    const { code, lists } = randomLists(`lists ${prefix}`, prefix);
    const own = prefix === 5 ? bench : await decodeBench(cells, prefix);
    const run = own.given(code, lists);
    for (const pause of [0, 10, 50, 90])
      for (const drop of [false, true])
        expect(right(await run({ pause, seed: pause + 1, drop }), lists), `${pause} ${drop}`).toBe(true);
    if (own !== bench) own.close();
  },
  240_000,
);

test('an entry a clock, whatever their lengths', async () => {
  const random = randomFrom('rate');
  const code = new EntryCode(
    [0, 1, 3, 5, 7]
      .map((bits, i) => ({ index: 8 * i, indexBits: Math.min(bits, 3), magnitude: 0, weightBits: bits, end: false }))
      .concat({ index: 0, indexBits: 0, magnitude: -1, weightBits: 0, end: true }),
    5,
  );
  expect(code.classes.map((c) => lengthOf(c, 5))).toEqual([6, 8, 12, 14, 16, 5]);
  for (const pick of [() => 4, () => 0, () => Math.floor(random() * 5), () => (random() < 0.9 ? 4 : 1)]) {
    const entries = [
      ...Array.from({ length: 2000 }, (): Entry => {
        const c = code.classes[pick()]!;
        return {
          index: c.index + Math.floor(random() * 2 ** c.indexBits),
          weight: (1 + Math.floor(random() * 2 ** c.weightBits)) * (random() < 0.5 ? 1 : -1),
          end: false,
        };
      }),
      end,
    ];
    const lists = [{ entries, words: wordsOf(code, entries, 0) }];
    const result = await bench.given(code, lists)({ pause: 0, seed: 1 });
    expect(right(result, lists)).toBe(true);
    expect(result.clocks).toBe(entries.length);
  }
}, 240_000);

test('words that are no list are called so', async () => {
  const { code, lists } = randomLists('bad lists', 5);
  const { entries } = lists.reduce((longest, next) => (next.words.length > longest.words.length ? next : longest));
  const words = wordsOf(code, entries, 0);
  const { length } = code.classes;
  const bads: readonly (readonly [string, Uint16Array, number])[] = [
    ['a word too few', words.slice(0, -1), length],
    ['half of the words', words.slice(0, words.length >> 1), length],
    ['one word', words.slice(0, 1), length],
    ['a class that is not there', words, length - 1],
    ['no end', wordsOf(code, entries.slice(0, -1), 0), length],
  ];
  for (const [what, given, classes] of bads)
    expect((await bench.given(code, [{ words: given, entries }], classes)({ pause: 20, seed: 3 })).bad, what).toBe(
      true,
    );
}, 240_000);

const mutants: readonly (readonly [fault: string, from: string, to: string])[] = [
  ['an entry begins a bit too late', "{1'b0, class_length} + 5'd1", "{1'b0, class_length} + 5'd2"],
  ['the word behind is not waited for', '(behind_valid || word_last)', "1'b1"],
  ['the last word waits for one behind', '(behind_valid || word_last)', 'behind_valid'],
  ['a list goes on behind its end', 'skip <= class_ends && !word_last;', "skip <= 1'b0;"],
  ['the next list begins in the middle of a word', "at   <= class_ends ? 4'd0 : to[3:0];", 'at   <= to[3:0];'],
  ['all that comes is dropped', "end else if (word_valid && word_last)\n            skip <= 1'b0;", 'end'],
  ['words of the next list are dropped', 'skip && !word_last && !(behind_valid && behind_last)', 'skip'],
  ['a list without its end', '(word_last && to[4] && (!class_ends', "(1'b0 && (!class_ends"],
  ['any class', "{1'b0, number} >= classes", "1'b0"],
  ['indices have bits of the weight', "bits_1[6:0] & ~(7'h7f << was_index_bits)", 'bits_1[6:0]'],
  ['weights have bits of the entry behind', "from_sign[7:1] & ~(7'h7f << was_weight_bits)", 'from_sign[7:1]'],
  ['weights have no sign', 'wire                  sign = from_sign[0];', "wire                  sign = 1'b0;"],
  ['negative weights are one too great', "^ {8{sign}}) + 8'd1;", "^ {8{sign}}) + {7'd0, !sign};"],
  ['entries run over each other', '!m_valid || m_ready', "1'b1"],
];

describe('mutants, all in one simulator', () => {
  const { code, lists } = randomLists('mutants', 5);
  const endless = lists.flatMap(({ entries }) => entries.slice(0, -1));
  let runs: readonly { readonly run: DecodeRun; readonly wrong: (result: DecodeResult) => boolean }[];
  let mutated: DecodeBench;
  beforeAll(async () => {
    const faults = mutants.map(([, from, to]) => cellFault('nn_sparse_decode', from, to));
    mutated = await decodeBench(withChoice(cells, faults), 5);
    // Random lists, one without an end, and a class too many.
    runs = [
      { run: mutated.given(code, lists), wrong: (result) => !right(result, lists) },
      {
        run: mutated.given(code, [{ words: wordsOf(code, endless, 0), entries: endless }]),
        wrong: ({ bad }) => !bad,
      },
      { run: mutated.given(code, lists, code.classes.length - 1), wrong: ({ bad }) => !bad },
    ];
  }, 240_000);
  afterAll(() => mutated?.close());

  async function caught(fault: number): Promise<boolean> {
    for (const { run, wrong } of runs)
      for (const pause of [0, 30]) if (wrong(await run({ pause, seed: pause + 1, drop: true, fault }))) return true;
    return false;
  }

  test('the cell as it is passes', async () => expect(await caught(0)).toBe(false), 240_000);
  test.each(mutants.map(([fault], i) => [fault, i + 1] as const))(
    'mutant: %s',
    async (_, number) => expect(await caught(number)).toBe(true),
    240_000,
  );
});
