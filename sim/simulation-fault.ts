// SPDX-License-Identifier: Apache-2.0
/** Why a simulator ended without a result, in words that lead to the cure. */
import type { Issue } from '../generator/errors/errors.ts';
import type { Ended } from '../generator/processes/run-tool.ts';
import { endOf } from './build-faults.ts';

const again = 'run it again';
const edited = 'if the Verilog was edited, undo that; if not, please report it';

/** By signal; any other is one that somebody sent. */
const crashes: Readonly<Record<string, string>> = {
  SIGKILL: `too little memory as a rule, or somebody ended it: free some, and ${again}`,
  SIGILL: 'it was built for another processor: delete the cache (make clean)',
  SIGBUS: 'the disk that it lies on is full or gone: free some space, and delete the cache (make clean)',
  SIGSEGV: `${edited}; a very large design may need a larger stack: ulimit -s unlimited`,
  SIGFPE: edited,
  SIGABRT: edited,
};

interface Told {
  readonly where?: string;
  readonly got: string;
  readonly fix: string;
}

/** What the library of Verilator says of a memory image, before it gives up. */
const image = /%(?:Error|Warning): ([^\s:]+):(\d+): (?:\S+: )?(\$readmem .*)/;
const assertion = /%(?:Error|Fatal): ([^\s:]+):(\d+): (.*)/;

function told({ exitCode, signal, stdout, stderr, stopped, unstarted }: Ended): Told {
  const said = `${stderr}\n${stdout}`;
  if (unstarted !== undefined) return { got: `cannot be started: ${unstarted}`, fix: again };
  if (stopped === 'output') return { got: 'was stopped: it printed without end', fix: edited };
  const [, file, line, words] = image.exec(said) ?? [];
  // It counts the ends of lines that it has read, of the word at fault or not.
  if (words !== undefined)
    return {
      where: `mem/${file}`,
      got: `${words}, in line ${line} or the next`,
      fix: 'mend the memory image, or generate the design again',
    };
  const [, source, at, message] = assertion.exec(said) ?? [];
  if (message !== undefined) return { where: `simulation, ${source}:${at}`, got: message, fix: edited };
  if (signal !== undefined)
    return { got: `was killed by ${signal}`, fix: crashes[signal] ?? `somebody ended it: ${again}` };
  if (exitCode === 126 || exitCode === 127)
    return {
      got: `cannot be executed: ${stderr.trim().split('\n').at(-1)}`,
      fix: 'set BITLOOM_CACHE to a folder where programs may be run (a file system without noexec)',
    };
  return { got: endOf({ exitCode, signal, stdout, stderr, stopped, unstarted }), fix: edited };
}

/** @param ended how the simulator ended, which was not as a run ends */
export function simulationFault(ended: Ended): Issue {
  return { code: 'NN041', where: 'simulation', ...told(ended) };
}
