// SPDX-License-Identifier: Apache-2.0
/** The least depth of a queue: below it a design stands still. */
import { planFiles } from '../generator/emit/plan.ts';
import type { Queue } from '../generator/stream-top/placement.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { inFolder } from '../generator/emit/in-folder.ts';
import { verify, type VerifyResult } from './verify.ts';

/** The design with another depth of one queue; nothing else changes. */
export function withDepth(design: StreamDesign, queue: Queue, depth: number): StreamDesign {
  const engines = design.placement.engines.map((engine) => ({
    ...engine,
    queues: engine.queues.map((own) => (own === queue ? { ...own, depth } : own)),
    cells: engine.cells.map((cell) =>
      cell.output === queue.output ? { ...cell, parameters: { ...cell.parameters, DEPTH: depth } } : cell,
    ),
  }));
  return { ...design, placement: { ...design.placement, engines } };
}

/** Verifies without stalls. */
export function run(design: StreamDesign, frames: readonly Uint8Array[]): Promise<VerifyResult> {
  return inFolder(planFiles(design, { network: design.name, defaulted: false }), (folder) =>
    verify(design, { folder, frames, stalls: [0] }),
  );
}

/** By bisection: the least depth from 1 to the queue's own at which every frame comes out. */
export async function leastDepth(
  design: StreamDesign,
  queue: Queue,
  frames: readonly Uint8Array[],
  onStep: (depth: number, works: boolean) => void = () => {},
): Promise<number> {
  let [fails, works] = [0, queue.depth];
  while (works - fails > 1) {
    const depth = (fails + works) >> 1;
    const { stoodStill, mismatches } = await run(withDepth(design, queue, depth), frames);
    // Every bit may come out right, and later than modelled: that is no deadlock.
    const comesOut = !stoodStill && mismatches === 0;
    onStep(depth, comesOut);
    if (comesOut) works = depth;
    else fails = depth;
  }
  return works;
}
