// SPDX-License-Identifier: Apache-2.0
/** A thread of `inferAll`: its share of the frames through an interpreter of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Share } from './infer.ts';
import { interpreter } from './interpret.ts';

const { graph, pixels, frameBytes, form } = workerData as Share;
const { run } = interpreter(graph, form);
const results: Int32Array[] = [];
for (let at = 0; at < pixels.length; at += frameBytes) {
  results.push(run(pixels.subarray(at, at + frameBytes)).data);
  if (results.length % 50 === 0) parentPort!.postMessage({ done: 50 });
}
parentPort!.postMessage({ results });
