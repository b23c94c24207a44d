// SPDX-License-Identifier: Apache-2.0
/** Depths of queues: the bound against the least depth that works, found by bisection. */
import { kc705 } from '../../generator/boards/kc705.ts';
import { randomFrom } from '../../generator/passes/random.ts';
import { buildDataflow } from '../../generator/architectures/dataflow/index.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import { leastDepth, run, withDepth } from '../queues.ts';
import { residualNetwork } from '../specimens-residual.ts';
import type { Proof } from './proof.ts';

export const queueDepths: Proof = {
  name: 'queues',
  claim:
    'a small residual network: least depth D of each queue ≤ bound ≤ D + slack; at D − 1 it stands still and is ' +
    'named; at the bound the interval is as modelled',
  needsPublishedFiles: false,
  async run(onProgress) {
    const design = buildDataflow(typecheck(residualNetwork(8)), {
      board: kc705,
      clockMhz: 200,
      fps: 60_000,
    });
    const random = randomFrom('queues');
    const frames = Array.from({ length: 8 }, () => Uint8Array.from({ length: 8 * 8 * 2 }, () => random() * 256));
    const { interval, engines } = design.placement;
    const atBound = await run(design, frames);
    const keepsRate = atBound.passed && atBound.initiationIntervalMeasured === interval;
    const found = [`interval ${atBound.initiationIntervalMeasured} (modelled ${interval})`];
    let passed = keepsRate;
    for (const queue of engines.flatMap(({ queues }) => queues)) {
      const least = await leastDepth(design, queue, frames, (depth, works) =>
        onProgress(`${queue.from} to ${queue.reader}: ${depth} ${works ? 'works' : 'stands still'}`),
      );
      // With a queue of one beat it works: there is nothing below that.
      const faults = least > 1 ? (await run(withDepth(design, queue, least - 1), frames)).faults : [];
      const isNamed =
        least === 1 ||
        faults.some((fault) =>
          fault.includes(`the queue of ${least - 1} beats from ${queue.from} to ${queue.reader} is full`),
        );
      passed &&= isNamed && least <= queue.depth && queue.depth <= least + queue.slack;
      found.push(
        `${queue.from} to ${queue.reader}: least ${least}, bound ${queue.depth}, slack ` +
          `${queue.slack}${isNamed ? '' : ', NOT NAMED'}`,
      );
    }
    return { passed, text: found.join('; ') };
  },
};
