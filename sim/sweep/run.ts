/** Runs any number of cases, in batches of like length. */
import { prepareBatch, removeBatch, runBatch, type Verdict } from './batch.ts';
import { designOf, type Case } from './case.ts';

export interface SweepOptions {
  /** Cases in one bench. */
  readonly batch: number;
  /** Benches built and run at the same time. */
  readonly parallel: number;
  readonly frames: number;
  readonly stalls: readonly number[];
  /** After every batch: its verdicts. */
  readonly onBatch?: (verdicts: readonly Verdict[]) => void;
}

/** A bench runs as long as its slowest design: those of similar interval go together. */
function batchesOf(cases: readonly Case[], size: number): Case[][] {
  const judged = cases.map((item) => ({ item, interval: designOf(item).placement.interval }));
  judged.sort((a, b) => a.interval - b.interval);
  const count = Math.ceil(cases.length / size);
  return Array.from({ length: count }, (_, i) =>
    judged.slice(Math.floor((i * cases.length) / count), Math.floor(((i + 1) * cases.length) / count)).map(({ item }) => item),
  );
}

/** A verdict for every case, fastest designs first. Ids must differ. */
export async function sweep(cases: readonly Case[], options: SweepOptions): Promise<Verdict[]> {
  const batches = batchesOf(cases, options.batch);
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
