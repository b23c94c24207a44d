// SPDX-License-Identifier: Apache-2.0
/**
 * The one place that decides which TensorFlow.js runs: tfjs-node where its native library is installed, else
 * the portable WebAssembly backend. Both are witnesses and trainers, never the definition of a result.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fail } from '../errors/errors.ts';

export type Tensorflow = typeof import('@tensorflow/tfjs');

export interface LoadedTensorflow {
  readonly tf: Tensorflow;
  /** What was taken, for reports: `tfjs-node 4.22.0` or `tfjs wasm 4.22.0`. */
  readonly backend: string;
}

/**
 * `portable: true` takes WebAssembly even where tfjs-node is installed: training uses it, so that the same
 * command gives the same weights on both kinds of machine. NN040 where TensorFlow.js is absent: the package leaves it
 * to those who train.
 */
export async function loadTensorflow(options: { portable?: boolean } = {}): Promise<LoadedTensorflow> {
  return (options.portable ? undefined : await loadNative()) ?? (await loadWasm());
}

async function loadNative(): Promise<LoadedTensorflow | undefined> {
  // An optional dependency: the name stays a variable so that the type checker does not ask for it.
  const name: string = '@tensorflow/tfjs-node';
  try {
    const tf = unwrap((await import(name)) as Tensorflow);
    await tf.ready();
    return { tf, backend: `tfjs-node ${tf.version['tfjs-core']}` };
  } catch {
    return undefined;
  }
}

async function loadWasm(): Promise<LoadedTensorflow> {
  const tf = unwrap(await import('@tensorflow/tfjs').catch(refuseAbsent));
  const wasm = unwrap(await import('@tensorflow/tfjs-backend-wasm').catch(refuseAbsent));
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(entry)}/`);
  await withoutNewListeners(async () => {
    if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend of TensorFlow.js did not start');
  });
  return { tf, backend: `tfjs wasm ${tf.version['tfjs-core']}` };
}

/** NN040 for a package that is not there; a package that is there and fails stays a fault. */
export function refuseAbsent(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const name = /package '([^']+)'/.exec(error.message)?.[1] ?? 'TensorFlow.js';
  fail({
    code: 'NN040',
    where: `npm package ${name}`,
    got: 'not installed; this command trains, and needs TensorFlow.js',
    fix: 'npm install @tensorflow/tfjs@4 @tensorflow/tfjs-backend-wasm@4',
  });
}

/**
 * The backend's start-up code listens for uncaught errors of the whole process and throws them again, so that
 * a later fault anywhere prints 100 kB of its source first. Those listeners go.
 */
async function withoutNewListeners(start: () => Promise<void>): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => process.listeners(event as 'uncaughtException'));
  await start();
  events.forEach((event, i) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[i]!.includes(listener)) process.removeListener(event, listener);
    }
  });
}

/** These packages are CommonJS: imported from a module, their exports may lie under `default` only. */
function unwrap<T extends object>(module: T): T {
  return 'default' in module ? (module.default as T) : module;
}
