// SPDX-License-Identifier: Apache-2.0
/** `npm run contracts`: writes every file that contracts are part of. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { contractFiles, pathOf } from './files.ts';

for (const [file, text] of contractFiles()) {
  const path = pathOf(file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  writeFileSync(path, text);
  console.log(file);
}
