// SPDX-License-Identifier: Apache-2.0
/** Options of the proofs, sweeps and benchmarks: `--help` from their descriptions; a wrong one is named, exit 2. */
import yargs, { type InferredOptionTypes, type Options } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { valueless } from '../../cli/words.ts';

/** Numbers count something: whole ones, from `least` (by default 1) to `most`. */
export interface Option extends Options {
  readonly least?: number;
  readonly most?: number;
}

export interface Described<T extends Record<string, Option>> {
  /** As people run it: `npm run sweep`. */
  readonly command: string;
  readonly about: string;
  readonly options: T;
  /** Words that stand without an option name, where the command takes any. */
  readonly words?: string;
  readonly more?: string;
}

/** What is wrong with an option's value; undefined for a legal one. */
export function illegal(name: string, given: unknown, { type, array, least = 1, most }: Option): string | undefined {
  const values = [given].flat();
  if (values.length === 0 || values.includes('')) return `--${name} wants a value`;
  if (!array && values.length > 1) return `--${name} is there ${values.length} times`;
  if (type !== 'number' || given === undefined) return undefined;
  if (values.some(Number.isNaN)) return `--${name} is no number`;
  const inRange = (value: number) => value >= least && value <= (most ?? Infinity);
  const legal = (value: unknown) => Number.isSafeInteger(value) && inRange(Number(value));
  const wrong = values.find((value) => !legal(value));
  const range = most === undefined ? `from ${least}` : `from ${least} to ${most}`;
  return wrong === undefined ? undefined : `--${name} ${String(wrong)} is illegal, legal are whole numbers ${range}`;
}

type Parsed<T extends Record<string, Option>> = InferredOptionTypes<T> & {
  readonly words: readonly string[];
  /** Ends the program as for an illegal option, with exit code 2. */
  readonly refuse: (problem: string) => never;
};

export function parseOptions<T extends Record<string, Option>>(described: Described<T>): Parsed<T> {
  const { command, about, options, words, more = '' } = described;
  const refuse = (problem: string): never => {
    console.error(`${problem} (${command} -- --help)`);
    process.exit(2);
  };
  const parser = yargs(hideBin(process.argv))
    .scriptName('')
    .usage(`${command} -- [options]${words ? ` [${words} …]` : ''}\n\n${about}`)
    .options(options)
    .epilogue(more);
  const parsed = parser
    .strictOptions()
    .version(false)
    .wrap(null)
    .fail((message, error) => refuse(message || error.message))
    .parseSync();
  const rest = parsed._.map(String);
  // yargs takes the default where no value stands behind the name.
  for (const name of valueless(hideBin(process.argv)))
    if (name in options && options[name]!.type !== 'boolean') refuse(`--${name} wants a value`);
  for (const name of Object.keys(options)) {
    const problem = illegal(name, parsed[name], options[name]!);
    if (problem) refuse(problem);
  }
  if (!words && rest.length > 0) refuse(`unknown: ${rest.join(' ')}`);
  return { ...(parsed as unknown as InferredOptionTypes<T>), words: rest, refuse };
}
