// SPDX-License-Identifier: Apache-2.0
/** Why Verilator or the compiler did not do their work, in words that lead to the cure. */
import { basename } from 'node:path';
import type { Issue } from '../generator/errors/errors.ts';
import { isOnPath, type Ended } from '../generator/processes/run-tool.ts';

/** A failed step: the tool that was started, how it ended, what it printed, where it worked. */
interface Failed {
  readonly tool: string;
  readonly ended: Ended;
  readonly said: string;
  readonly cwd: string;
  /** File as the tool knows it → file of the design. */
  readonly names: ReadonlyMap<string, string>;
}

/** Debian's packages of the programs that a build needs. */
const packages: Readonly<Record<string, string>> = {
  verilator: 'verilator',
  make: 'make',
  'g++': 'g++',
  ar: 'binutils',
  as: 'binutils',
  ld: 'binutils',
  perl: 'perl',
  python3: 'python3',
};

function missing(program: string): Issue {
  const name = basename(program);
  const install = packages[name] === undefined ? 'install it' : `apt-get install ${packages[name]}, or: make setup`;
  const fix = name === 'ccache' ? 'apt-get install ccache, or unset OBJCACHE' : install;
  return { code: 'NN040', where: name, got: program === name ? 'not found on PATH' : `not found: ${program}`, fix };
}

/** In words, with the last line that it printed. */
export function endOf({ exitCode, signal, unstarted, stdout, stderr }: Ended): string {
  const how = unstarted ?? (signal === undefined ? `ended with ${exitCode}` : `was killed by ${signal}`);
  const last = (stderr.trim() || stdout.trim()).split('\n').at(-1)!.trim();
  return last === '' ? how : `${how}: ${last}`;
}

/**
 * The program that make, a shell or env does not find; of several, the one that ended the work: the last before make
 * gives up.
 */
function notFound(said: string): string | undefined {
  const line =
    /^(?:\S*make\S*|\S*sh|\S*env): (?:line )?(?:\d+: )?['‘]?([^\s:'’]+)['’]?: (?:command )?(?:not found|No such file or directory)/gim;
  return [...said.split(/Error 127\b/)[0]!.matchAll(line)].at(-1)?.[1];
}

const room = 'free some disk space, or set BITLOOM_CACHE and TMPDIR to folders on another disk';
const reinstall = 'install both again: apt-get install --reinstall verilator g++';
const moreMemory = 'too little memory as a rule: free some, and run it again';

/** Each is told by itself: file, line and words. Verilator's own summing-up has no line. */
const verilogErrors: Symptom = ({ said, names }) =>
  [...said.matchAll(/^%Error(?:-\w+)?: ([^\s:]+):(\d+):(?:\d+:)? (.*)$/gm)]
    .slice(0, 10)
    .map(([, file, line, words]) => {
      const own = names.get(file!);
      const fix =
        own === undefined
          ? 'the bench looks for something that the design lacks, a port of its top perhaps: mend what was edited'
          : 'if the file was edited, mend it; if not, please report it: gen writes no such Verilog';
      return { code: 'NN041', where: `${own ?? file}:${line}`, got: `verilator: ${words!.trim()}`, fix };
    });

/** What a failed step shows; empty where it does not. */
type Symptom = (failed: Failed) => Issue[];

/** One issue where the tool says so; `match` is what it says. */
const saying =
  (pattern: RegExp, issue: (match: RegExpExecArray, failed: Failed) => Omit<Issue, 'code'>): Symptom =>
  (failed) => {
    const match = pattern.exec(failed.said);
    return match ? [{ code: 'NN041', ...issue(match, failed) }] : [];
  };

const firstLines = (said: string) =>
  said
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 3)
    .join(' | ');

const tested = 'Verilator 5.006 and g++ 12.2 are what bitloom is tested with';

/** The first that fits is told. A full disk and too little memory show as all sorts of errors, so they come first. */
const symptoms: readonly Symptom[] = [
  saying(/No space left on device|Disk quota exceeded/, ([words], { tool, cwd }) => ({
    where: tool,
    got: `${words}: ${cwd}`,
    fix: room,
  })),
  saying(
    /Killed signal terminated program \S+|virtual memory exhausted|[Cc]annot allocate memory|std::bad_alloc|[Oo]ut of memory/,
    ([words], { tool }) => ({
      where: tool,
      got: words,
      fix: moreMemory,
    }),
  ),
  ({ tool, ended }) =>
    ended.signal === 'SIGKILL' ? [{ code: 'NN041', where: tool, got: endOf(ended), fix: moreMemory }] : [],
  ({ tool, ended }) => (ended.exitCode === 127 && !isOnPath(tool) ? [missing(tool)] : []),
  ({ said, ended }) => {
    const program = ended.exitCode === 127 || /Error 127\b/.test(said) ? notFound(said) : undefined;
    return program === undefined ? [] : [missing(program)];
  },
  saying(/ccache: error: (.*)/, ([, words]) => ({
    where: 'ccache',
    got: words!,
    fix: 'mend its settings (ccache --show-config), or unset OBJCACHE',
  })),
  saying(/%Error: Invalid option: (\S+)/, ([, option]) => ({
    where: 'verilator',
    got: `no option ${option}`,
    legal: tested,
    fix: 'install another version',
  })),
  saying(/%Error: (?:Internal Error|Verilator aborted|Verilator threw).*/, ([words]) => ({
    where: 'verilator',
    got: words,
    legal: tested,
    fix: 'if the Verilog was edited, undo that; if not, install another version',
  })),
  verilogErrors,
  saying(/cannot find -l(\w+)/, ([words, name]) => ({
    where: 'g++',
    got: words,
    fix: name === 'z' ? 'apt-get install zlib1g-dev' : `install the library ${name}`,
  })),
  saying(/^(\S+?:(?:\d+:)*) (?:fatal )?error: (.*)$/m, ([, place, words]) => ({
    where: 'g++',
    got: `C++ of Verilator does not compile: ${basename(place!)} ${words}`,
    legal: tested,
    fix: reinstall,
  })),
  saying(/Permission denied|Read-only file system/, (_, { tool, cwd, said }) => ({
    where: tool,
    got: firstLines(said),
    fix: `mend the permissions of ${cwd}, or set BITLOOM_CACHE to another folder`,
  })),
  ({ tool, ended, said }) => [
    { code: 'NN041', where: tool, got: firstLines(said) || endOf(ended), legal: tested, fix: reinstall },
  ],
];

/**
 * What to tell about a tool that did not end with 0: every error in the Verilog, where there are any and nothing else
 * is wrong; else one issue.
 * @param names file as the tool knows it → file of the design
 */
export function buildFaults(
  tool: string,
  ended: Ended,
  cwd: string,
  names: ReadonlyMap<string, string> = new Map(),
): Issue[] {
  const failed: Failed = { tool, ended, cwd, names, said: `${ended.stderr}\n${ended.stdout}` };
  for (const symptom of symptoms) {
    const issues = symptom(failed);
    if (issues.length > 0) return issues;
  }
  return [];
}
