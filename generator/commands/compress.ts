/** compress: a float residual network → fewer filters, then one bit a weight; a report of every stage. */
import { existsSync } from 'node:fs';
import { fail } from '../errors.ts';
import { compress as run, digitsRecipe, importances, resnet8Recipe, stages, type Compressed, type Importance, type Stage } from '../compress/index.ts';
import { table } from '../report/tables.ts';
import { loadTensorflow } from '../tensorflow.ts';
import type { CommandResult, Console } from './result.ts';

export interface CompressCommandOptions {
  readonly model: string;
  readonly images?: string | undefined;
  readonly out: string;
  readonly until?: string | undefined;
  readonly importance?: string | undefined;
  readonly rates?: string | undefined;
  readonly epochs?: number | undefined;
  readonly limit?: number | undefined;
  readonly seed?: number | undefined;
}

function oneOf<T extends string>(where: string, value: string, legal: readonly T[]): T {
  if (!(legal as readonly string[]).includes(value)) fail({ code: 'NN001', where, got: JSON.stringify(value), legal: legal.join(' ') });
  return value as T;
}

function shares(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.some((v) => !(v >= 0 && v < 1))) fail({ code: 'NN001', where: '--rates', got: JSON.stringify(text), legal: 'shares from 0 to below 1, a figure a stage: 0.25,0.5' });
  return values;
}

function requireInteger(where: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) fail({ code: 'NN001', where, got: String(value), legal: `an integer from ${least}` });
}

function recipeOf({ model, images, epochs, seed, limit }: CompressCommandOptions) {
  if (model === 'digits') return digitsRecipe({ epochs, seed, limit });
  if (!existsSync(model)) fail({ code: 'NN010', where: '--model', got: `${JSON.stringify(model)}: no such file`, legal: 'digits, or the file of a ResNet-8' });
  if (images === undefined) return fail({ code: 'NN001', where: '--images', got: 'none', legal: 'a CIFAR-10 batch to train and judge on' });
  return resnet8Recipe(model, images, { epochs, seed, limit });
}

export async function compress(options: CompressCommandOptions, out: Console): Promise<CommandResult> {
  const until: Stage = oneOf('--until', options.until ?? 'fold', stages);
  const importance: Importance = oneOf('--importance', options.importance ?? 'l1', importances);
  const rates = shares(options.rates ?? '0.5,0.5,0.5');
  requireInteger('--epochs', options.epochs, 1);
  requireInteger('--limit', options.limit, 100);
  requireInteger('--seed', options.seed, 0);
  const recipe = recipeOf(options);
  const { tf } = await loadTensorflow({ portable: true });
  const result = run(tf, recipe, { out: options.out, until, importance, rates, onProgress: out.progress });
  return { json: result, text: textOf(result, options.out), exitCode: 0 };
}

function textOf({ images, stages: reports, sensitivity, agreement }: Compressed, out: string): string {
  const before = reports[0]!;
  const rows = reports.map(({ stage, resumed, macs, bits, accuracy }) => [
    `${stage}${resumed ? ' (checkpoint)' : ''}`,
    macs,
    `${(100 * (1 - macs / before.macs)).toFixed(1)} %`,
    bits,
    `${(before.bits / bits).toFixed(1)}x`,
    `${(100 * accuracy).toFixed(2)} %`,
  ]);
  return [
    table(['stage', 'MACs', 'fewer', 'bits', 'smaller', 'accuracy'], rows),
    `accuracy on ${images.heldOut} held-out images; trained on ${images.train}`,
    ...(sensitivity ? [`sensitivity of each block: ${out}/sensitivity.svg`] : []),
    ...(agreement === null ? [] : [`float model with folded constants and golden model: one class for ${(100 * agreement).toFixed(2)} % of them`]),
  ].join('\n');
}
