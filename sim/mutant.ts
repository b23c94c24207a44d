// SPDX-License-Identifier: Apache-2.0
/** A small fault as an edit of one text file, and the kinds of edit. */
import { basename } from 'node:path';
import { tokensOf, type Token, type TokenType } from '../generator/verilog/verilog-tokens.ts';

export interface Mutant {
  /** What goes wrong. */
  readonly fault: string;
  /** Path in the specimens' output folder, or `vectors/<sequence>/…` for a stimulus or expected beats. */
  readonly file: string;
  /** Throws when the file no longer has what is to be changed. */
  readonly change: (text: string) => string;
}

/** The tokens of Verilog but for comments. */
const code = (verilog: string) => tokensOf(verilog).filter(({ type }) => type !== 'comment');

/** Where the tokens of `before` stand in Verilog, from the first to behind the last character, none in two places. */
function placesOf(before: string, text: string): { from: number; to: number }[] {
  const [wanted, tokens] = [code(before), code(text)];
  const places: { from: number; to: number }[] = [];
  for (let first = 0; first + wanted.length <= tokens.length; first++) {
    if (!wanted.every(({ text }, i) => fits(text, tokens[first + i]!))) continue;
    const last = tokens[first + wanted.length - 1]!;
    places.push({ from: tokens[first]!.at, to: last.at + last.text.length });
    first += wanted.length - 1;
  }
  return places;
}

/** In what is looked for, these directives stand for any token of a type. */
const anyOf: Readonly<Record<string, TokenType>> = { '`number': 'number', '`word': 'word' };

const fits = (wanted: string, { type, text }: Token) => wanted === text || anyOf[wanted] === type;

/**
 * The fault that replaces `before` in a Verilog file. They are compared token by token, so that comments and white
 * space do not count. @param times how often `before` must stand there; anything else throws
 */
export function replaced(before: string, after: string, times = 1): (text: string) => string {
  return (text) => {
    const places = placesOf(before, text);
    if (places.length !== times) throw new Error(`found ${places.length} times instead of ${times}: ${before}`);
    return places.reduceRight((edited, { from, to }) => edited.slice(0, from) + after + edited.slice(to), text);
  };
}

/**
 * The fault that changes the first place where `before` stands in a generated Verilog file.
 * @param before may have `` `number `` and `` `word `` for any number and any word
 * @param change gets the texts that stand there for those; undefined to try the next place
 */
export function firstReplaced(before: string, change: (...held: string[]) => string | undefined) {
  const open = tokensOf(before).map(({ text }) => text in anyOf);
  return (text: string): string => {
    for (const { from, to } of placesOf(before, text)) {
      const found = code(text.slice(from, to)).filter((_, i) => open[i]);
      const after = change(...found.map(({ text }) => text));
      if (after !== undefined) return text.slice(0, from) + after + text.slice(to);
    }
    throw new Error(`not found: ${before}`);
  };
}

function lines(text: string, edit: (lines: string[]) => void): string {
  const all = text.trimEnd().split('\n');
  edit(all);
  return `${all.join('\n')}\n`;
}

/** The fault that flips a bit in the last hex digit of a line (0 = the first). */
export function flipped(line: number, bit: 1 | 2 | 4 | 8 = 1): (text: string) => string {
  return (text) =>
    lines(text, (all) => {
      const word = all[line];
      if (!word) throw new Error(`no line ${line}`);
      all[line] = word.slice(0, -1) + (parseInt(word.slice(-1), 16) ^ bit).toString(16);
    });
}

/** The fault that loses a line. */
export function without(line: number): (text: string) => string {
  return (text) =>
    lines(text, (all) => {
      if (all.splice(line, 1).length === 0) throw new Error(`no line ${line}`);
    });
}

/** The text of a module with a line more, behind all others. */
export const withLine = (text: string, line: string): string => replaced('endmodule', `${line}\nendmodule`)(text);

/** The sources with a fault in one of them, by the last part of its path. Throws as `replaced` does. */
export function faulty<Source extends { readonly path: string; readonly text: string }>(
  sources: readonly Source[],
  file: string,
  before: string,
  after: string,
): Source[] {
  if (!sources.some(({ path }) => basename(path) === file)) throw new Error(`no source is called ${file}`);
  const change = replaced(before, after);
  return sources.map((source) => (basename(source.path) === file ? { ...source, text: change(source.text) } : source));
}

/** The text of a mutant's file with its fault; an edit that cannot be made throws, with the mutant's name. */
export function mutated({ file, fault, change }: Mutant, text: string): string {
  try {
    return change(text);
  } catch (error) {
    throw new Error(`${file}: ${fault}: ${(error as Error).message}`, { cause: error });
  }
}

/** Why the edit of a mutant cannot be made, or changes nothing; none where it can. @param text absent: no such file */
export function unmade(mutant: Mutant, text: string | undefined): string[] {
  if (text === undefined) return [`${mutant.file}: ${mutant.fault}: no such file`];
  try {
    return mutated(mutant, text) === text ? [`${mutant.file}: ${mutant.fault}: changes nothing`] : [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** Faults in the library cell nn_<name>: each replaces a text that stands there once, or as often as it says. */
export function cell(
  name: string,
  faults: readonly (readonly [fault: string, before: string, after: string, times?: number])[],
): Mutant[] {
  return faults.map(([fault, before, after, times]) => ({
    fault,
    file: `rtl/nn_${name}.v`,
    change: replaced(before, after, times),
  }));
}
