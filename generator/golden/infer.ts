// SPDX-License-Identifier: Apache-2.0
/** The golden model over many frames, on one thread or several. */
import { Worker } from 'node:worker_threads';
import type { TypedGraph } from '../ir/graph.ts';
import { formWanted, interpreter, type Form } from './interpret.ts';

/** Threads that get frames, of those wished for: each of several gets two or more. */
export function threadsUsed(frames: number, threads: number): number {
  return frames < 2 * threads ? 1 : Math.ceil(frames / Math.ceil(frames / threads));
}

/** Scores, then the class, of every frame in order. `pixels` holds whole frames of `frameBytes` bytes. */
export async function inferAll(
  graph: TypedGraph,
  pixels: Uint8Array,
  frameBytes: number,
  threads: number,
  onProgress: (done: number) => void = () => {},
  form: Form = formWanted(),
): Promise<Int32Array[]> {
  const frames = pixels.length / frameBytes;
  const used = threadsUsed(frames, threads);
  if (used === 1) {
    const { run } = interpreter(graph, form);
    return Array.from({ length: frames }, (_, i) => {
      if (i % 50 === 0) onProgress(i);
      return run(pixels.subarray(i * frameBytes, (i + 1) * frameBytes)).data;
    });
  }
  const share = Math.ceil(frames / used);
  let done = 0;
  const parts = Array.from({ length: used }, (_, t) => {
    const part = pixels.slice(t * share * frameBytes, (t + 1) * share * frameBytes);
    return inWorker({ graph, pixels: part, frameBytes, form }, (count) => onProgress((done += count)));
  });
  return (await Promise.all(parts)).flat();
}

/** What a thread works on. */
export interface Share {
  readonly graph: TypedGraph;
  readonly pixels: Uint8Array;
  readonly frameBytes: number;
  readonly form: Form;
}

function inWorker(share: Share, onDone: (count: number) => void): Promise<Int32Array[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./thread.mjs', import.meta.url), { workerData: share, execArgv: [] });
    worker.on('message', (message: { done?: number; results?: Int32Array[] }) => {
      if (message.done) onDone(message.done);
      if (message.results) resolve(message.results);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => code !== 0 && reject(new Error(`a golden-model thread ended with ${code}`)));
  });
}
