// SPDX-License-Identifier: Apache-2.0
/**
 * Runs Verilator, make, simulators and their like so that nothing of them outlives this process, however it ends: by
 * itself, by a signal, or killed so that it cannot do anything any more.
 *
 * Each tool leads a process group. A shell in that group waits for the end of a pipe that this process holds and never
 * writes to: the system closes it when this process is gone, and the shell kills the group, with everything that the
 * tool started. It does so too when the tool itself has ended, for Node then closes the pipe.
 */
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { onExit } from 'signal-exit';

// The tool takes the shell's place and with it the process id that the caller knows. It reads nothing from the pipe.
const leash = 'exec 9<&0 </dev/null; { exec 3<&-; read -r _ <&9; kill -KILL 0; } >/dev/null 2>&1 & exec "$@" 9<&-';
// But its standard input may be the pipe's first line.
const leashWithLine = `IFS= read -r line; ${leash} <<END\n$line\nEND\n`;

/** `command` started through the shell that ends it. Its standard input has to be a pipe, and the process detached. */
export function leashed(command: string, args: readonly string[], script = leash): readonly [string, string[]] {
  return ['/bin/sh', ['-c', script, 'sh', command, ...args]];
}

const running = new Set<number>();

// Killed before this process ends, so that its temporary folders can be removed.
onExit(() => running.forEach(killGroup));

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Counts a leashed process among those to kill when this one ends on a signal. */
export function watch(child: Pick<ChildProcess, 'pid' | 'once'>): void {
  const { pid } = child;
  if (pid === undefined) return;
  running.add(pid);
  child.once('exit', () => running.delete(pid));
}

/** How a tool ended. */
export interface Ended {
  /** 127 also where the shell did not find the command, 126 where it could not run it. */
  readonly exitCode: number | undefined;
  /** That it was killed by. */
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** It was stopped since it ran longer than `seconds`, or printed more than is read. */
  readonly stopped: 'time' | 'output' | undefined;
  /** Why it could not be started at all. */
  readonly unstarted: string | undefined;
}

export interface ToolOptions {
  readonly cwd?: string;
  /** Limit of its time; 0 is none. */
  readonly seconds?: number;
  /** A line that it finds on its standard input. */
  readonly line?: string;
  /** Beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

const mostOutput = 256 * 1024 * 1024;

/** Never throws for what the tool does. */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, seconds = 0, line, env = {} }: ToolOptions = {},
): Promise<Ended> {
  const [shell, words] = leashed(command, args, line === undefined ? leash : leashWithLine);
  const options = {
    detached: true,
    stdin: 'pipe',
    reject: false,
    env,
    timeout: seconds * 1000,
    maxBuffer: mostOutput,
    ...(cwd === undefined ? {} : { cwd }),
  } as const;
  const tool = execa(shell, words, options);
  watch(tool);
  if (line !== undefined) tool.stdin.write(`${line}\n`);
  const { exitCode, signal, stdout, stderr, timedOut, isMaxBuffer, code, originalMessage } = await tool;
  return {
    exitCode,
    signal,
    stdout,
    stderr,
    stopped: timedOut ? 'time' : isMaxBuffer ? 'output' : undefined,
    unstarted: exitCode === undefined && signal === undefined && code !== undefined ? originalMessage : undefined,
  };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether PATH leads to a program of this name. */
export function isOnPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isProgram(join(folder || '.', name)));
}
