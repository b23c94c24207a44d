// SPDX-License-Identifier: Apache-2.0
/** Runs the command line as a user does, in temporary folders, and looks at everything it leaves behind. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll } from 'vitest';

const cli = fileURLToPath(new URL('../cli/cli.ts', import.meta.url));
const dsl = new URL('../generator/index.ts', import.meta.url).href;

/** The project's root folder. */
export const root = fileURLToPath(new URL('../', import.meta.url));

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further arguments of node itself. */
  readonly node?: readonly string[];
}

/** `npm run <command> -- <options>` without npm. */
export async function bitloom(
  args: readonly string[],
  { cwd = root, env = {}, node = [] }: Surroundings = {},
): Promise<Ran> {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), ...node, cli, ...args],
    { cwd, env, reject: false, maxBuffer: 64 * 1024 * 1024 },
  );
  return { exitCode: exitCode ?? -1, stdout, stderr };
}

/** An empty folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file below a folder with the hash of its contents; empty where there is no folder. */
export function contents(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  if (!statSync(folder).isDirectory()) return { '.': readFileSync(folder, 'hex') };
  const files = (readdirSync(folder, { recursive: true }) as string[]).sort();
  return Object.fromEntries(
    files.map((file) => {
      const path = join(folder, file);
      return [
        file,
        statSync(path).isDirectory() ? 'folder' : createHash('sha256').update(readFileSync(path)).digest('hex'),
      ];
    }),
  );
}

/** The text without what changes from run to run: where the temporary folder lies, line numbers, process ids. */
export function stable(text: string, folder: string): string {
  const place = new RegExp(`[^\\s'"·]*${basename(folder)}(/net-\\w+)?/?`, 'g');
  return text
    .replace(place, '')
    .replace(/\.ts:\d+/g, '.ts:N')
    .replace(/\.\d+\.tmp/g, '.PID.tmp');
}

/**
 * A module of the DSL whose function body is `body`; the DSL is `d`, `pixels` a quantised map of 2 channels, 4×4 unless
 * said otherwise.
 */
export function networkFile(
  folder: string,
  body: string,
  { name = 'net', weights = 'd.synthetic(1)', map = 4 } = {},
): string {
  const own = mkdtempSync(join(folder, 'net-'));
  const path = join(own, 'net.ts');
  const text = [
    `import * as d from ${JSON.stringify(dsl)};`,
    `const weights = ${weights};`,
    `export default d.network(${JSON.stringify(name)}, () => {`,
    `  const pixels = d.quantise('quant', d.input('pixels', { height: ${map}, width: ${map}, channels: 2 }), ` +
      'd.signedPixels());',
    `  ${body}`,
    `});`,
  ];
  writeFileSync(path, `${text.join('\n')}\n`);
  return path;
}
