// SPDX-License-Identifier: Apache-2.0
/**
 * Memory images of a folder against the plan: every bit that differs, and what it is. They are data: any difference is
 * a fault.
 */
import type { WhatStands } from '../hardware/hardware.ts';

/** A word or byte of mem/ that is not the plan's. Lines are counted from 1, bytes and bits from 0. */
export interface MemoryFault {
  readonly file: string;
  /** Of a .mem file, which has one word a line. */
  readonly line?: number;
  /** Of a .bin file. */
  readonly byte?: number;
  /** Absent where more than bits are wrong. */
  readonly bit?: number;
  /** In the network's terms: `fc0's weights: filter 3, tap 17`. */
  readonly what: string;
  readonly text: string;
}

/** Faults of a file that are named one by one; a last one counts the others. */
const mostNamed = 8;

type Found = Omit<MemoryFault, 'file' | 'text'> & { readonly got: string };

function describe(stands: WhatStands, word: number, bit: number): string {
  const found = stands(word, bit);
  if (!found) return 'padding';
  return `${found.of}: ${Object.entries(found.at)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}`;
}

/** Bit 0 of a hex word is the lowest of its last digit. */
const digitAt = (word: string, bit: number) => parseInt(word[word.length - 1 - (bit >> 2)]!, 16);
const bitAt = (word: string, bit: number) => (digitAt(word, bit) >> (bit & 3)) & 1;

function* differingBits(line: number, planned: string, lying: string, stands: WhatStands): Generator<Found> {
  if (lying.length !== planned.length || /[^0-9a-f]/i.test(lying)) {
    yield {
      line: line + 1,
      what: describe(stands, line, 0).split(':')[0]!,
      got: `${JSON.stringify(lying.slice(0, 40))} in place of ${planned.length} hex digits`,
    };
    return;
  }
  let bits = 0;
  for (let bit = 0; bit < 4 * planned.length; bit++) {
    if (bitAt(planned, bit) === bitAt(lying, bit)) continue;
    bits++;
    yield {
      line: line + 1,
      bit,
      what: describe(stands, line, bit),
      got: `${bitAt(lying, bit)} in place of ${bitAt(planned, bit)}`,
    };
  }
  if (bits === 0) yield { line: line + 1, what: describe(stands, line, 0).split(':')[0]!, got: 'capitals' };
}

/** Words that are too many or too few, where the lines behind them are those of the plan; at the end otherwise. */
function* misplaced(planned: readonly string[], lying: readonly string[], stands: WhatStands): Generator<Found> {
  const surplus = lying.length - planned.length;
  const [short, long] = surplus < 0 ? [lying, planned] : [planned, lying];
  const [count, word] = [Math.abs(surplus), surplus < 0 ? 'missing' : 'surplus'];
  const first = short.findIndex((line, i) => line !== long[i]);
  const shifted = first >= 0 && short.slice(first).every((line, i) => line === long[first + count + i]);
  const from = first < 0 || shifted ? (first < 0 ? short.length : first) : short.length;
  const what = surplus < 0 ? describe(stands, from, 0).split(':')[0]! : 'nothing of the network';
  yield { line: from + 1, what, got: `${count} ${word} word${count === 1 ? '' : 's'}` };
  if (first >= 0 && !shifted)
    for (let i = first; i < short.length; i++)
      if (planned[i] !== lying[i]) yield* differingBits(i, planned[i]!, lying[i]!, stands);
}

function* faultsOfWords(planned: string, lying: string, stands: WhatStands): Generator<Found> {
  const [right, found] = [planned, lying].map((text) => text.replace(/\n$/, '').split('\n'));
  if (right!.length !== found!.length) yield* misplaced(right!, found!, stands);
  else
    for (const [i, line] of right!.entries()) if (line !== found![i]) yield* differingBits(i, line, found![i]!, stands);
  if (!lying.endsWith('\n')) yield { line: found!.length, what: 'nothing of the network', got: 'no end of the line' };
}

function* faultsOfBytes(planned: Uint8Array, lying: Uint8Array, stands: WhatStands): Generator<Found> {
  const surplus = lying.length - planned.length;
  const from = Math.min(lying.length, planned.length);
  if (surplus !== 0)
    yield {
      byte: from,
      what: surplus < 0 ? describe(stands, from, 0) : 'nothing of the network',
      got: `${Math.abs(surplus)} ${surplus < 0 ? 'missing' : 'surplus'} bytes`,
    };
  for (let byte = 0; byte < from; byte++)
    for (let differ = planned[byte]! ^ lying[byte]!, bit = 0; differ !== 0; differ >>= 1, bit++)
      if (differ & 1)
        yield {
          byte,
          bit,
          what: describe(stands, byte, bit),
          got: `${(lying[byte]! >> bit) & 1} in place of ${(planned[byte]! >> bit) & 1}`,
        };
}

function textOf(file: string, { line, byte, bit, what, got }: Found): string {
  const place = [
    file,
    line === undefined ? `byte ${byte}` : `line ${line}`,
    ...(bit === undefined ? [] : [`bit ${bit}`]),
  ];
  return `${place.join(' ')}: ${got} (${what})`;
}

/** @param lying as it lies there, other than `planned` @param stands by word of a .mem file, by byte of another one */
export function memoryFaults(
  file: string,
  planned: string | Uint8Array,
  lying: Uint8Array,
  stands: WhatStands,
): MemoryFault[] {
  const found =
    typeof planned === 'string'
      ? faultsOfWords(planned, Buffer.from(lying).toString('latin1'), stands)
      : faultsOfBytes(planned, lying, stands);
  const named: MemoryFault[] = [];
  let more = 0;
  for (const { got, ...fault } of found) {
    if (named.length < mostNamed) named.push({ file, ...fault, text: textOf(file, { got, ...fault }) });
    else more++;
  }
  return more === 0 ? named : [...named, { file, what: 'and more', text: `${file}: and ${more} more` }];
}
