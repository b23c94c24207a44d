// SPDX-License-Identifier: Apache-2.0
/** A thread of `inferAll`: its share of the frames through an interpreter of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import type { TypedGraph } from '../ir/graph.ts';
import { interpreter } from './interpret.ts';

const { graph, pixels, frameBytes } = workerData as { graph: TypedGraph; pixels: Uint8Array; frameBytes: number };
const { run } = interpreter(graph);
const results: Int32Array[] = [];
for (let at = 0; at < pixels.length; at += frameBytes) {
  results.push(run(pixels.subarray(at, at + frameBytes)).data);
  if (results.length % 50 === 0) parentPort!.postMessage({ done: 50 });
}
parentPort!.postMessage({ results });
