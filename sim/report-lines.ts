// SPDX-License-Identifier: Apache-2.0
/**
 * What a bench reports, apart from what the design in it prints. Every report begins with a nonce, new in each run,
 * which goes to the program by standard input and reaches the bench alone (sim/report.sv, sim/main.cpp).
 */
import { randomBytes } from 'node:crypto';
import { fail } from '../generator/errors/errors.ts';
import { runTool } from '../generator/processes/run-tool.ts';
import { simulationFault } from './simulation-fault.ts';

/** `EDGE edge=0 taken=784`: `{ edge: '0', taken: '784' }`. */
export function fields(report: string): Record<string, string> {
  return Object.fromEntries(
    report
      .split(' ')
      .slice(1)
      .map((pair) => pair.split('=') as [string, string]),
  );
}

/**
 * The reports in what a program printed, without their nonce. One may begin in mid-line: the design cannot hide it
 * behind a text of its own.
 */
export function reportsIn(output: string, nonce: string): string[] {
  return output
    .split(`${nonce} `)
    .slice(1)
    .map((text) => text.split('\n', 1)[0]!);
}

function withoutResult(got: string): never {
  const fix = 'if the Verilog was edited, undo that; if not, please report it';
  return fail({ code: 'NN041', where: 'simulation', got, fix });
}

/**
 * A design that gives nothing is ended by the watchdog: what does not end is a simulator in which time stands still.
 */
function tooLong(seconds: number): never {
  return fail({
    code: 'NN044',
    where: 'simulation',
    got: `no end after ${seconds} s, many times what the cycle model asks for`,
    fix: 'look for a loop without an end in edited Verilog (initial, while, a combinational loop), or free the machine',
  });
}

export interface Running {
  /** Folder in which the program runs. */
  readonly cwd: string;
  /** Seconds after which it is stopped. */
  readonly seconds: number;
}

export interface Reported {
  /** All reports in their order. */
  readonly reports: readonly string[];
  /** Fields of the one that ends the run. */
  readonly done: Readonly<Record<string, string>>;
}

/**
 * Runs a bench's program. NN041 when it ends without a result, NN044 when it does not end.
 * @param settings +name=value each; `seed` is also that of registers' first values
 */
export async function runBench(
  program: string,
  settings: Readonly<Record<string, string | number>>,
  { cwd, seconds }: Running,
): Promise<Reported> {
  const nonce = randomBytes(16).toString('hex');
  const args = Object.entries(settings).map(([name, value]) => `+${name}=${value}`);
  const random = ['+verilator+rand+reset+2', `+verilator+seed+${settings['seed'] ?? 1}`];
  const ended = await runTool(program, [...args, ...random], { cwd, seconds, line: nonce });
  if (ended.stopped === 'time') tooLong(seconds);
  if (ended.exitCode !== 0) fail(simulationFault(ended));
  const reports = reportsIn(ended.stdout, nonce);
  const ends = reports.filter((report) => report.startsWith('DONE'));
  const how = ends.length === 0 ? 'without a result' : 'twice';
  if (ends.length !== 1) withoutResult(`ended ${how}: ${reports.at(-1) ?? ''}`);
  return { reports, done: fields(ends[0]!) };
}
