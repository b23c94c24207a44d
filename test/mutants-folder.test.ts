// SPDX-License-Identifier: Apache-2.0
/** Faults in an output folder that good frames do not show: verify, on the files that lie there, must say NOT EQUAL. */
import { describe, expect, test } from 'vitest';
import { kc705 } from '../generator/boards/kc705.ts';
import { cellPath } from '../generator/hardware/cell-library.ts';
import { planFiles, textsOf } from '../generator/emit/plan.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { edit, folderMutants, foreignLines } from '../sim/mutants-folder.ts';
import { faultyFolder, tryForeign } from '../sim/try-folder.ts';
import { temporaryFolder } from './command-line.ts';
import { smallNetwork } from './small-network.ts';

const design = buildDataflow(typecheck(smallNetwork()), { board: kc705, clockMhz: 200, fps: 1 });
const judge = faultyFolder(design, temporaryFolder());

test('the folder without a fault is equal, and its runs have names', async () => {
  const { passed, faults, runs } = await judge(0);
  expect([passed, faults]).toEqual([true, []]);
  expect(runs).toEqual(['stall 0 %', 'damaged frames', 'reset in mid-frame']);
});

/** What is said of some, in the network's terms. */
const said: Readonly<Record<string, RegExp>> = {
  'frame_error stuck at 0': /^damaged frames: frame 0, cut short, gave no frame_error in cycle \d+$/m,
  'frame_error stuck at 1': /^stall 0 %: frame_error for no bad frame in cycles \d+, \d+, \d+ and \d+ more$/m,
  'a short frame counts as good': /^damaged frames: frame 0, cut short, gave no frame_error/m,
  'a long frame counts as good': /^damaged frames: frame 3, ended a beat late, gave no frame_error/m,
};

/** Where the first beats differ. */
const differs: Readonly<Record<string, object>> = {
  'a bad result not withheld': { layer: 'm_axis', run: 'damaged frames' },
  'no reset in nn_skid': { layer: 'm_axis' },
};

describe('NOT EQUAL', () => {
  test.each(folderMutants.map(({ fault }, i) => [fault, i + 1] as const))('%s', async (fault, number) => {
    const { passed, faults, mismatches, first } = await judge(number);
    expect(passed).toBe(false);
    expect(faults.length + mismatches).toBeGreaterThan(0);
    if (said[fault]) expect(faults.join('\n')).toMatch(said[fault]);
    if (differs[fault]) expect(first).toMatchObject(differs[fault]);
  });
});

test('each is an edit of a file of the folder by itself', () => {
  const files = textsOf(planFiles(design, { network: design.name, defaulted: false }));
  for (const mutant of folderMutants) {
    const { file, change } = edit(mutant);
    const text = files.get(file) as string;
    expect(change(text), mutant.fault).not.toBe(text);
  }
});

test.each(foreignLines)('refused: %s', (line) => {
  expect(tryForeign(cellPath('nn_egress'), line)).toBeDefined();
  expect(tryForeign(cellPath('nn_egress'), '// nothing')).toBeUndefined();
});
