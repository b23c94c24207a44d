// SPDX-License-Identifier: Apache-2.0
/**
 * Forks, joins and integer layers in Verilator: every beat equal under stalls, and what a queue that is too short does.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { kc705 } from '../generator/boards/kc705.ts';
import { planFiles } from '../generator/emit/plan.ts';
import { beatsPerFrame } from '../generator/hardware/hardware.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { inFolder } from '../generator/emit/in-folder.ts';
import { run, withDepth } from '../sim/queues.ts';
import { groupedBlock, residualNetwork } from '../sim/specimens-residual.ts';
import { verify, type VerifyResult } from '../sim/verify.ts';

const design = buildDataflow(typecheck(residualNetwork(8)), {
  board: kc705,
  clockMhz: 200,
  fps: 60_000,
});
const random = randomFrom('residual frames');
/** Frames of 8 × 8 pixels of two channels. */
const frames = Array.from({ length: 8 }, () => Uint8Array.from({ length: 8 * 8 * 2 }, () => random() * 256));

describe('two residual blocks, one with a projection', () => {
  let result: VerifyResult;
  beforeAll(async () => {
    result = await inFolder(planFiles(design, { network: design.name, defaulted: false }), (folder) =>
      verify(design, { folder, frames, stalls: [0, 30, 80] }),
    );
  }, 600_000);

  it('give the golden model’s bits on every edge, stalled, in bursts and blocked', () => {
    expect(result.first).toBeUndefined();
    expect(result.faults).toEqual([]);
    expect(result.passed).toBe(true);
    expect(result.runs.length).toBe(7);
    expect([...result.mismatchesByLayer.keys()]).toEqual(
      expect.arrayContaining(design.placement.engines.map(({ name }) => name)),
    );
  });

  it('take as many clocks a frame as modelled', () => {
    expect(result.initiationIntervalMeasured).toBe(design.placement.interval);
  });
});

it('a queue of two rows where four are ahead stands still, and is named', async () => {
  const queue = design.placement.engines.flatMap(({ queues }) => queues).find(({ reader }) => reader === 'r_b1_add')!;
  const row = queue.input.type.width * (queue.input.type.channels / queue.input.lanes / queue.input.pixels);
  const { passed, faults } = await run(withDepth(design, queue, 2 * row - 8), frames);
  expect(passed).toBe(false);
  expect(faults.join()).toContain(`the queue of ${2 * row - 8} beats from ${queue.from} to r_b1_add is full`);
}, 600_000);

describe('behind a convolution that gives a row of pixels at once, engines busy in every clock', () => {
  const grouped = groupedBlock();
  const [queue] = grouped.placement.engines.find(({ name }) => name === 'g_add')!.queues;
  const row = beatsPerFrame(queue!.input) / 8;

  it('the queue has room for that row too, and no clock is lost', async () => {
    expect(queue!.depth).toBe(5 * row + 4 * 16);
    const { passed, initiationIntervalMeasured } = await run(grouped, frames);
    expect(passed).toBe(true);
    expect(initiationIntervalMeasured).toBe(grouped.placement.interval);
  }, 600_000);

  it('without that room clocks are lost', async () => {
    const late = await run(withDepth(grouped, queue!, 4 * row + 4 * 16), frames);
    const { interval } = grouped.placement;
    expect([late.stoodStill, late.mismatches]).toEqual([false, 0]);
    expect(late.initiationIntervalMeasured).toBeGreaterThan(interval);
    // Every bit is right, and the verdict says what is not.
    expect(late.passed).toBe(false);
    expect(late.faults).toEqual([
      `stall 0 %: a frame every ${late.initiationIntervalMeasured} clocks, modelled ${interval}`,
    ]);
  }, 600_000);
});
