// SPDX-License-Identifier: Apache-2.0
/** The bench must be able to fail: a handful of the mutants of `npm run mutants`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder } from '../sim/cache.ts';
import type { Check } from '../sim/faults.ts';
import type { Mutant } from '../sim/mutant.ts';
import { mutants } from '../sim/mutants.ts';
import { residualMutants } from '../sim/mutants-residual.ts';
import { sharedMutants } from '../sim/mutants-shared.ts';
import { wiredMutants } from '../sim/mutants-wired.ts';
import { residualSpecimens } from '../sim/specimens-residual.ts';
import { sharedSpecimens } from '../sim/specimens-shared.ts';
import { specimens, wiredSpecimens } from '../sim/specimens.ts';
import { openSpecimenBench, tryMutant, type SpecimenBench } from '../sim/try-mutant.ts';

let folder: string;
let bench: SpecimenBench;
let wiredFolder: string;
let wiredBench: SpecimenBench;
let residualFolder: string;
let residualBench: SpecimenBench;
let sharedFolder: string;
let sharedBench: SpecimenBench;

// One for each check of the bench, then the data.
const handful: readonly (readonly [file: string, fault: string, check: Check])[] = [
  ['rtl/nn_threshold.v', '> in place of >=', 'edge mismatch'],
  ['rtl/nn_skid.v', 'ignores tready', 'stream rule'],
  ['rtl/nn_egress.v', 'frame_error a clock late', 'frame_error'],
  ['rtl/nn_conv_window.v', 'one row fewer in the ring', 'interval'],
  ['rtl/nn_conv_window.v', 'starts a row late', 'deadlock'],
  ['mem/conv0_weights.mem', 'a weight flipped', 'edge mismatch'],
  ['mem/conv0_thresholds.mem', 'a threshold off by one', 'edge mismatch'],
  ['vectors/good-frames/edge_2.txt', 'an expected bit flipped', 'edge mismatch'],
  ['vectors/good-frames/edge_8.txt', 'the last expected beat missing', 'surplus'],
];

const forked = residualMutants.find(({ fault }) => fault === 'forgets which reader has the beat')!;

beforeAll(async () => {
  folder = mkdtempSync(join(cacheFolder('mutants'), 'test-'));
  const cells = handful.map(([file, fault]) => find(file, fault)).filter(({ file }) => file.startsWith('rtl/'));
  bench = await openSpecimenBench(folder, specimens(), cells);
  wiredFolder = mkdtempSync(join(cacheFolder('mutants'), 'test-'));
  wiredBench = await openSpecimenBench(wiredFolder, wiredSpecimens());
  residualFolder = mkdtempSync(join(cacheFolder('mutants'), 'test-'));
  residualBench = await openSpecimenBench(residualFolder, residualSpecimens(), [forked]);
  sharedFolder = mkdtempSync(join(cacheFolder('mutants'), 'test-'));
  // The bench looks into nn_shared_sequence, which stays a build of its own.
  const unit = sharedMutants.find(({ fault }) => fault === 'planes count alike')!;
  sharedBench = await openSpecimenBench(sharedFolder, sharedSpecimens(), [unit]);
});

afterAll(() =>
  [folder, wiredFolder, residualFolder, sharedFolder].forEach((path) => rmSync(path, { recursive: true, force: true })),
);

function original(mutant: Mutant): string {
  return bench.files.get(mutant.file) ?? readFileSync(join(folder, mutant.file), 'utf8');
}

function find(file: string, fault: string): Mutant {
  const found = mutants.filter((mutant) => mutant.file === file && mutant.fault === fault);
  if (found.length !== 1) throw new Error(`${found.length} mutants of ${file} are called ${fault}`);
  return found[0]!;
}

describe('mutants are caught', () => {
  for (const [file, fault, check] of handful)
    it(`${file}: ${fault}`, async () => {
      const mutant = find(file, fault);
      expect((await tryMutant(bench, mutant, original(mutant)))?.checks).toContain(check);
    });

  it('in a wired layer: a threshold one higher', async () => {
    const mutant = wiredMutants.find(({ fault }) => fault === 'a threshold one higher')!;
    expect((await tryMutant(wiredBench, mutant, wiredBench.files.get(mutant.file)!))?.checks).toContain(
      'edge mismatch',
    );
  });

  it('in a fork: a reader sees a beat twice', async () => {
    expect((await tryMutant(residualBench, forked, residualBench.files.get(forked.file)!))?.checks).toContain(
      'edge mismatch',
    );
  });

  it.each([
    ['rtl/nn_shared_unit.v', 'planes count alike', 'edge mismatch'],
    ['rtl/nn_shared_sequence.v', 'a layer settles a clock late', 'interval'],
    ['mem/turns__array_weights.mem', 'a weight flipped', 'edge mismatch'],
  ] as const)('in a shared array: %s: %s', async (file, fault, check) => {
    const mutant = sharedMutants.find((one) => one.file === file && one.fault === fault)!;
    expect((await tryMutant(sharedBench, mutant, sharedBench.files.get(file)!))?.checks).toContain(check);
  });

  it('and an edit that changes nothing is not', async () => {
    const harmless: Mutant = {
      fault: 'a line of zeros more',
      file: 'mem/pool0_and.mem',
      change: (text) => `${text}// end\n`,
    };
    expect(await tryMutant(bench, harmless, original(harmless))).toBeUndefined();
  });
});
