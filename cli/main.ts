// SPDX-License-Identifier: Apache-2.0
/** A command line, called: words in, text on two streams, an exit code out. It ends no process and throws nothing. */
import yargs from 'yargs';
import { commands, type Command } from './commands/index.ts';
import { common, type OptionTable } from './commands/options.ts';
import type { CommandResult, Console } from './commands/result.ts';
import { BitloomError, text } from '../generator/errors/errors.ts';
import { diskIssue } from '../generator/processes/disk-fault.ts';
import { progressLine } from './line/progress-line.ts';
import { version } from '../generator/emit/version.ts';
import { asksForHelp, asksForJson, optionValues, valueless, withValues, wordIssues } from './words.ts';
import { call } from '../generator/project/call.ts';

export interface Streams {
  readonly stdout: Pick<NodeJS.WritableStream, 'write'>;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** 0 done · 1 mismatch or does not fit · 2 bad input · 3 a fault of bitloom. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What went wrong, as text on stderr and, where JSON is wanted, as one object on stdout. */
export function complain(error: unknown, json: boolean, { stdout, stderr }: Streams): ExitCode {
  const full = diskIssue(error);
  if (full) return complain(new BitloomError([full]), json, { stdout, stderr });
  const internal = (error as Error | undefined)?.stack ?? String(error);
  const [fault, message, exitCode]: [object, string, ExitCode] =
    error instanceof BitloomError
      ? [{ issues: error.issues }, error.message, error.issues.every((issue) => issue.code === 'NN016') ? 1 : 2]
      : [{ issues: [], internal }, `a fault of bitloom, not of your input; please report it:\n${internal}`, 3];
  if (json) stdout.write(`${JSON.stringify(fault)}\n`);
  stderr.write(`${message}\n`);
  return exitCode;
}

/**
 * yargs shall leave numbers as they were typed, and yet call them numbers in --help: both types do that, the last is
 * shown.
 */
function asTyped(table: OptionTable): OptionTable {
  return Object.fromEntries(
    Object.entries(table).map(([name, option]) => [
      name,
      { ...option, ...(option.type === 'number' && { string: true }) },
    ]),
  );
}

const about = 'bitloom: from a compressed network to Verilog that Verilator proves equal';
const usage = `${about}\n\n  ${call('<command>', '[options]')}`;

/** yargs with every command. @param run is called with the options as they were typed */
function parserOf(run: (command: Command, given: Record<string, unknown>) => Promise<void>) {
  const parser = yargs()
    .scriptName(call('').trim())
    .usage(usage)
    .options(common)
    .example(call('gen', '--board zcu104'), "the board's network, as Verilog")
    .example(call('verify', '--board kc705 --network mnist --frames 16'), 'and the proof')
    .demandCommand(1, 'name a command')
    .strict()
    .wrap(110)
    .version(version)
    .detectLocale(false)
    // `--no-x` and `--x.y` are no options.
    .parserConfiguration({ 'boolean-negation': false, 'dot-notation': false, 'camel-case-expansion': false })
    .exitProcess(false);
  for (const [name, command] of commands)
    parser.command(
      command.positional === undefined ? name : `${name} [${command.positional}]`,
      command.describe,
      (options) => (command.example ? options.example(...command.example) : options).options(asTyped(command.options)),
      (given) => run(command, given),
    );
  return parser;
}

/**
 * Runs a command line.
 * @param words behind `npm run`: the command, then its options
 * @returns the exit code, after the result or all issues were written
 */
export async function main(words: readonly string[], streams: Streams): Promise<ExitCode> {
  const json = asksForJson(words);
  const line = progressLine(streams.stderr);
  const out: Console = {
    warn(message) {
      line.clear();
      streams.stderr.write(`note: ${message}\n`);
    },
    progress: line.show,
  };
  let result: CommandResult | undefined;
  let help = '';
  try {
    const wrong = asksForHelp(words) ? [] : wordIssues(words);
    if (wrong.length > 0) throw new BitloomError(wrong);
    const run = async (command: Command, given: Record<string, unknown>) => {
      const { options, issues } = optionValues({ ...command.options, ...common }, given, valueless(words));
      if (issues.length > 0) throw new BitloomError(issues);
      result = await (await command.load())(options as never, out);
    };
    const refuse = (message: string, error: unknown) => {
      const where = words[0] ?? 'command';
      throw error ?? new BitloomError([{ code: 'NN001', where, got: message, fix: `see ${call(where, '--help')}` }]);
    };
    await parserOf(run)
      .fail(refuse)
      .parseAsync(withValues(words), {}, (_error, _given, text) => void (help = text));
    line.clear();
    if (!result) {
      streams.stdout.write(`${json ? JSON.stringify({ text: help }) : help}\n`);
      return 0;
    }
    streams.stdout.write(`${json ? JSON.stringify(result.json) : result.text}\n`);
    if (result.issues?.length) streams.stderr.write(`${result.issues.map(text).join('\n')}\n`);
    return result.exitCode;
  } catch (error) {
    line.clear();
    return complain(error, json, streams);
  }
}
