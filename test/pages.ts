// SPDX-License-Identifier: Apache-2.0
/** Pages that show files, commands and output: what they show is taken out, run and compared. */
import { Writable } from 'node:stream';
import { main, type ExitCode } from '../cli/main.ts';

export interface Block {
  readonly language: string;
  /** Behind the language: the file that the block belongs to. */
  readonly file?: string;
  readonly text: string;
}

/** The fenced blocks of a page in their order. */
export function blocks(page: string): Block[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language, file, text]) => ({
    language: language!,
    ...(file === undefined ? {} : { file }),
    text: text!,
  }));
}

/** What differs from machine to machine: seconds, and Verilator's version. */
function stable(line: string): string {
  return line.replace(/\b\d+(\.\d+)? s\b/g, 'N s').replace(/Verilator \d\S*/g, 'Verilator');
}

/**
 * The first shown line that the output does not have at its place, or undefined. A line `…` stands for any lines, an
 * `…` at a line's end for the rest of it; all else is equal, but for seconds.
 */
export function firstDifference(shown: string, output: string): string | undefined {
  const lines = output.trimEnd().split('\n').map(stable);
  const isShown = (line: string, actual: string | undefined): boolean =>
    actual !== undefined && (line.endsWith('…') ? actual.startsWith(line.slice(0, -1)) : actual === line);
  let at = 0;
  let skips = false;
  for (const line of shown.trimEnd().split('\n').map(stable)) {
    if (line === '…') {
      skips = true;
      continue;
    }
    const found = skips ? lines.findIndex((actual, i) => i >= at && isShown(line, actual)) : at;
    if (!isShown(line, lines[found])) return `${line} ≠ ${lines[at] ?? 'the end'}`;
    at = found + 1;
    skips = false;
  }
  return skips || at === lines.length ? undefined : `the end ≠ ${lines[at]}`;
}

export interface Said {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line of bitloom in this process: the words behind `npm run`, without its `--`. */
export async function say(words: readonly string[]): Promise<Said> {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof texts) =>
    new Writable({
      write(chunk, _encoding, done) {
        texts[name] += String(chunk);
        done();
      },
    });
  const exitCode = await main(words, { stdout: stream('stdout'), stderr: stream('stderr') });
  return { exitCode, ...texts };
}

/** Words of a command as a page writes it, `npm run --silent gen -- --board …`; undefined for other commands. */
export function bitloomWords(command: string): string[] | undefined {
  const [, script, rest = ''] = /^npm run (?:--silent )?([a-z]+)(?: -- (.*))?$/.exec(command) ?? [];
  return script === undefined ? undefined : [script, ...rest.split(/\s+/).filter((word) => word !== '')];
}
