/** Folders of what is written. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** The folder and those above it. Level by level: Node's own recursive mkdir never ends below /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
