// SPDX-License-Identifier: Apache-2.0
/** All lists of mutants of cells, designs and output folders, by the group that `npm run mutants` knows them by. */
import { withLine, type Mutant } from './mutant.ts';
import { edit, folderMutants, foreignLines } from './mutants-folder.ts';
import { residualMutants } from './mutants-residual.ts';
import { sharedMutants } from './mutants-shared.ts';
import { wiredMutants } from './mutants-wired.ts';
import { mutants } from './mutants.ts';

const foreign = foreignLines.map((line): Mutant => {
  return { fault: line, file: 'rtl/nn_egress.v', change: (text) => withLine(text, line) };
});

export const mutantLists = {
  dataflow: mutants,
  wired: wiredMutants,
  residual: residualMutants,
  shared: sharedMutants,
  folder: folderMutants.map(edit),
  'folder-shared': folderMutants.map(edit),
  foreign,
} satisfies Readonly<Record<string, readonly Mutant[]>>;
