// SPDX-License-Identifier: Apache-2.0
/** Where bitloom itself lies. The checkout runs TypeScript as it stands; the package is compiled. */
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of all that bitloom ships: the checkout's root. In the package, dist/, which has the same folders. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** False in the package. */
export const isCheckout: boolean = import.meta.url.endsWith('.ts');

/** Ending of bitloom's own modules. */
export const moduleEnding = isCheckout ? '.ts' : '.js';

/** A file as messages name it: from the root if it is bitloom's own, else from the working directory. */
export function sourcePath(path: string): string {
  const own = relative(root, path);
  return own.startsWith('..') || isAbsolute(own) ? relative(process.cwd(), path) || path : own;
}

/** GNU make refuses to build below a path with white space. */
export function canBuildIn(folder: string): boolean {
  return !/\s/.test(folder);
}

/**
 * Folder of what may be deleted at any time: in the node_modules that `npm ci` clears; where make could not build
 * there, among the user's caches.
 * @param place bitloom's
 */
export function ownCacheFolder(place = root): string {
  const own = resolve(place, isCheckout ? 'node_modules' : '../..', '.cache/bitloom');
  return canBuildIn(own) ? own : join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'bitloom');
}
