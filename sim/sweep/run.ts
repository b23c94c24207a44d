// SPDX-License-Identifier: Apache-2.0
/** Runs any number of cases, in batches of like length. */
import { prepareBatch, removeBatch, runBatch, type Verdict } from './batch.ts';
import { designOf, type Case } from './case.ts';

export interface SweepOptions {
  /** Cases in one bench, at most. */
  readonly batch: number;
  /** Benches built and run at the same time. */
  readonly parallel: number;
  readonly frames: number;
  readonly stalls: readonly number[];
  /** After every batch: its verdicts. */
  readonly onBatch?: (verdicts: readonly Verdict[]) => void;
}

/**
 * A bench runs as long as its slowest design: those of similar interval go together. Of the fast ones a bench holds as
 * many as it may, for building it takes longer than running it.
 */
export function batchesOf(cases: readonly Case[], size: number): Case[][] {
  const judged = cases.map((item) => ({ item, interval: designOf(item).placement.interval }));
  judged.sort((a, b) => a.interval - b.interval);
  const batches: Case[][] = [];
  let [first, room] = [0, 0];
  for (const { item, interval } of judged) {
    if (room === 0 || interval > Math.max(200, 2 * first)) {
      batches.push([]);
      [first, room] = [interval, size];
    }
    batches.at(-1)!.push(item);
    room -= 1;
  }
  return batches;
}

/** A verdict for every case, slowest designs first, so that the last benches end together. Ids must differ. */
export async function sweep(cases: readonly Case[], options: SweepOptions): Promise<Verdict[]> {
  const batches = batchesOf(cases, options.batch).reverse();
  const verdicts: Verdict[][] = batches.map(() => []);
  const waiting = [...batches.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const batch = await prepareBatch(next[1], options.frames);
      try {
        verdicts[next[0]] = await runBatch(batch, options.stalls);
      } finally {
        removeBatch(batch);
      }
      options.onBatch?.(verdicts[next[0]]!);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
  return verdicts.flat();
}
