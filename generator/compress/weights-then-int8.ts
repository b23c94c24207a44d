// SPDX-License-Identifier: Apache-2.0
/**
 * The second recipe ([Sparse-AlexNet], docs/papers.md): pruning of single weights layer by layer, then to the peaks of
 * what is left, joint training, 8 bits.
 */
import { existsSync, rmSync } from 'node:fs';
import { inferAll } from '../golden/infer.ts';
import { writeSafetensors } from '../import/index.ts';
import { tensorTable } from '../import/tensor-table.ts';
import { loadNetwork } from '../network-file/load-network.ts';
import { typecheck } from '../passes/typecheck.ts';
import { histogramSvg } from '../report/histogram-chart.ts';
import { writeText } from '../report/merge.ts';
import { writeImage } from '../storage/image.ts';
import { storedLayers } from '../storage/stored-layers.ts';
import { calibrate } from './calibrate.ts';
import { readTable, writeTable } from './checkpoint.ts';
import { realTensors } from './int8-tensors.ts';
import { firstOf, judge, lossOf, partOf } from './judge.ts';
import { readNet, writeNet } from './net-file.ts';
import { peakLayers } from './peak-pruning.ts';
import { layersOf, sizeOf, weightsOf, type ResidualNet } from './residual-net.ts';
import { pruneLayers, type Masks, type Pruned, type PruningStep, type Trainable } from './reversed-pruning.ts';
import type { Run, StageReport } from './run.ts';
import { stages, type WeightStage } from './stages.ts';

export interface WeightOptions {
  /** Of the 8-bit network in networks/. */
  readonly network: string;
  readonly until: WeightStage;
  readonly order: 'reversed' | 'forward';
  /** Cross-entropy that pruning may add on the validation images, before the joint training. */
  readonly allowedLoss: number;
  /** Images of a training after each step of pruning, the next ones every time. */
  readonly retrained: number;
  readonly epochs: { readonly tune: number };
}

export interface WeightResult {
  readonly stages: readonly StageReport[];
  readonly pruning: readonly PruningStep[];
  readonly peaks: readonly PruningStep[];
}

/** In standard deviations of a layer's weights: a normal distribution loses 38, 55 and 68 % of them. */
const thresholds = [0.5, 0.75, 1];
/** Rate of a short training: Adam's first steps are as long as the rate, however little there is to learn. */
const shortRate = 0.0003;
/** Training images that fractions and shifts are chosen by. */
const calibrationImages = 100;

/** Masks of a network that was pruned: where its weights are. */
function masksOf(net: ResidualNet): Masks {
  const masks = layersOf(net).map((layer): [string, Uint8Array] => [
    layer,
    Uint8Array.from(weightsOf(net, layer), (w) => (w === 0 ? 0 : 1)),
  ]);
  return Object.fromEntries(masks.filter(([, mask]) => mask.includes(0)));
}

/**
 * Pruning as training it knows; every training leaves a checkpoint, so that a killed run finds its way again by going
 * it.
 */
function trainable(
  run: Run,
  stage: string,
  net: ResidualNet,
  retrained: number,
): Trainable<ResidualNet> & { finish(): void } {
  const { train, validation } = run.images;
  const checkpoint = (step: number) => run.path(`${stage}.${step}.safetensors`);
  let step = 0;
  return {
    layers: layersOf(net),
    weights: weightsOf,
    loss: async (state) => lossOf(judge(run.tf, state, 'float', validation), validation.labels),
    async retrain(state, masks) {
      step++;
      const path = checkpoint(step);
      if (existsSync(path)) return readNet(path);
      const result = await run.trained(`${stage}.${step}`, state, 'float', 1, {
        masks,
        set: partOf(train, (step - 1) * retrained, retrained),
        rate: shortRate,
      });
      writeNet(path, result);
      return result;
    },
    finish() {
      for (; step > 0; step--) rmSync(checkpoint(step), { force: true });
    },
  };
}

