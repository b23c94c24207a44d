// SPDX-License-Identifier: Apache-2.0
/** Files that contracts write: parts of the cells, docs/contracts.md, and the header for drivers (docs/nn_sparse.h). */
import { join } from 'node:path';
import { sharedContracts } from '../../generator/architectures/shared-array/contracts.ts';
import { sparseContracts } from '../../generator/architectures/sparse/program/contracts.ts';
import type { Contract } from '../../generator/contracts/contract.ts';
import { cHeader, markdown } from './documents.ts';
import { inCell } from './in-cell.ts';
import { root } from '../command-line.ts';
import { projectFiles, read } from '../sources.ts';

export const contracts: Readonly<Record<string, Contract>> = { ...sparseContracts, ...sharedContracts };

/** What a driver of the sparse engine sees: everything that is not the shared array's own. */
export const ofDrivers = (all: Readonly<Record<string, Contract>>) =>
  Object.fromEntries(Object.entries(all).filter(([id]) => id in sparseContracts));

/** Prefix of the header's macros. */
export const headerPrefix = 'NN_SPARSE';

const introduction = `# Contracts of bits

What the generator, the cells and a driver agree on: words of the streams in memory, registers, codes, depths of
pipelines. Each contract is written once, as data (\`contracts.ts\` of its architecture). \`npm run contracts\` writes
what follows from it: the marked parts of the cells in \`templates/lib\`, this page, and \`docs/nn_sparse.h\` for
drivers in C.
\`test/contracts.test.ts\` finds what is not up to date.

`;

/** Cells that have a part of a contract. */
export const markedCells = (): readonly (readonly [file: string, text: string])[] =>
  projectFiles()
    .filter((file) => /^templates\/lib\/.*\.v$/.test(file))
    .map((file) => [file, read(file)] as const)
    .filter(([, text]) => text.includes('// contract '));

/** Path below the root → the text that it must have. */
export function contractFiles(
  all: Readonly<Record<string, Contract>> = contracts,
  cells = markedCells(),
): Map<string, string> {
  return new Map([
    ...cells.map(([file, text]) => [file, inCell(text, all)] as const),
    ['docs/contracts.md', introduction + markdown(all)],
    ['docs/nn_sparse.h', cHeader(headerPrefix, ofDrivers(all))],
  ]);
}

export const pathOf = (file: string) => join(root, file);
