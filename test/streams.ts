// SPDX-License-Identifier: Apache-2.0
/** The command line called in process, and what it said. */
import { Writable } from 'node:stream';
import { main } from '../cli/main.ts';
import type { Ran } from './command-line.ts';

function collector(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

/** `npm run <words>`, without a process of its own; output is not trimmed. */
export async function run(words: readonly string[]): Promise<Ran> {
  const [stdout, stderr] = [collector(), collector()];
  const exitCode = await main(words, { stdout: stdout.stream, stderr: stderr.stream });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}
