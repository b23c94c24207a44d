// SPDX-License-Identifier: Apache-2.0
/** infer: the golden model on images: scores, classes, accuracy, speed. */
import { availableParallelism } from 'node:os';
import { fail } from '../../generator/errors/errors.ts';
import { inferAll, threadsUsed } from '../../generator/golden/infer.ts';
import { readLabelledImages } from '../../generator/images/index.ts';
import { loadNetwork } from '../../generator/network-file/load-network.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import { table } from '../../generator/report/tables.ts';
import { namesOfClasses } from './class-names.ts';
import { imagesWanted } from '../../generator/frames/frames.ts';
import type { CommandResult, Console } from './result.ts';

export interface InferOptions {
  readonly network: string;
  readonly weights?: string | undefined;
  readonly images: string;
  readonly labels?: string | undefined;
  readonly limit?: number | undefined;
  readonly threads?: number | undefined;
}

interface ClassifiedImage {
  readonly index: number;
  readonly class: number;
  /** Of the class, where it has one. */
  readonly name?: string;
  /** One a class. */
  readonly scores: readonly number[];
}

/** Images that the table shows; `--json` has all. */
const shown = 10;

/** Class, name, score and label of the first images. */
function classTable(
  images: readonly ClassifiedImage[],
  labels: ArrayLike<number> | undefined,
  names: readonly string[] | undefined,
): string {
  // Names are a file's: no control characters of theirs reach the terminal.
  const nameOf = (index: number) => names![index]!.replace(/\p{C}/gu, '?');
  const head = ['image', 'class', ...(names ? ['name'] : []), 'score', ...(labels ? ['label'] : [])];
  const rows = images.slice(0, shown).map(({ index, class: winner, scores }) => {
    const label = labels?.[index];
    const said =
      label === undefined ? [] : [`${label}${names ? ` ${nameOf(label)}` : ''}${label === winner ? '' : ' ≠'}`];
    return [String(index), String(winner), ...(names ? [nameOf(winner)] : []), scores[winner]!, ...said];
  });
  const more = images.length - rows.length;
  const rest = more > 0 ? `\n… and ${more} more: --json has all, with the scores of every class` : '';
  return `${table(head, rows)}${rest}`;
}

export async function infer(options: InferOptions, out: Console): Promise<CommandResult> {
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1)
    fail({ code: 'NN001', where: '--threads', got: String(options.threads), legal: 'a positive integer' });
  if (options.limit !== undefined && (!Number.isInteger(options.limit) || options.limit < 1))
    fail({ code: 'NN001', where: '--limit', got: String(options.limit), legal: 'a positive integer' });
  const module = await loadNetwork(options.network);
  const typed = typecheck(module.graph, options.weights);
  const names = namesOfClasses(module, typed);
  const synthetic = typed.weights.source === 'synthetic';
  if (synthetic) out.warn(`${typed.name}: synthetic weights; no accuracy is implied`);
  const { shape, classes } = imagesWanted(typed.nodes);
  const { labels, ...set } = readLabelledImages(options, shape, { limit: options.limit, classes });

  const started = performance.now();
  const results = await inferAll(typed, set.pixels, set.pixels.length / set.count, threads, (done) =>
    out.progress(`${done} of ${set.count} images`),
  );
  const imagesPerSecond = set.count / ((performance.now() - started) / 1000);
  const images = results.map((result, index): ClassifiedImage => {
    const winner = result.at(-1)!;
    return { index, class: winner, ...(names ? { name: names[winner]! } : {}), scores: [...result.subarray(0, -1)] };
  });
  const used = threadsUsed(set.count, threads);
  const rate = imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0);
  const right = labels ? images.filter((image) => image.class === labels[image.index]).length : 0;
  const accuracy = labels && !synthetic ? right / set.count : null;
  return {
    json: { network: typed.name, weights: typed.weights.source, accuracy, imagesPerSecond, images },
    text: [
      `${typed.name} (${typed.weights.describe}): ${set.count} images`,
      classTable(images, labels, names),
      accuracy !== null
        ? `accuracy ${(100 * accuracy).toFixed(2)} % (${right} of ${set.count})`
        : synthetic
          ? 'accuracy: not stated, the weights are synthetic'
          : 'accuracy: ? (no labels)',
      `${rate} images/s on ${used} thread${used > 1 ? 's' : ''}, start-up of the threads included`,
    ].join('\n'),
    exitCode: 0,
  };
}
