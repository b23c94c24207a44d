// SPDX-License-Identifier: Apache-2.0
/** Finds a network: a name in networks/, or a file of the user's. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BitloomError, fail } from '../errors/errors.ts';
import { callForeign, thrown } from './foreign.ts';
import type { ImageSet } from '../images/index.ts';
import { noFile } from '../files/input-file.ts';
import { moduleEnding, root } from '../project/project.ts';
import { isNetwork } from '../dsl/network.ts';
import type { Graph } from '../ir/graph.ts';
import { closest } from '../errors/suggest.ts';
import { registerHooks } from './register-hooks.ts';

const folder = join(root, 'networks');

export interface NetworkModule {
  readonly graph: Graph;
  /** Images that come with the network, for verify without --images. */
  readonly samples?: (() => Promise<ImageSet> | ImageSet) | undefined;
  /** Names of its classes in their order; unchecked. */
  readonly classNames?: unknown;
}

/** Names of the shipped networks: one file each in networks/. */
export function networkNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(moduleEnding))
    .map((file) => file.slice(0, -moduleEnding.length))
    .sort();
}

/** @param nameOrFile `cnv`, or a path to a .ts/.js file whose default export is a network. NN003/NN004 otherwise. */
export async function loadNetwork(nameOrFile: string): Promise<NetworkModule> {
  const names = networkNames();
  const isName = names.includes(nameOrFile);
  const file = isName ? resolve(folder, `${nameOrFile}${moduleEnding}`) : resolve(nameOrFile);
  const isThere = isName || existsSync(file);
  const other = isThere ? noFile(statSync(file)) : undefined;
  if (!isThere || other !== undefined)
    fail({
      code: 'NN003',
      where: '--network',
      got: `${JSON.stringify(nameOrFile)}${other ? `: ${other}` : ''}`,
      legal: `${names.join(' ')}, or a file`,
      ...closest(nameOrFile, names),
    });
  const { graph, samples, classNames } = await readModule(file, nameOrFile);
  // Only network() checks names, which become Verilog and file names.
  if (!isNetwork(graph))
    fail({ code: 'NN004', where: nameOrFile, got: 'no network as default export', fix: 'export default network(…)' });
  // They are made when they are asked for, by code of the file.
  return { graph, samples: samples && (() => callForeign(samples)), classNames };
}

/** What the module exports; NN004 where it cannot be loaded, whatever its code does. */
async function readModule(file: string, where: string): Promise<Omit<NetworkModule, 'graph'> & { graph: unknown }> {
  await registerHooks();
  try {
    return await callForeign(async () => {
      const module = (await import(pathToFileURL(file).href)) as Omit<NetworkModule, 'graph'> & { default?: unknown };
      return { graph: module.default, samples: module.samples, classNames: module.classNames };
    });
  } catch (error) {
    if (error instanceof BitloomError) throw error;
    return fail({ code: 'NN004', where, got: thrown(error), fix: 'make the file a module that exports network(…)' });
  }
}
