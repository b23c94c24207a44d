// SPDX-License-Identifier: Apache-2.0
/** Prepares Node for network files, once and as late as one is read. */
import { register } from 'node:module';
import { isCheckout } from '../project/project.ts';

let registered: Promise<void> | undefined;

/** From here on, import() takes network files in TypeScript and JavaScript, of any folder. */
export function registerHooks(): Promise<void> {
  return (registered ??= registerAll());
}

async function registerAll(): Promise<void> {
  // The checkout runs under tsx from the first line.
  if (!isCheckout) (await import('tsx/esm/api')).register();
  // Hooks that come last are asked first.
  register(new URL('./module-hooks.mjs', import.meta.url), { data: new URL('../index.ts', import.meta.url).href });
}
