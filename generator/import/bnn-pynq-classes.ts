// SPDX-License-Identifier: Apache-2.0
/**
 * The classes of a BNN-PYNQ folder. Its packer fills the last layer up to 64 rows, all weights of a row alike;
 * classes.txt, in the folder or the one that it lies in, has a name a line.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readInputFile } from '../files/input-file.ts';
import type { NamedTensor, SourceClasses } from './tensors.ts';

const wanted = { code: 'NN010', legal: 'a text file with the name of a class in each line', most: 1e6 } as const;

/** @param last weights of the last layer, [outputs, n] */
export function classesOfFolder(folder: string, { shape, data }: NamedTensor): SourceClasses {
  const [rows, columns] = shape as [number, number];
  const isPadding = (row: number) =>
    data.subarray(row * columns, (row + 1) * columns).every((bit) => bit === data[row * columns]);
  let outputs = rows;
  while (outputs > 0 && isPadding(outputs - 1)) outputs--;
  const file = [folder, dirname(resolve(folder))]
    .map((place) => join(place, 'classes.txt'))
    .find((path) => existsSync(path));
  return { where: folder, outputs, ...(file === undefined ? {} : { named: { file, names: namesIn(file) } }) };
}

function namesIn(file: string): string[] {
  const text = new TextDecoder().decode(readInputFile(file, wanted));
  return text.trim() === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => line.trim());
}
