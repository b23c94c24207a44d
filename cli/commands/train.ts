// SPDX-License-Identifier: Apache-2.0
/** train: a reference network's recipe → weights in safetensors. */
import { fail } from '../../generator/errors/errors.ts';
import { train as trainNetwork } from '../../generator/train/index.ts';
import type { CommandResult, Console } from './result.ts';

export interface TrainCommandOptions {
  readonly network: string;
  readonly out?: string | undefined;
  readonly epochs?: number | undefined;
  readonly seed?: number | undefined;
}

const recipes = ['mnist'];

export async function train(options: TrainCommandOptions, out: Console): Promise<CommandResult> {
  if (!recipes.includes(options.network))
    fail({
      code: 'NN003',
      where: '--network',
      got: JSON.stringify(options.network),
      legal: recipes.join(' '),
      fix: 'train it elsewhere and bring the weights with --weights',
    });
  const { network, out: file, epochs, seed } = options;
  const result = await trainNetwork({
    network: network as 'mnist',
    onProgress: out.progress,
    ...(file === undefined ? {} : { out: file }),
    ...(epochs === undefined ? {} : { epochs }),
    ...(seed === undefined ? {} : { seed }),
  });
  return { json: result, text: JSON.stringify(result, null, 2), exitCode: 0 };
}
