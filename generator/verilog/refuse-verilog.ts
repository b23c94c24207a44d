// SPDX-License-Identifier: Apache-2.0
/**
 * Verilog that a proof must not run. Verilator makes a program of a folder's files: they could run other programs,
 * write files, end the run, or look into the bench around them. What describes hardware needs none of that: so the
 * few constructs that do it are refused by name, before anything is built. SECURITY.md says what this does not
 * protect from.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelFolders } from '../boards/index.ts';
import { BitloomError, type Issue } from '../errors/errors.ts';
import { tokensOf, type Token } from './verilog-tokens.ts';

export interface NamedText {
  readonly path: string;
  readonly text: string;
}

/** All that a design needs. Anything else may print, read files, end the run or call C. */
const systemCalls = ['$clog2', '$readmemh', '$signed', '$unsigned'];
/** None of them defines or includes text, so that no name is hidden from this file. */
const directives = [
  '`default_nettype',
  '`celldefine',
  '`endcelldefine',
  '`ifdef',
  '`ifndef',
  '`else',
  '`elsif',
  '`endif',
];
/** A design that asks for more than these knows where it runs, and may be another one there. */
const conditions = ['SYNTHESIS'];
const hooks = /^(?:\/\/|\/\*)\s*verilator/i;
const lint = /^(?:\/\/|\/\*)\s*verilator\s+lint_(?:off|on|save|restore)\b/;

/** Comments and attributes by which synthesis leaves out what is simulated, or takes for granted what is not. */
const steersSynthesis = /\b(?:(?:translate|synthesis)_(?:off|on)|(?:syn_)?black_?box|full_case|parallel_case)\b/i;

const keywords: Readonly<Record<string, string>> = {
  bind: 'puts cells into modules of others',
  force: 'overrides what others drive',
  release: 'overrides what others drive',
  deassign: 'overrides what others drive',
  defparam: 'changes parameters of other modules',
  import: 'calls functions that are not Verilog',
  export: 'gives functions away',
  extern: 'is of another file',
};

const folderOf = (path: string) => resolve(dirname(fileURLToPath(import.meta.url)), path);

function filesIn(path: string): string[] {
  return readdirSync(folderOf(path)).map((file) => readFileSync(folderOf(`${path}/${file}`), 'utf8'));
}

/** Every bench there is: SystemVerilog in any folder of sim/. */
function verilogBelow(path: string): string[] {
  const all = readdirSync(folderOf(path), { recursive: true, withFileTypes: true });
  const benches = all.filter((entry) => entry.isFile() && entry.name.endsWith('.sv'));
  return benches.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
}

/** Modules of the benches and of the primitives' models, and all names in the benches, without their numbers. */
function takenNames(): { readonly modules: ReadonlySet<string>; readonly names: ReadonlySet<string> } {
  const templates = ['bench', 'early-bench'].map((name) => folderOf(`../../templates/top/${name}.sv.hbs`));
  const benches = [...verilogBelow('../../sim'), ...templates.map((path) => readFileSync(path, 'utf8'))];
  const modules = [...benches, ...modelFolders().flatMap(filesIn)].flatMap((text) => [
    ...text.matchAll(/^module (\w+)/gm),
  ]);
  const words = benches.flatMap(tokensOf).filter(({ type }) => type === 'word');
  return { modules: new Set(modules.map(([, name]) => name!)), names: new Set(words.map(({ text }) => text)) };
}

const taken = takenNames();

/** A scope's named blocks. */
type Scope = Set<string>;

interface Path {
  readonly token: Token;
  readonly text: string;
  readonly scopes: readonly Scope[];
}

/** Index behind the bracket that closes the one at `index`. */
function behindBracket(tokens: readonly Token[], index: number): number {
  let depth = 0;
  for (let i = index; i < tokens.length; i++) {
    if (tokens[i]!.text === '[') depth += 1;
    if (tokens[i]!.text === ']') depth -= 1;
    if (depth === 0) return i + 1;
  }
  return tokens.length;
}

/** Index behind the path of names that begins at `index`: `a`, `a[2].b`. */
function behindPath(tokens: readonly Token[], index: number): number {
  let end = index + 1;
  while (tokens[end]?.text === '[' || tokens[end]?.text === '.')
    end = tokens[end]!.text === '[' ? behindBracket(tokens, end) : end + 2;
  return end;
}

type Found = (token: Token, got: string, legal: string, fix: string) => void;

/**
 * Whether the block at `i` waits for signals by name: simulators wake it for these, synthesis for all that it reads.
 */
function waitsByName(tokens: readonly Token[], i: number): boolean {
  const [bracket, first] = [tokens[i + 2]?.text, tokens[i + 3]?.text ?? ''];
  return bracket === '(' && !/^(posedge|negedge|\*)$/.test(first);
}

