// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

const { version: read } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The generator's version, from package.json. */
export const version: string = read;
