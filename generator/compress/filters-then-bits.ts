// SPDX-License-Identifier: Apache-2.0
/**
 * The two-stage compression: a float network loses filters and is trained again, then becomes binary and is trained
 * again ([TB-DNN], docs/papers.md).
 */
import { existsSync } from 'node:fs';
import type { FixedPoint } from '../index.ts';
import { writeSafetensors } from '../import/index.ts';
import { describeFormat, formatNote } from '../layers/affine/kind.ts';
import { kindOf } from '../layers/index.ts';
import { typecheck } from '../passes/typecheck.ts';
import { writeJson, writeText } from '../report/merge.ts';
import { binarised } from './binarise.ts';
import { readTable, writeTable } from './checkpoint.ts';
import { graphOf, networkModule, tensorsOf } from './fold.ts';
import { firstOf, type Labelled } from './judge.ts';
import { prune, ratesByStage, type Importance } from './prune.ts';
import type { ResidualNet } from './residual-net.ts';
import { compare, type Comparison } from './rounding.ts';
import type { Run, StageReport } from './run.ts';
import { scan, scannedRates, sensitivitySvg, type Sensitivity } from './sensitivity.ts';
import { stages, type FilterStage } from './stages.ts';
import { chooseFormat } from './stream-format.ts';

export interface Epochs {
  /** 0: the network is trained already. */
  readonly float: number;
  readonly tune: number;
  readonly binarise: number;
}

export interface FilterOptions {
  readonly name: string;
  readonly until: FilterStage;
  readonly importance: Importance;
  /** Share of the filters inside blocks that go, a figure a stage of the network. */
  readonly rates: readonly number[];
  readonly epochs: Epochs;
}

export interface Folded {
  readonly format: FixedPoint;
  /** The integer network beside the float one, on the test images. */
  readonly comparison: Comparison;
}

/** The table of the sensitivity scan. */
export interface Scan {
  readonly rates: readonly number[];
  readonly images: number;
  readonly importance: Importance;
  readonly found: readonly Sensitivity[];
}

export interface FilterResult {
  readonly stages: readonly StageReport[];
  readonly sensitivity: Scan | null;
  readonly folded: Folded | null;
}

export async function filtersThenBits(
  run: Run,
  start: () => ResidualNet,
  options: FilterOptions,
): Promise<FilterResult> {
  const { name, until, importance, rates, epochs } = options;
  const wanted = (stage: FilterStage) => stages.filters.indexOf(stage) <= stages.filters.indexOf(until);
  const result = (sensitivity: FilterResult['sensitivity'], folded: Folded | null = null): FilterResult => ({
    stages: run.reports,
    sensitivity,
    folded,
  });

  const float = await run.reached('float', 'float', () =>
    epochs.float > 0 ? run.trained('float', start(), 'float', epochs.float) : start(),
  );
  run.learnFrom(float);
  const sensitivity = wanted('scan') ? scanned(run, float, options) : null;
  if (!wanted('prune')) return result(sensitivity);
  const pruned = await run.reached('prune', 'float', () => prune(float, ratesByStage(float, rates), importance));
  if (!wanted('tune')) return result(sensitivity);
  const tuned = await run.reached('tune', 'float', () => run.trained('tune', pruned, 'float', epochs.tune));
  if (!wanted('binarise')) return result(sensitivity);
  const binary = await run.reached(
    'binarise',
    'binary',
    () => run.trained('binarise', binarised(tuned), 'binary', epochs.binarise),
    (net) => bitsOf(name, net),
  );
  return result(sensitivity, wanted('fold') ? fold(run, name, binary) : null);
}

/** Validation images that the scan judges by. */
const scannedImages = 500;

/** The table and the picture, from the table's file where there is one. */
function scanned(run: Run, net: ResidualNet, { name, importance }: FilterOptions): Scan {
  const path = run.path('sensitivity.json');
  if (existsSync(path)) return readTable<Scan>(path, 'delete it: the scan runs again');
  const set: Labelled = firstOf(run.images.validation, scannedImages);
  const result: Scan = {
    rates: scannedRates,
    images: set.count,
    importance,
    found: scan(run.tf, net, set, importance, run.progress('scan')),
  };
  writeText(
    run.path('sensitivity.svg'),
    sensitivitySvg(`${name}: sensitivity to pruned filters (${importance})`, result.found),
  );
  writeTable(path, result);
  return result;
}

function bitsOf(name: string, net: ResidualNet): number {
  return typecheck(graphOf(name, net)).nodes.reduce((sum, node) => sum + (kindOf(node).parameterBits?.(node) ?? 0), 0);
}

/** Writes the weights of the integer network, and judges its golden model beside the float one. */
function fold(run: Run, name: string, net: ResidualNet): Folded {
  const weights = run.path(`${name}.safetensors`);
  const compared = (format: FixedPoint, set: Parameters<typeof compare>[4]) => {
    const metadata = { network: name, [formatNote]: describeFormat(format) };
    writeSafetensors(weights, tensorsOf(net, format), { source: 'trained', metadata });
    return compare(run.tf, net, typecheck(graphOf(name, net, format), weights), format, set);
  };
  const { train, test } = run.images;
  const format = chooseFormat(net.reach!, train, (tried, set) => compared(tried, set).turned);
  const comparison = compared(format, test);
  const right = comparison.classes.filter((c, i) => c === test.labels[i]).length;
  run.reports.push({ ...run.reports.at(-1)!, stage: 'fold', resumed: false, accuracy: right / test.count });
  writeText(run.path(`${name}.ts`), networkModule(name, net, format, run.out));
  writeJson(run.path('fold.json'), { format, comparison });
  return { format, comparison };
}
