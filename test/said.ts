// SPDX-License-Identifier: Apache-2.0
/** What a fault says. */
import { BitloomError } from '../generator/errors/errors.ts';
import { stable } from './command-line.ts';

/** The issues that `provoke` throws, as text; fails when it throws none. */
export async function said(provoke: () => unknown, folder: string): Promise<string> {
  try {
    await provoke();
  } catch (error) {
    if (error instanceof BitloomError) return stable(error.message, folder);
    throw error;
  }
  throw new Error('nothing was refused');
}
