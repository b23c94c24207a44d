// SPDX-License-Identifier: Apache-2.0
/**
 * compress: a float residual network → fewer filters, then one bit a weight; or fewer weights, then 8 bits. A report of
 * every stage.
 */
import {
  agreement,
  digitsRecipe,
  filtersThenBits,
  importances,
  resnet8Recipe,
  Run,
  stages,
  weightsThenInt8,
  type FilterResult,
  type Recipe,
  type StageReport,
  type WeightResult,
} from '../../generator/compress/index.ts';
import { decimal } from '../line/decimal.ts';
import { fail } from '../../generator/errors/errors.ts';
import { writeJson } from '../../generator/report/merge.ts';
import { percent, table } from '../../generator/report/tables.ts';
import { closest } from '../../generator/errors/suggest.ts';
import { loadTensorflow } from '../../generator/train/tensorflow.ts';
import type { CommandResult, Console } from './result.ts';

export interface CompressCommandOptions {
  readonly network: string;
  readonly recipe?: string | undefined;
  readonly out: string;
  readonly until?: string | undefined;
  readonly importance?: string | undefined;
  readonly rates?: string | undefined;
  readonly order?: string | undefined;
  readonly loss?: number | undefined;
  readonly retrain?: number | undefined;
  readonly weights?: string | undefined;
  readonly images?: string | undefined;
  readonly test?: string | undefined;
  readonly limit?: number | undefined;
  readonly testLimit?: number | undefined;
  readonly epochs?: number | undefined;
  readonly rate?: number | undefined;
  readonly seed?: number | undefined;
}

const networks = ['digits', 'resnet8'] as const;
const recipes = ['filters', 'weights'] as const;
const orders = ['reversed', 'forward'] as const;
function oneOf<T extends string>(where: string, value: string, legal: readonly T[]): T {
  return (
    legal.find((name) => name === value) ??
    fail({ code: 'NN001', where, got: JSON.stringify(value), legal: legal.join(' '), ...closest(value, legal) })
  );
}

function shares(text: string): number[] {
  const values = text.split(',').map((part) => decimal(part) ?? NaN);
  if (!values.every((v) => v >= 0 && v < 1))
    fail({
      code: 'NN001',
      where: '--rates',
      got: JSON.stringify(text),
      legal: 'shares from 0 to below 1, a figure a stage: 0.25,0.5',
    });
  return values;
}

function requireInteger(where: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= least))
    fail({ code: 'NN001', where, got: String(value), legal: `an integer from ${least}` });
}

/** What the other recipe or network takes would have no effect. */
function requireEffect(options: CompressCommandOptions, network: string, recipe: string): void {
  const takes: Readonly<Record<string, readonly string[]>> = {
    '--network resnet8': network === 'resnet8' ? [] : ['weights', 'images', 'test'],
    '--recipe filters': recipe === 'filters' ? [] : ['importance', 'rates'],
    '--recipe weights': recipe === 'weights' ? [] : ['order', 'loss', 'retrain'],
  };
  for (const [legal, names] of Object.entries(takes)) {
    const name = names.find((option) => options[option as keyof CompressCommandOptions] !== undefined);
    if (name === undefined) continue;
    const got = `${options[name as keyof CompressCommandOptions]} with --network ${network} --recipe ${recipe}`;
    fail({ code: 'NN001', where: `--${name}`, got, legal: `with ${legal}` });
  }
}

function required(where: string, value: string | undefined, what: string): string {
  return value ?? fail({ code: 'NN001', where, got: 'none', legal: what });
}

function recipeFor(network: (typeof networks)[number], options: CompressCommandOptions): Recipe {
  if (network === 'digits') return digitsRecipe(options);
  const weights = required('--weights', options.weights, 'pretrainedResnet.f32 of MLPerf Tiny');
  const images = required('--images', options.images, 'CIFAR-10 batches to train on').split(',');
  if (images.includes('')) {
    const got = JSON.stringify(options.images);
    fail({
      code: 'NN001',
      where: '--images',
      got,
      legal: 'files, with a comma between two',
      fix: 'leave no part empty',
    });
  }
  return resnet8Recipe(
    { weights, images, test: required('--test', options.test, 'a CIFAR-10 batch to judge by') },
    options,
  );
}

