// SPDX-License-Identifier: Apache-2.0
/**
 * How Node finds the modules of network files (node:module's hooks, on the thread that runs them, which reads no
 * TypeScript).
 *
 * `bitloom` is the bitloom that reads the file, wherever the file lies: a second copy would describe networks of its
 * own. And a network file is an ES module, whatever the package.json around it says: `npm init` writes `commonjs`.
 */

/** URL of generator/index.ts. */
let dsl = '';

/** @type {import('node:module').InitializeHook<string>} */
export const initialize = (url) => {
  dsl = url;
};

/** A module of a package says itself what it is. */
const isUsers = (url) => /^file:.*\.[jt]s(\?|$)/.test(url) && !url.includes('/node_modules/');

/** @type {import('node:module').ResolveHook} */
export const resolve = async (specifier, context, next) => {
  if (specifier === 'bitloom') return { url: dsl, format: 'module', shortCircuit: true };
  const found = await next(specifier, context);
  return isUsers(found.url) ? { ...found, format: 'module' } : found;
};
