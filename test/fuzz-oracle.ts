// SPDX-License-Identifier: Apache-2.0
/** What may come of any command line: success, or a refusal with a code; and nothing that the user did not ask for. */
import { lstatSync, readdirSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { issueCodes } from '../generator/errors/errors.ts';
import { asksForJson } from '../cli/words.ts';
import type { Ran } from './command-line.ts';

/** Every path below a folder, with what tells whether it was written: size, time and inode. */
export function snapshot(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const enter = (path: string) => {
    for (const name of readdirSync(path)) {
      const below = join(path, name);
      const { size, mtimeMs, ino, isFolder } = ((stats) => ({ ...stats, isFolder: stats.isDirectory() }))(
        lstatSync(below),
      );
      found.set(below, isFolder ? 'folder' : `${size} ${mtimeMs} ${ino}`);
      if (isFolder) enter(below);
    }
  };
  enter(folder);
  return found;
}

/** Paths that are new, gone or written since. */
export function changesSince(before: ReadonlyMap<string, string>, folder: string): string[] {
  const after = snapshot(folder);
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
}

/** Where a command line may write: the values of --out and --wave, in this folder. */
function mayWrite(words: readonly string[], cwd: string): string[] {
  const values = words.flatMap((word, i) => {
    const match = /^--(?:out|wave)(?:=([^]*))?$/.exec(word);
    return match ? [match[1] ?? words[i + 1] ?? ''] : [];
  });
  const cache = process.env['BITLOOM_CACHE'] ?? '';
  return [...values, 'rtl-out', cache].filter((value) => value !== '').map((value) => resolve(cwd, value));
}

/** The text without what the user wrote, who may well write NaN. */
function withoutInput(text: string, words: readonly string[]): string {
  const values = words
    .flatMap((word) => [word, word.replace(/^[^=]*=/, '')])
    .filter((word) => /NaN|undefined|\[object/.test(word));
  return values.reduce((left, value) => left.replaceAll(value, ''), text);
}

export interface Case {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly ran: Ran;
  /** Paths written while it ran. */
  readonly changed: readonly string[];
}

/** Everything that is wrong with how a command line ended; nothing where it ended as it may. */
export function faultsOf({ words, cwd, ran: { exitCode, stdout, stderr }, changed }: Case): string[] {
  const faults: string[] = [];
  const legal = new Set<string>(Object.keys(issueCodes));
  if (![0, 1, 2].includes(exitCode)) faults.push(`exit code ${exitCode}`);
  const codes = [...stderr.matchAll(/^(NN\d+) /gm)].map(([, code]) => code!);
  if (exitCode !== 0 && codes.length === 0) faults.push('no code on stderr');
  if (exitCode === 1 && !codes.every((code) => code === 'NN016')) faults.push(`exit code 1 with ${codes.join(' ')}`);
  for (const code of codes) if (!legal.has(code)) faults.push(`unknown code ${code}`);
  // An illegal weight is quoted: NaN at element 3.
  const said = `${stdout}\n${stderr}`.replace(/^NN013 .*$/gm, '').replace(/"NN013"[^}]*/g, '');
  for (const [word] of withoutInput(said, words).matchAll(/\bNaN\b|\bundefined\b|\[object \w+\]/g))
    faults.push(`${word} in what is said`);
  if (asksForJson(words)) {
    const lines = stdout.split('\n');
    try {
      const value = JSON.parse(lines[0]!) as { issues?: { code: string; where: string; got: string }[] };
      if (typeof value !== 'object' || value === null || lines.length !== 2 || lines[1] !== '')
        faults.push('not one JSON object on stdout');
      const issues = exitCode === 2 ? (value.issues ?? []) : [];
      if (exitCode === 2 && issues.length === 0) faults.push('no issues in JSON');
      if (
        !issues.every(
          ({ code, where, got }) => legal.has(code) && where !== '' && got !== '' && typeof got === 'string',
        )
      )
        faults.push('an issue without code, place or value');
    } catch {
      faults.push('no JSON on stdout');
    }
  } else if (exitCode === 2 && stdout !== '') faults.push('text on stdout at a refusal');
  else if (exitCode === 0 && stdout === '') faults.push('nothing said');
  const own = mayWrite(words, cwd);
  const foreign = changed.filter(
    (path) =>
      !own.some((place) => path === place || path.startsWith(`${place}${sep}`) || place.startsWith(`${path}${sep}`)),
  );
  if (foreign.length > 0) faults.push(`written outside of --out: ${foreign.join(' ')}`);
  // A tool that is missing is missed when the design is written.
  if (exitCode === 2 && changed.length > 0 && !codes.every((code) => code.startsWith('NN04')))
    faults.push(`written at a refusal: ${changed.join(' ')}`);
  return [...new Set(faults)];
}

/** As a shell takes it. */
export function shown(words: readonly string[]): string {
  const [command, ...options] = words.map((word) =>
    /^[\w./=,-]+$/.test(word) ? word : `$'${JSON.stringify(word).slice(1, -1).replaceAll("'", "\\'")}'`,
  );
  return `npm run ${command} -- ${options.join(' ')}`;
}