/** What the options choose. Every one is looked at before the network's files are read. */
function choose(options: CompressCommandOptions) {
  const network = oneOf('--network', options.network, networks);
  const recipe = oneOf('--recipe', options.recipe ?? 'filters', recipes);
  if (network === 'digits' && recipe === 'weights')
    fail({
      code: 'NN001',
      where: '--recipe',
      got: '"weights" of digits',
      legal: 'filters',
      fix: 'weights is for --network resnet8',
    });
  const order = oneOf('--order', options.order ?? 'reversed', orders);
  const importance = oneOf('--importance', options.importance ?? 'l1', importances);
  const rates = shares(options.rates ?? '0.5,0.5,0.5');
  const allowedLoss = options.loss ?? 0.3;
  if (!(allowedLoss >= 0))
    fail({ code: 'NN001', where: '--loss', got: String(options.loss), legal: 'a number from 0' });
  const retrained = options.retrain ?? 1000;
  requireInteger('--retrain', options.retrain, 100);
  requireInteger('--epochs', options.epochs, 1);
  if (options.rate !== undefined && !(options.rate > 0 && options.rate < 1))
    fail({ code: 'NN001', where: '--rate', got: String(options.rate), legal: 'above 0, below 1' });
  requireInteger('--limit', options.limit, 100);
  requireInteger('--test-limit', options.testLimit, 1);
  requireInteger('--seed', options.seed, 0);
  const steps: readonly string[] = stages[recipe];
  const until = oneOf('--until', options.until ?? steps.at(-1)!, steps);
  requireEffect(options, network, recipe);
  return { network, recipe, until, filters: { importance, rates }, weights: { order, allowedLoss, retrained } };
}

export async function compress(options: CompressCommandOptions, out: Console): Promise<CommandResult> {
  const { network, recipe, until, filters, weights } = choose(options);
  const { name, start, images, training, epochs } = recipeFor(network, options);
  const { tf } = await loadTensorflow({ portable: true });
  const pruning = recipe === 'filters' ? filters : weights;
  const run = new Run(tf, options.out, images, training, { network, recipe, ...pruning, epochs }, (stage, part) =>
    out.progress(`${stage}: ${part.text}`, part),
  );
  const result =
    recipe === 'filters'
      ? await filtersThenBits(run, start, {
          name,
          ...filters,
          until: until as (typeof stages.filters)[number],
          epochs,
        })
      : await weightsThenInt8(run, start, {
          network: name,
          ...weights,
          until: until as (typeof stages.weights)[number],
          epochs,
        });
  const json = {
    network,
    recipe,
    images: { train: images.train.count, validation: images.validation.count, test: images.test.count },
    ...result,
  };
  writeJson(run.path('compress.json'), json);
  const counts =
    `accuracy on ${images.test.count} test images; trained on ${images.train.count}, choices by ` +
    `${images.validation.count} others`;
  return {
    json,
    text: [
      stageTable(result.stages),
      counts,
      ...('pruning' in result ? weightLines(result) : filterLines(result, options.out)),
    ].join('\n'),
    exitCode: 0,
  };
}

function stageTable(reports: readonly StageReport[]): string {
  const before = reports[0]!;
  const rows = reports.map(({ stage, resumed, macs, weights, bits, accuracy }) => [
    `${stage}${resumed ? ' (checkpoint)' : ''}`,
    macs,
    percent(1 - macs / before.macs),
    weights,
    bits,
    `${(before.bits / bits).toFixed(1)}x`,
    `${(100 * accuracy).toFixed(2)} %`,
  ]);
  return table(['stage', 'MACs', 'fewer', 'weights', 'bits', 'smaller', 'accuracy'], rows);
}

function filterLines({ sensitivity, folded }: FilterResult, out: string): string[] {
  const scan = sensitivity
    ? [
        table(
          ['accuracy without', ...sensitivity.rates.map(percent)],
          sensitivity.found.map(({ block, accuracy }) => [block, ...accuracy.map(percent)]),
        ),
        `drawn: ${out}/sensitivity.svg`,
      ]
    : [];
  if (!folded) return scan;
  const { format, comparison } = folded;
  const bits = Math.log2(format.max + 1) + 1;
  return [
    ...scan,
    `residual stream: ${bits} bits, ${format.fraction} of them below the point`,
    'float model with folded constants and golden model: one class for ' +
      `${(100 * agreement(comparison)).toFixed(2)} % of ${comparison.images} images; rounding turned ` +
      `${comparison.turned} bits; ${comparison.unexplained} values beyond its bounds`,
  ];
}

function weightLines({ pruning, peaks }: WeightResult): string[] {
  const rows = [
    ...pruning.map((step) => ({ ...step, by: 'deviation' })),
    ...peaks.map((step) => ({ ...step, by: 'peak' })),
  ];
  if (rows.length === 0) return [];
  return [
    table(
      ['pruned by', 'layer', 'threshold, deviations', 'left', 'loss', ''],
      rows.map(({ by, layer, threshold, density, loss, kept }) => [
        by,
        layer,
        threshold.toFixed(2),
        percent(density),
        loss.toFixed(3),
        kept ? 'kept' : 'taken back',
      ]),
    ),
  ];
}
