/** Options of the proofs, sweeps and benchmarks: `--help` from their descriptions; a wrong one is named in one line, exit 2. */
import yargs, { type InferredOptionTypes, type Options } from 'yargs';
import { hideBin } from 'yargs/helpers';

export interface Described<T extends Record<string, Options>> {
  /** As people run it: `npm run sweep`. */
  readonly command: string;
  readonly about: string;
  readonly options: T;
  /** Words that stand without an option name, where the command takes any. */
  readonly words?: string;
  readonly more?: string;
}

export function parseOptions<T extends Record<string, Options>>({ command, about, options, words, more = '' }: Described<T>): InferredOptionTypes<T> & { readonly words: readonly string[] } {
  const refuse = (problem: string) => {
    console.error(`${problem} (${command} -- --help)`);
    process.exit(2);
  };
  const parser = yargs(hideBin(process.argv)).scriptName('').usage(`${command} -- [options]${words ? ` [${words} …]` : ''}\n\n${about}`).options(options).epilogue(more);
  const parsed = parser.strictOptions().version(false).wrap(null).fail((message, error) => refuse(message || error.message)).parseSync();
  const rest = parsed._.map(String);
  for (const name of Object.keys(options)) {
    const values = [parsed[name]].flat();
    if (values.length === 0) refuse(`--${name} wants a value`);
    if (values.some(Number.isNaN)) refuse(`--${name} is no number`);
  }
  if (!words && rest.length > 0) refuse(`unknown: ${rest.join(' ')}`);
  return { ...(parsed as unknown as InferredOptionTypes<T>), words: rest };
}
