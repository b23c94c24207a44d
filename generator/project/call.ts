// SPDX-License-Identifier: Apache-2.0
import { isCheckout } from './project.ts';

/** How people run a command: `npm run gen -- --board B` in the checkout, `npx bitloom gen --board B` in the package. */
export function call(command: string, options = ''): string {
  if (!isCheckout) return ['npx bitloom', command, options].filter(Boolean).join(' ');
  return options ? `npm run ${command} -- ${options}` : `npm run ${command}`;
}

/** How a folder's rebuild command may begin: in a checkout, or with the package. */
export const callsOfGen = ['npm run gen --', 'npx bitloom gen'] as const;
