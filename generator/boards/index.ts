// SPDX-License-Identifier: Apache-2.0
import { closest } from '../errors/suggest.ts';
import { fail } from '../errors/errors.ts';
import type { Toolchain } from '../toolchains/index.ts';
import type { Board } from './board.ts';
import { kc705 } from './kc705.ts';
import { xc7z100 } from './xc7z100.ts';
import { zcu104 } from './zcu104.ts';

export const boards: readonly Board[] = [kc705, xc7z100, zcu104];

/** All toolchains that boards name. */
export const toolchains = (): readonly Toolchain[] => [...new Set(boards.map((board) => board.toolchain))];

/** Folders of templates/lib whose cells are made of a vendor's primitives. */
export const deviceFamilies = (): readonly string[] => toolchains().flatMap(({ cells }) => cells?.family ?? []);

/** Folders of simulation models of all vendors' primitives, one module a file. */
export const modelFolders = (): readonly string[] => toolchains().flatMap(({ cells }) => cells?.modelFolder ?? []);

/** The board of that name; NN002 with the nearest name otherwise. */
export function boardNamed(name: string): Board {
  const board = boards.find((b) => b.name === name);
  if (board) return board;
  const names = boards.map((b) => b.name);
  return fail({
    code: 'NN002',
    where: '--board',
    got: JSON.stringify(name),
    legal: names.join(' '),
    ...closest(name, names),
  });
}
