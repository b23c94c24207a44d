/** Faults in an output folder that good frames do not show: verify, on the files that lie there, must say NOT EQUAL. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kc705 } from '../generator/boards/kc705.ts';
import { planFiles } from '../generator/emit/plan.ts';
import { writePlan } from '../generator/emit/write.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { build, typecheck } from '../generator/pipeline.ts';
import { edit, faultImage, folderMutants, withFaults } from '../sim/mutants-folder.ts';
import { verify, type VerifyResult } from '../sim/verify.ts';
import { temporaryFolder } from './command-line.ts';
import { smallNetwork } from './small-network.ts';

const design = build(typecheck(smallNetwork()), { board: kc705, architecture: 'dataflow', clockMhz: 200, fps: 1 });
const files = planFiles(design, { network: design.name, defaulted: false });
const random = randomFrom('frames of the edited folder');
const frames = Array.from({ length: 4 }, () => Uint8Array.from({ length: 4 * 4 * 2 }, () => random() * 256));

const folder = writePlan(files, temporaryFolder(), 'design');
for (const [path, text] of files)
  if (path.startsWith('rtl/')) writeFileSync(join(folder, path), withFaults(path.slice('rtl/'.length), text as string, folderMutants));

/** The verdict on the folder with one of the faults, by its number from 1; 0 is none. */
function judged(number: number): Promise<VerifyResult> {
  writeFileSync(join(folder, 'mem', faultImage), `${number.toString(16)}\n`);
  return verify(design, { folder, frames, stalls: [0] });
}

test('the folder without a fault is equal, and its runs have names', async () => {
  const { passed, faults, runs } = await judged(0);
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
  'no reset in nn_skid': { layer: 'm_axis', run: 'reset in mid-frame' },
};

describe('NOT EQUAL', () => {
  test.each(folderMutants.map(({ fault }, i) => [fault, i + 1] as const))('%s', async (fault, number) => {
    const { passed, faults, mismatches, first } = await judged(number);
    expect(passed).toBe(false);
    expect(faults.length + mismatches).toBeGreaterThan(0);
    if (said[fault]) expect(faults.join('\n')).toMatch(said[fault]);
    if (differs[fault]) expect(first).toMatchObject(differs[fault]);
  });
});

test('each is an edit of a file of the folder by itself', () => {
  for (const mutant of folderMutants) {
    const { file, change } = edit(mutant);
    const text = files.get(file) as string;
    expect(change(text), mutant.fault).not.toBe(text);
  }
});