/** What is refused whatever stands around it. */
function refuseTokens(tokens: readonly Token[], found: Found): void {
  tokens.forEach((token, i) => {
    const { type, text } = token;
    const next = tokens[i + 1]?.text ?? '';
    if (type === 'comment' && hooks.test(text) && !lint.test(text))
      found(token, `${text.split('\n', 1)[0]} changes the simulator`, 'verilator lint_off … lint_on', 'remove it');
    if ((type === 'comment' || type === 'word') && steersSynthesis.test(text))
      found(
        token,
        `${steersSynthesis.exec(text)![0]} makes another design for synthesis`,
        'one design for both',
        'remove it',
      );
    if (type === 'system' && !systemCalls.includes(text))
      found(token, `${text} is no hardware`, systemCalls.join(' '), 'remove it');
    if (type === 'directive' && !directives.includes(text))
      found(token, `${text} hides what is simulated`, directives.join(' '), 'write out what it stands for');
    if (/^`(ifn?def|elsif)$/.test(text) && !conditions.includes(next))
      found(token, `${text} ${next} makes another design for the simulator`, conditions.join(' '), 'keep one design');
    if (type === 'string' && /[/\\]/.test(text))
      found(token, `${text} names a file elsewhere`, 'files of mem/ by their bare names', 'put the file into mem/');
    if (type === 'word' && Object.hasOwn(keywords, text))
      found(token, `${text} ${keywords[text]}`, 'Verilog-2005 of one module', 'remove it');
    if (text === 'always' && next === '@' && waitsByName(tokens, i))
      found(token, 'a list of signals, which synthesis does not read', 'always @*', 'write always @*');
    if (type === 'other' && (text === '\\' || !/^[!-~]$/.test(text)))
      found(token, `character ${JSON.stringify(text)}`, 'plain names in ASCII', 'rename what it stands in');
  });
}

/** Modules one after the other, and in them paths of names that begin with a block of their own. */
function refuseReach(tokens: readonly Token[], found: Found): void {
  let scopes: Scope[] = [];
  let paths: Path[] = [];
  const own = ({ text, scopes: around }: Path) => {
    const [root] = /^\w+/.exec(text)!;
    return around.some((scope) => scope.has(root)) && !taken.names.has(root.replace(/\d+$/, ''));
  };
  const outside = (token: Token, path: string) =>
    found(token, `${path} reaches out of its module`, 'blocks of the same module', 'use a port');
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const [before, next] = [tokens[i - 1]?.text ?? '', tokens[i + 1]?.text ?? ''];
    if (token.text === 'module') {
      scopes = [new Set()];
      if (taken.modules.has(next)) found(token, `module ${next} is one of the bench`, 'other names', 'rename it');
    } else if (token.text === 'endmodule') {
      for (const path of paths) if (!own(path)) outside(path.token, path.text);
      [scopes, paths] = [[], []];
    } else if (scopes.length === 0 && token.text === '(' && next === '*') {
      // An attribute of the module behind it.
      while (i + 1 < tokens.length && !(tokens[i]!.text === '*' && tokens[i + 1]!.text === ')')) i += 1;
      i += 1;
    } else if (scopes.length === 0) {
      found(token, `${token.text} outside of modules`, 'modules', 'put it into a module');
      return;
    } else if (/^(begin|fork|function|task)$/.test(token.text)) {
      if (next === ':') scopes.at(-1)!.add(tokens[i + 2]!.text);
      scopes = [...scopes, new Set()];
    } else if (/^(end|join|join_any|join_none|endfunction|endtask)$/.test(token.text) && scopes.length > 1) {
      scopes = scopes.slice(0, -1);
    } else if (token.text === '.' && !/^[(,]$/.test(before)) {
      outside(token, `${before}.${next}`);
    } else if (token.text === ':' && next === ':') {
      found(token, `${before}:: is of another file`, 'Verilog-2005 of one module', 'write it out');
    } else if (token.type === 'word' && before !== '.') {
      const end = behindPath(tokens, i);
      const path = tokens.slice(i, end);
      if (path.some(({ text }) => text === '.')) {
        paths.push({ token, text: path.map(({ text }) => text).join(''), scopes });
        i = end - 1;
      }
    }
  }
}

/** Faults listed of one file. */
const listed = 8;

/** What a file has that a proof must not run; NN043 each. */
export function refusedIn({ path, text }: NamedText): Issue[] {
  const issues: Issue[] = [];
  const found: Found = ({ at }, got, legal, fix) => {
    const line = text.slice(0, at).split('\n').length;
    if (issues.length < listed) issues.push({ code: 'NN043', where: `${path}:${line}`, got, legal, fix });
  };
  const tokens = tokensOf(text);
  refuseTokens(tokens, found);
  const conditional = (i: number) => /^`(ifn?def|elsif)$/.test(tokens[i - 1]?.text ?? '');
  const quiet = (i: number) => tokens[i - 1]?.text === '`default_nettype' || conditional(i);
  refuseReach(
    tokens.filter(({ type }, i) => type !== 'comment' && type !== 'directive' && !quiet(i)),
    found,
  );
  return issues;
}

/** A file that Verilator would take for another thing than Verilog: C++ to compile, an option, a configuration. */
function misplaced({ path }: NamedText): Issue[] {
  if (/^rtl\/[\w./-]+\.s?v$/.test(path) && !path.includes('..')) return [];
  const got = `${path} is compiled as it is`;
  return [{ code: 'NN043', where: 'filelist.f', got, legal: 'rtl/*.v', fix: 'name Verilog in rtl/' }];
}

/** Modules of a file, by their names. */
function modulesIn({ text }: NamedText): string[] {
  const words = tokensOf(text).filter(({ type }) => type !== 'comment');
  return words.flatMap(({ text: word }, i) => (word === 'module' ? [words[i + 1]?.text ?? ''] : []));
}

/** Modules that are there twice: the simulator takes one of them, and synthesis may take the other. */
function twofold(sources: readonly NamedText[]): Issue[] {
  const first = new Map<string, string>();
  return sources.flatMap((source) =>
    modulesIn(source).flatMap((module): Issue[] => {
      const before = first.get(module);
      first.set(module, source.path);
      if (before === undefined) return [];
      const got = `module ${module} is in ${before} too`;
      return [
        { code: 'NN043', where: source.path, got, legal: 'each module once', fix: 'name one of them in filelist.f' },
      ];
    }),
  );
}

/** Throws NN043 for all that is refused in any of a folder's sources. */
export function refuse(sources: readonly NamedText[]): void {
  const found = sources.flatMap((source) => [...misplaced(source), ...refusedIn(source)]);
  const issues = [...found, ...twofold(sources)];
  if (issues.length > 0) throw new BitloomError(issues);
}
