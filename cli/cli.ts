// SPDX-License-Identifier: Apache-2.0
/** The program: its words, its streams, its exit code. The only place that ends the process. */
import { BitloomError } from '../generator/errors/errors.ts';
import { foreignRuns } from '../generator/network-file/foreign.ts';
import { complain, main, type ExitCode } from './main.ts';
import { asksForJson } from './words.ts';

const words = process.argv.slice(2);
const json = asksForJson(words);
let ended = false;
let unwritten: ExitCode | undefined;

/**
 * Ends when all is written: a network file may have left timers and sockets behind that would keep the process alive.
 */
function end(code: ExitCode): void {
  ended = true;
  const exit = () => process.exit(unwritten ?? code);
  process.stdout.write('', () => process.stderr.write('', () => setImmediate(exit)));
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough is no fault.
  if (error.code === 'EPIPE') return;
  unwritten = complain(new BitloomError([{ code: 'NN030', where: 'stdout', got: error.message }]), false, process);
});
process.on('uncaughtException', (error) => {
  if (!foreignRuns()) end(complain(error, json, process));
});
// Where the event loop runs empty, or foreign code ends the process, before the command has ended.
process.on('exit', () => {
  if (!ended) process.exitCode = complain(new Error('the process ends in the middle of the command'), json, process);
});

void main(words, process).then(end);
