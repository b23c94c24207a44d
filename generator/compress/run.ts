// SPDX-License-Identifier: Apache-2.0
/**
 * A compression's run in its folder: stages that leave a checkpoint each, training that goes on where it was killed,
 * what every stage is worth.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../processes/make-folder.ts';
import { fail } from '../errors/errors.ts';
import type { Tensorflow } from '../train/tensorflow.ts';
import { fit, type Progress, type Teacher } from './fit.ts';
import { accuracyOf, disposeStatistics, judge, statisticsOf, type Labelled } from './judge.ts';
import { modelOf } from './model.ts';
import type { Style } from './variables.ts';
import { readNet, writeNet } from './net-file.ts';
import { sizeOf, type ResidualNet } from './residual-net.ts';
import type { Masks } from './reversed-pruning.ts';
import { stateFile } from './training-state.ts';

export interface Images {
  readonly train: Labelled;
  /** What choices are made by: no stage trains on them. */
  readonly validation: Labelled;
  /** What is reported: no stage trains on them or chooses by them. */
  readonly test: Labelled;
}

/** How networks are trained. */
export interface Training {
  readonly rate: number;
  readonly batch: number;
  readonly seed: number;
  /**
   * Norms of every batch, measured anew after training; or those that the network came with, for one that is trained
   * already.
   */
  readonly norms: 'batch' | 'given';
  /** Every epoch sees about half of the images left for right; none unless given. */
  readonly mirror?: boolean;
  /** Trainings learn the float network's scores, divided by so much, and not the labels. */
  readonly temperature?: number;
}

/** A training of some weights, on some images, at another rate. */
export interface Part {
  readonly masks?: Masks;
  readonly set?: Labelled;
  readonly rate?: number;
}

/** What a network is worth after a stage, on the test images. */
export interface StageReport {
  readonly stage: string;
  /** Taken from its checkpoint. */
  readonly resumed: boolean;
  /** MACs a frame with weights that are not 0, and how many weights those are. */
  readonly macs: number;
  readonly weights: number;
  readonly bits: number;
  readonly accuracy: number;
}

export class Run {
  readonly reports: StageReport[] = [];
  /** Whose scores trainings learn. */
  private teacher: ResidualNet | undefined;

  /** @param options all that the checkpoints depend on: a folder of other options is refused, NN001 */
  constructor(
    readonly tf: Tensorflow,
    readonly out: string,
    readonly images: Images,
    readonly training: Training,
    options: object,
    private readonly onProgress: (stage: string, progress: Progress) => void,
  ) {
    const counts = { train: images.train.count, validation: images.validation.count };
    const wanted = `${JSON.stringify({ ...options, ...training, ...counts }, null, 2)}\n`;
    const path = this.path('options.json');
    let found: string;
    try {
      makeFolder(out);
      if (!existsSync(path)) writeFileSync(path, wanted);
      found = readFileSync(path, 'utf8');
    } catch (error) {
      found = fail({
        code: 'NN030',
        where: '--out',
        got: (error as Error).message,
        fix: 'choose another --out, or change its permissions',
      });
    }
    if (found !== wanted)
      fail({
        code: 'NN001',
        where: '--out',
        got: `${out}, a run with other options`,
        legal: `those of ${path}`,
        fix: 'give another folder, or those options',
      });
  }

  path(file: string): string {
    return join(this.out, file);
  }

  progress(stage: string): (progress: Progress) => void {
    return (progress) => this.onProgress(stage, progress);
  }

  /**
   * The stage's network, from its checkpoint where there is one.
   * @param bits of the network; 32 a parameter unless given
   */
  async reached(
    stage: string,
    style: Style,
    make: () => ResidualNet | Promise<ResidualNet>,
    bits = (net: ResidualNet) => 32 * sizeOf(net).parameters,
  ): Promise<ResidualNet> {
    const path = this.path(`${stage}.safetensors`);
    const resumed = existsSync(path);
    const net = resumed ? readNet(path) : await make();
    if (!resumed) writeNet(path, net);
    const { test } = this.images;
    const { macs, weights } = sizeOf(net);
    this.reports.push({
      stage,
      resumed,
      macs,
      weights,
      bits: bits(net),
      accuracy: accuracyOf(judge(this.tf, net, style, test), test.labels),
    });
    return net;
  }

  /** Trainings from here on learn from this network, where the recipe has a temperature. */
  learnFrom(net: ResidualNet): void {
    this.teacher = net;
  }

  /**
   * The network, trained for so many epochs.
   * @param name of its state's file
   * @param set all images to train on unless given
   * @param rate the recipe's unless given
   */
  async trained(
    name: string,
    net: ResidualNet,
    style: Style,
    epochs: number,
    { masks, set = this.images.train, rate = this.training.rate }: Part = {},
  ): Promise<ResidualNet> {
    const { tf, training } = this;
    const model = modelOf(tf, net, style, masks);
    const states = stateFile(this.path(`${name}.state.safetensors`));
    model.constrain();
    // A binarised network is a new one: its norms are those of its batches.
    const given = style === 'float' && training.norms === 'given' ? model.given() : undefined;
    const teacher =
      this.teacher && training.temperature ? teacherOf(tf, this.teacher, training.temperature) : undefined;
    await fit(tf, model, set, net.input, {
      ...training,
      rate,
      epochs,
      states,
      statistics: given,
      teacher,
      onProgress: this.progress(name),
    });
    const statistics = given ?? statisticsOf(tf, model, set, net.input);
    const result = model.net(statistics);
    disposeStatistics(tf, statistics);
    model.dispose();
    teacher?.dispose();
    states.remove();
    return result;
  }
}

function teacherOf(tf: Tensorflow, net: ResidualNet, temperature: number): Teacher & { dispose(): void } {
  const model = modelOf(tf, net, 'float');
  const given = model.given();
  return {
    temperature,
    scores: (pixels) => model.forward(pixels, given).logits,
    dispose() {
      disposeStatistics(tf, given);
      model.dispose();
    },
  };
}
