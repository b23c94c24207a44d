/**
 * The two-stage compression: a float network loses filters and is trained again, then becomes binary and is trained again.
 * Every stage leaves a checkpoint, from which the next run goes on.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../emit/write.ts';
import { interpreter } from '../golden/interpret.ts';
import { writeSafetensors } from '../import/index.ts';
import { kindOf } from '../layers/index.ts';
import { typecheck } from '../pipeline.ts';
import type { Tensorflow } from '../tensorflow.ts';
import { binarised } from './binarise.ts';
import { accuracyOf, classesOf, fit, statisticsOf, type Labelled } from './fit.ts';
import { graphOf, tensorsOf } from './fold.ts';
import { modelOf, type Statistics, type Style } from './model.ts';
import { readNet, writeNet } from './net-file.ts';
import { prune, ratesByStage, type Importance } from './prune.ts';
import { sizeOf, type ResidualNet } from './residual-net.ts';
import { scan, scannedRates, sensitivitySvg, type Sensitivity } from './sensitivity.ts';

export const stages = ['float', 'scan', 'prune', 'tune', 'binarise', 'fold'] as const;
export type Stage = (typeof stages)[number];

export interface Recipe {
  readonly name: string;
  /** Where the float network comes from: one that is trained already, or one that is trained here. */
  readonly start: () => ResidualNet;
  readonly train: Labelled;
  /** Images that no stage trains on. */
  readonly heldOut: Labelled;
  /** Held-out images that the scan judges by. */
  readonly scanned: number;
  readonly epochs: { readonly float: number; readonly tune: number; readonly binarise: number };
  readonly rate: number;
  readonly seed: number;
}

export interface CompressOptions {
  readonly out: string;
  readonly until: Stage;
  readonly importance: Importance;
  /** Share of the filters inside blocks that go, a figure a stage of the network. */
  readonly rates: readonly number[];
  readonly onProgress: (text: string) => void;
}

/** What a network is worth after a stage. */
export interface StageReport {
  readonly stage: Stage;
  readonly resumed: boolean;
  readonly macs: number;
  readonly bits: number;
  /** On the held-out images. */
  readonly accuracy: number;
}

export interface Compressed {
  readonly images: { readonly train: number; readonly heldOut: number };
  readonly stages: readonly StageReport[];
  readonly sensitivity: readonly Sensitivity[] | null;
  /** Held-out images of which the float model with folded constants and the golden model give one class, 0..1. */
  readonly agreement: number | null;
}

export function compress(tf: Tensorflow, recipe: Recipe, options: CompressOptions): Compressed {
  const { out, until, importance, rates, onProgress } = options;
  const { train, heldOut, epochs, rate, seed } = recipe;
  const wanted = (stage: Stage) => stages.indexOf(stage) <= stages.indexOf(until);
  const reports: StageReport[] = [];
  makeFolder(out);

  const judged = (net: ResidualNet, style: Style): number => {
    const model = modelOf(tf, net, style);
    const given = model.given();
    const accuracy = accuracyOf(tf, model, given, heldOut, net.input);
    dispose(tf, given);
    model.dispose();
    return accuracy;
  };
  const trained = (stage: Stage, net: ResidualNet, style: Style, count: number): ResidualNet => {
    const model = modelOf(tf, net, style);
    fit(tf, model, train, net.input, { epochs: count, rate, seed, onProgress: (text) => onProgress(`${stage}: ${text}`) });
    const statistics = statisticsOf(tf, model, train, net.input);
    const result = model.net(statistics);
    dispose(tf, statistics);
    model.dispose();
    return result;
  };
  /** The stage's network, from its checkpoint where there is one. */
  const reached = (stage: Stage, style: Style, make: () => ResidualNet): ResidualNet => {
    const path = join(out, `${stage}.safetensors`);
    const resumed = existsSync(path);
    const net = resumed ? readNet(path) : make();
    if (!resumed) writeNet(path, net);
    const { macs, parameters } = sizeOf(net);
    reports.push({ stage, resumed, macs, bits: style === 'float' ? 32 * parameters : bitsOf(recipe.name, net), accuracy: judged(net, style) });
    return net;
  };

  const float = reached('float', 'float', () => (epochs.float > 0 ? trained('float', recipe.start(), 'float', epochs.float) : recipe.start()));
  const sensitivity = wanted('scan') ? scanned(tf, recipe, float, options, reports[0]!.accuracy) : null;
  let agreement: number | null = null;
  if (wanted('prune')) {
    const pruned = reached('prune', 'float', () => prune(float, ratesByStage(float, rates), importance));
    if (wanted('tune')) {
      const tuned = reached('tune', 'float', () => trained('tune', pruned, 'float', epochs.tune));
      if (wanted('binarise')) {
        const binary = reached('binarise', 'binary', () => trained('binarise', binarised(tuned), 'binary', epochs.binarise));
        if (wanted('fold')) agreement = folded(tf, recipe, binary, out, reports);
      }
    }
  }
  const result: Compressed = { images: { train: train.count, heldOut: heldOut.count }, stages: reports, sensitivity, agreement };
  writeFileSync(join(out, 'compress.json'), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

function dispose(tf: Tensorflow, statistics: Statistics): void {
  tf.dispose([...statistics.values()].flatMap(({ mean, variance }) => [mean, variance]));
}

/** The table and the picture; both are made anew, for they say how. */
function scanned(tf: Tensorflow, { name, heldOut, scanned: count }: Recipe, net: ResidualNet, { out, importance, onProgress }: CompressOptions, unpruned: number): Sensitivity[] {
  const bytes = heldOut.pixels.length / heldOut.count;
  const set: Labelled = { count: Math.min(count, heldOut.count), pixels: heldOut.pixels.subarray(0, count * bytes), labels: heldOut.labels.subarray(0, count) };
  const found = scan(tf, net, set, importance, (text) => onProgress(`scan: ${text}`));
  writeFileSync(join(out, 'sensitivity.svg'), sensitivitySvg(`${name}: sensitivity to pruned filters (${importance})`, found, unpruned));
  writeFileSync(join(out, 'sensitivity.json'), `${JSON.stringify({ rates: scannedRates, images: set.count, importance, found }, null, 2)}\n`);
  return found;
}

function bitsOf(name: string, net: ResidualNet): number {
  return typecheck(graphOf(name, net)).nodes.reduce((sum, node) => sum + (kindOf(node).parameterBits?.(node) ?? 0), 0);
}

/** Writes the weights of the integer network, and judges its golden model beside the float one. */
function folded(tf: Tensorflow, { name, heldOut }: Recipe, net: ResidualNet, out: string, reports: StageReport[]): number {
  const weights = join(out, `${name}.safetensors`);
  writeSafetensors(weights, tensorsOf(net), { source: 'trained', metadata: { network: name } });
  const { run } = interpreter(typecheck(graphOf(name, net), weights));
  const bytes = heldOut.pixels.length / heldOut.count;
  const golden = Uint8Array.from({ length: heldOut.count }, (_, i) => run(heldOut.pixels.subarray(i * bytes, (i + 1) * bytes)).data.at(-1)!);
  const model = modelOf(tf, net, 'binary');
  const given = model.given();
  const float = classesOf(tf, model, given, heldOut, net.input);
  dispose(tf, given);
  model.dispose();
  const { macs, bits } = reports.at(-1)!;
  reports.push({ stage: 'fold', resumed: false, macs, bits, accuracy: golden.filter((c, i) => c === heldOut.labels[i]).length / heldOut.count });
  return golden.filter((c, i) => c === float[i]).length / heldOut.count;
}
