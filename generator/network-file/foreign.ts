// SPDX-License-Identifier: Apache-2.0
/**
 * Code of the user's own: a network file, and the samples that it brings. It may throw anything, wait for what never
 * comes, print, or try to end the process; here all of that becomes an error. This guards against accidents: code that
 * means harm can do whatever this process can.
 */
import { inspect } from 'node:util';

/** Reading a network takes milliseconds; making its samples may take longer. */
const limitSeconds = 60;

/** What is under way, and how to give it up. */
const running = new Set<(reason: Error) => void>();

/** True while foreign code is under way: what goes wrong then is taken care of here. */
export function foreignRuns(): boolean {
  return running.size > 0;
}

function giveUp(reason: unknown): void {
  for (const reject of running) reject(faultOf(reason));
}

const stalled = () => giveUp(new Error('it waits for what never comes'));

/** Takes the process's exits and its stdout away from foreign code. Returns what gives them back. */
function guard(): () => void {
  const { exit } = process;
  const write = process.stdout.write;
  process.on('beforeExit', stalled).on('uncaughtException', giveUp).on('unhandledRejection', giveUp);
  process.exit = (code) => {
    const reason = new Error(`it ends the process (exit ${code ?? 0})`);
    giveUp(reason);
    throw reason;
  };
  // stdout is the command's own: under --json it holds one object.
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write;
  return () => {
    process.off('beforeExit', stalled).off('uncaughtException', giveUp).off('unhandledRejection', giveUp);
    process.exit = exit;
    process.stdout.write = write;
  };
}

let release = () => {};

/**
 * What the call gives, or throws; errors also for what it leaves to itself: rejections that nobody handles, a wait
 * without end.
 */
export async function callForeign<T>(call: () => T | Promise<T>, limit = limitSeconds): Promise<T> {
  let reject!: (reason: Error) => void;
  const fault = new Promise<never>((_, no) => (reject = no));
  // It may come after the race.
  fault.catch(() => {});
  const timer = setTimeout(() => reject(new Error(`it is not done after ${limit} s`)), 1000 * limit).unref();
  if (running.size === 0) release = guard();
  running.add(reject);
  try {
    const value = await Promise.race([(async () => call())(), fault]);
    // Rejections that nobody handles are reported when the microtasks are done.
    await Promise.race([new Promise(setImmediate), fault]);
    return value;
  } catch (error) {
    throw faultOf(error);
  } finally {
    clearTimeout(timer);
    running.delete(reject);
    if (running.size === 0) release();
  }
}

/** The error itself, where it is one that can be read. */
function faultOf(error: unknown): Error {
  try {
    if (error instanceof Error && String(error) !== '') return error;
  } catch {
    // A proxy, or an error whose text throws.
  }
  // Without a name, its text is the message alone.
  return Object.assign(new Error(thrown(error)), { name: '' });
}

/** What was thrown, in a line: anything can be, also what has no text. */
export function thrown(value: unknown): string {
  try {
    const shown = () => inspect(value, { depth: 0, customInspect: false });
    const text = value instanceof Error ? String(value) : `thrown: ${shown()}`;
    return text.split('\n').slice(0, 3).join(' | ');
  } catch {
    return 'thrown: a value without text';
  }
}
