// SPDX-License-Identifier: Apache-2.0
/** The words of a command line: what is wrong with them, all of it at once, and the values that they give. */
import type { Options } from 'yargs';
import { commands } from './commands/index.ts';
import { common, type OptionTable } from './commands/options.ts';
import type { Issue } from '../generator/errors/errors.ts';
import { decimal } from './line/decimal.ts';
import { closest } from '../generator/errors/suggest.ts';
import { call } from '../generator/project/call.ts';

/** What yargs answers itself. */
const answered = ['help', 'version'];

/** A word that names an option: `--fps`, `--fps=1`; a negative number names none. */
interface Named {
  readonly name: string;
  /** Behind the `=`. */
  readonly value: string | undefined;
}

function namedOptions(words: readonly string[]): Named[] {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).flatMap((word) => {
    const match = /^(-[^=]*)(?:=([^]*))?$/.exec(word);
    return match && !/^-(\.?\d|$)/.test(word) ? [{ name: match[1]!, value: match[2] }] : [];
  });
}

/**
 * Values that begin with a minus and a digit are values, `--fps -1e-3` too: yargs would take the latter for short
 * options.
 */
export function withValues(words: readonly string[]): string[] {
  const belongs = (i: number) => /^-\.?\d/.test(words[i] ?? '') && /^--[^=]+$/.test(words[i - 1] ?? '');
  return words.flatMap((word, i) => (belongs(i) ? [] : belongs(i + 1) ? [`${word}=${words[i + 1]}`] : [word]));
}

/** Names of options behind which no value stands: yargs gives the default of those that have one, without a word. */
export function valueless(words: readonly string[]): ReadonlySet<string> {
  const lacks = (next: string | undefined) => next === undefined || (/^-/.test(next) && !/^-(\.?\d|$)/.test(next));
  return new Set(words.flatMap((word, i) => (/^--[^=]+$/.test(word) && lacks(words[i + 1]) ? [word.slice(2)] : [])));
}

/** True where yargs has the answer: --help or --version. */
export function asksForHelp(words: readonly string[]): boolean {
  return namedOptions(words).some(({ name }) => answered.some((option) => name === `--${option}`));
}

/** True where the answer shall be JSON, whatever else is wrong with the words. */
export function asksForJson(words: readonly string[]): boolean {
  return words.some((word, i) => word === '--json=true' || (word === '--json' && words[i + 1] !== 'false'));
}

/** The options that a command line of this command may have. */
export function optionsOf(command: string): OptionTable {
  return { ...commands.get(command)?.options, ...common };
}

/**
 * What can be said of the words before yargs reads them: unknown commands and options, repeated ones, surplus words.
 */
export function wordIssues(words: readonly string[]): Issue[] {
  const strange = words.find((word) => word.includes('\0'));
  if (strange !== undefined)
    return [{ code: 'NN001', where: JSON.stringify(strange), got: 'a NUL character', legal: 'words without it' }];
  const names = [...commands.keys()];
  const [first = ''] = words;
  if (!commands.has(first)) {
    const got = first === '' || first.startsWith('-') ? 'none' : JSON.stringify(first);
    return [{ code: 'NN001', where: 'command', got, legal: names.join(' '), ...closest(first, names) }];
  }
  const table = new Map(Object.entries(optionsOf(first)).map(([name, option]) => [`--${name}`, option]));
  const known = [...table.keys(), ...answered.map((name) => `--${name}`)];
  const named = namedOptions(words);
  const issues: Issue[] = [];
  for (const name of new Set(named.map((option) => option.name))) {
    const values = named.flatMap((option) => (option.name === name ? [option.value] : []));
    const option = table.get(name);
    const refused = { code: 'NN001', where: name } as const;
    if (!known.includes(name))
      issues.push({ ...refused, got: `no option of ${first}`, legal: known.join(' '), ...closest(name, known) });
    else if (values.length > 1) issues.push({ ...refused, got: `given ${values.length} times`, legal: 'once' });
    else if (option?.type === 'boolean' && values[0] !== undefined && !/^(true|false)$/.test(values[0]))
      issues.push({ ...refused, got: JSON.stringify(values[0]), legal: `${name} alone, true or false` });
  }
  const end = words.indexOf('--');
  if (end >= 0 && issues.length === 0) {
    const got =
      words
        .slice(end + 1)
        .map((word) => JSON.stringify(word))
        .join(' ') || 'nothing';
    issues.push({ code: 'NN001', where: '--', got, legal: 'options by name', fix: `see ${call(first!, '--help')}` });
  }
  return issues;
}

/**
 * The options as commands take them, `bramPrice` of `--bram-price`, numbers as numbers; and what is wrong with them.
 * @param given by yargs, every value as it was typed
 * @param bare options that were typed without a value
 */
export function optionValues(
  table: OptionTable,
  given: Readonly<Record<string, unknown>>,
  bare: ReadonlySet<string> = new Set(),
): { options: object; issues: Issue[] } {
  const issues: Issue[] = [];
  const read = (name: string, { type }: Options): unknown => {
    const value = type !== 'boolean' && bare.has(name) ? '' : given[name];
    if (value === '') issues.push({ code: 'NN001', where: `--${name}`, got: 'no value' });
    if (value === '' || type !== 'number' || typeof value !== 'string') return value;
    const number = decimal(value);
    if (number === undefined)
      issues.push({ code: 'NN001', where: `--${name}`, got: JSON.stringify(value), legal: 'a decimal number' });
    return number;
  };
  const camel = (name: string) => name.replace(/-./g, (dash) => dash[1]!.toUpperCase());
  const options = Object.fromEntries(Object.entries(table).map(([name, option]) => [camel(name), read(name, option)]));
  return { options, issues };
}
