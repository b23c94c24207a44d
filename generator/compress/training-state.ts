// SPDX-License-Identifier: Apache-2.0
/** What training needs to go on after an epoch, in memory and in a file. */
import { existsSync, rmSync } from 'node:fs';
import type { NamedTensor } from '../import/index.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';

export interface TrainingState {
  /** Epochs that are done. */
  readonly epoch: number;
  /** The model's variables, in its order. */
  readonly variables: readonly Float32Array[];
  /** Adam's first, then second moments, in the order of the variables; empty before the first step. */
  readonly moments: readonly Float32Array[];
  /** Steps that Adam has made. */
  readonly steps: number;
}

const vector = (data: Float32Array): NamedTensor => ({ dtype: 'F32', shape: [data.length], data });

/** A state's file, which is there until the training is done. */
export function stateFile(path: string) {
  return {
    load(): TrainingState | undefined {
      if (!existsSync(path)) return undefined;
      const source = readCheckpoint(path, 'delete it: the training starts again');
      const list = (key: string) =>
        Array.from(
          { length: Number(source.metadata.get(key)) },
          (_, i) => source.get(`${key}.${i}`).data as Float32Array,
        );
      return {
        epoch: Number(source.metadata.get('epoch')),
        steps: Number(source.metadata.get('steps')),
        variables: list('variables'),
        moments: list('moments'),
      };
    },
    save({ epoch, steps, variables, moments }: TrainingState): void {
      const named = (key: string, list: readonly Float32Array[]) =>
        list.map((data, i): [string, NamedTensor] => [`${key}.${i}`, vector(data)]);
      const metadata = {
        epoch: String(epoch),
        steps: String(steps),
        variables: String(variables.length),
        moments: String(moments.length),
      };
      writeCheckpoint(
        path,
        Object.fromEntries([...named('variables', variables), ...named('moments', moments)]),
        metadata,
      );
    },
    remove: () => rmSync(path, { force: true }),
  };
}

export type StateFile = ReturnType<typeof stateFile>;