export async function weightsThenInt8(
  run: Run,
  start: () => ResidualNet,
  options: WeightOptions,
): Promise<WeightResult> {
  const { until, order, allowedLoss, retrained, epochs } = options;
  const wanted = (stage: WeightStage) => stages.weights.indexOf(stage) <= stages.weights.indexOf(until);
  const found: Record<'prune' | 'peak', readonly PruningStep[]> = { prune: [], peak: [] };
  const result = (): WeightResult => ({ stages: run.reports, pruning: found.prune, peaks: found.peak });

  /** A stage that prunes, and its steps beside the checkpoint. */
  const pruned = async (
    stage: 'prune' | 'peak',
    from: ResidualNet,
    by: (model: Trainable<ResidualNet>) => Promise<Pruned<ResidualNet>>,
  ) => {
    const path = run.path(`${stage}.json`);
    const net = await run.reached(stage, 'float', async () => {
      const model = trainable(run, stage, from, retrained);
      const { state, steps } = await by(model);
      writeTable(path, { steps });
      model.finish();
      return state;
    });
    const again = `delete it and ${stage}.safetensors: the stage runs again`;
    found[stage] = readTable<{ steps: PruningStep[] }>(path, again).steps;
    return net;
  };

  const float = await run.reached('float', 'float', start);
  run.learnFrom(float);
  if (!wanted('prune')) return result();
  const sparse = await pruned('prune', float, (model) => pruneLayers(model, float, { allowedLoss, thresholds, order }));
  if (!wanted('peak')) return result();
  const peaked = await pruned('peak', sparse, async (model) =>
    peakLayers(model, { state: sparse, masks: masksOf(sparse), steps: [] }, (await model.loss(float)) + allowedLoss),
  );
  drawPeaks(run, sparse, peaked, found.peak);
  if (!wanted('tune')) return result();
  const tuned = await run.reached('tune', 'float', () =>
    run.trained('tune', peaked, 'float', epochs.tune, { masks: masksOf(peaked) }),
  );
  if (wanted('int8')) await toInt8(run, options.network, tuned);
  return result();
}

/** A layer's histogram before and after its threshold moved to the peak. */
function drawPeaks(run: Run, before: ResidualNet, after: ResidualNet, steps: readonly PruningStep[]): void {
  for (const { layer } of steps.filter(({ kept }) => kept)) {
    const [old, left] = [weightsOf(before, layer), weightsOf(after, layer)];
    const threshold = old.reduce(
      (least, w, i) => (w !== 0 && left[i] !== 0 ? Math.min(least, Math.abs(w)) : least),
      Infinity,
    );
    writeText(run.path(`peak-${layer}.svg`), histogramSvg({ layer, before: old, after: left, threshold }));
  }
}

/** 8-bit weights and shifts by calibration, judged by the golden model. */
async function toInt8(run: Run, network: string, net: ResidualNet): Promise<void> {
  const { graph } = await loadNetwork(network);
  const { train, test } = run.images;
  const weights = run.path(`${network}.safetensors`);
  const source = tensorTable(realTensors(net), {
    source: 'trained',
    where: 'tune.safetensors',
    describe: 'pruned weights',
  });
  const { tensors } = calibrate(graph, source, firstOf(train, calibrationImages).pixels, { correctBiases: true });
  writeSafetensors(weights, tensors, { source: 'trained', metadata: { network } });
  const typed = typecheck(graph, weights);
  const progress = run.progress('int8');
  const results = await inferAll(typed, test.pixels, test.pixels.length / test.count, 1, (done) =>
    progress({ done, total: test.count, text: 'golden model' }),
  );
  const right = results.filter((scores, i) => scores.at(-1) === test.labels[i]).length;
  const left = Object.entries(tensors).reduce(
    (n, [name, { data }]) =>
      n + (name.endsWith('.weights') ? (data as Int8Array).reduce((m, w) => m + (w === 0 ? 0 : 1), 0) : 0),
    0,
  );
  const bits = 8 * writeImage(storedLayers(typed), 'trained', 'entropy').bytes.length;
  run.reports.push({
    stage: 'int8',
    resumed: false,
    macs: sizeOf(net).macs,
    weights: left,
    bits,
    accuracy: right / test.count,
  });
}
