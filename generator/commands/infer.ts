/** infer: the golden model on images: scores, classes, accuracy, speed. */
import { availableParallelism } from 'node:os';
import { fail } from '../errors.ts';
import { inferAll } from '../golden/infer.ts';
import { readLabelledImages } from '../images/index.ts';
import { loadNetwork } from '../load-network.ts';
import { typecheck } from '../pipeline.ts';
import { imagesWanted } from './frames.ts';
import type { CommandResult, Console } from './result.ts';

export interface InferOptions {
  readonly network: string;
  readonly weights?: string | undefined;
  readonly images: string;
  readonly labels?: string | undefined;
  readonly limit?: number | undefined;
  readonly threads?: number | undefined;
}

export async function infer(options: InferOptions, out: Console): Promise<CommandResult> {
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1) fail({ code: 'NN001', where: '--threads', got: String(options.threads), legal: 'a positive integer' });
  if (options.limit !== undefined && (!Number.isInteger(options.limit) || options.limit < 1))
    fail({ code: 'NN001', where: '--limit', got: String(options.limit), legal: 'a positive integer' });
  const { graph } = await loadNetwork(options.network);
  const typed = typecheck(graph, options.weights);
  const synthetic = typed.weights.source === 'synthetic';
  if (synthetic) out.warn(`${typed.name}: synthetic weights; no accuracy is implied`);
  const { shape, classes } = imagesWanted(typed.nodes);
  const { labels, ...set } = readLabelledImages(options, shape, { limit: options.limit, classes });

  const started = performance.now();
  const results = await inferAll(typed, set.pixels, set.pixels.length / set.count, threads, (done) => out.progress(`${done} of ${set.count} images`));
  const imagesPerSecond = set.count / ((performance.now() - started) / 1000);
  const images = results.map((result, index) => ({ index, class: result[result.length - 1]!, scores: [...result.subarray(0, -1)] }));
  const right = labels ? images.filter((image) => image.class === labels[image.index]).length : 0;
  const accuracy = labels && !synthetic ? right / set.count : null;
  return {
    json: { network: typed.name, weights: typed.weights.source, accuracy, imagesPerSecond, images },
    text: [
      `${typed.name} (${typed.weights.describe}): ${set.count} images`,
      accuracy !== null ? `accuracy ${(100 * accuracy).toFixed(2)} % (${right} of ${set.count})` : synthetic ? 'accuracy: not stated, the weights are synthetic' : 'accuracy: ? (no labels)',
      `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0)} images/s on ${threads} thread${threads > 1 ? 's' : ''}, start-up of the threads included`,
    ].join('\n'),
    exitCode: 0,
  };
}
