// SPDX-License-Identifier: Apache-2.0
/** Generated Verilog against the golden model, in Verilator, on real frames. */
import { readFileSync } from 'node:fs';
import type { Board } from '../../generator/boards/board.ts';
import { kc705 } from '../../generator/boards/kc705.ts';
import { xc7z100 } from '../../generator/boards/xc7z100.ts';
import { planFiles } from '../../generator/emit/plan.ts';
import { interpreter } from '../../generator/golden/interpret.ts';
import { mnistDigits, readImages } from '../../generator/images/index.ts';
import { sharedData } from '../../generator/images/shared-data.ts';
import type { TypedGraph } from '../../generator/ir/graph.ts';
import type { Choice } from '../../generator/stream-top/engine.ts';
import { loadNetwork } from '../../generator/network-file/load-network.ts';
import { randomFrom } from '../../generator/passes/random.ts';
import { buildDataflow } from '../../generator/architectures/dataflow/index.ts';
import { requireFit } from '../../generator/design/fit.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import type { DataflowOptions } from '../../generator/architectures/dataflow/map/search.ts';
import type { StreamDesign } from '../../generator/stream-top/design.ts';
import {
  cnvDifference,
  cnvFrameBytes,
  frameAt,
  imagesOf,
  publishedFiles,
  publishedNetwork,
  type CnvImage,
} from '../../test/published.ts';
import { verify, type VerifyResult } from '../verify.ts';
import { inFolder } from '../../generator/emit/in-folder.ts';
import type { Found, Proof } from './proof.ts';

const everyStall = [0, 30, 80];

function designOf(
  typed: TypedGraph,
  board: Board,
  fps: number | 'max',
  mapping: Pick<DataflowOptions, 'bramPrice' | 'reuse' | 'early' | 'calibration'> = {},
): StreamDesign {
  const design = buildDataflow(typed, {
    board,
    clockMhz: board.clockMhz,
    fps,
    primitives: board.family,
    ...mapping,
  });
  requireFit(design);
  return design;
}

export function framesOf(pixels: Uint8Array, count: number, bytes: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => frameAt(pixels, i, bytes));
}

/** Operations over what the lanes could have done in the measured interval. */
function busyShare({ placement }: StreamDesign, interval: number): number {
  const sum = (key: 'operations' | 'lanes') => placement.engines.reduce((total, engine) => total + engine[key], 0);
  return sum('operations') / (sum('lanes') * interval);
}

/** The interval depends on data: on other frames it may be another one. */
function expects({ placement }: StreamDesign): boolean {
  return placement.engines.some(({ orders }) => orders);
}

/** `27.1 % of the operations pruned in conv1 conv2`, by the registers of engines with early decision. */
function prunedText({ operations }: VerifyResult): string {
  const sum = (key: 'dense' | 'executed') =>
    [...operations.values()].reduce((total, counted) => total + counted[key], 0);
  return (
    `${(100 * (1 - sum('executed') / sum('dense'))).toFixed(1)} % of the operations pruned in ` +
    `${[...operations.keys()].join(' ')}, every count as the model's`
  );
}

function describe(design: StreamDesign, result: VerifyResult): string {
  const interval = result.initiationIntervalMeasured;
  const modelled = `${expects(design) ? 'expected' : 'modelled'} ${design.placement.interval}`;
  const busy = (clocks: number) =>
    expects(design) ? prunedText(result) : `lanes busy ${(100 * busyShare(design, clocks)).toFixed(1)} %`;
  const rate = interval === null ? [] : [`interval ${interval} clocks (${modelled}), ${busy(interval)}`];
  return [
    `${result.frames} frames, ${result.runs.length} runs (${result.runs.join(', ')})`,
    ...rate,
    `built in ${result.buildSeconds.toFixed(0)} s`,
    `${result.cycles} clocks in ${result.simulateSeconds.toFixed(0)} s`,
  ].join('; ');
}

function firstFault(result: VerifyResult): string {
  const f = result.first;
  const place = f && `frame ${f.frame}, layer ${f.layer}, y ${f.y}, x ${f.x}, channel ${f.channel}`;
  const where = f && `${place}: expected ${f.expected}, got ${f.got} (${f.run})`;
  return `${result.mismatches} beats differ; ${where ?? result.faults[0]}`;
}

/**
 * Generates the design in a temporary folder and drives it with the frames.
 * @param atLeast frames a second, in place of the model's
 */
export async function compare(
  design: StreamDesign,
  frames: readonly Uint8Array[],
  stalls: readonly number[],
  onProgress: (text: string) => void,
  lutLevel = false,
  atLeast?: number,
): Promise<Found> {
  const result = await inFolder(planFiles(design, { network: design.name, defaulted: false }), (folder) =>
    verify(design, { folder, frames, stalls, lutLevel, onProgress }),
  );
  if (!result.passed) return { passed: false, text: firstFault(result) };
  // A lost clock is a fault of the RTL or of the cycle model, where that says more than an expectation.
  const { initiationIntervalMeasured: measured } = result;
  const { interval, intervalAtMost } = design.placement;
  const inTime =
    measured === null ||
    (atLeast !== undefined
      ? design.options.clockMhz * 1e6 >= atLeast * measured
      : expects(design)
        ? measured <= intervalAtMost
        : measured === interval);
  return { passed: inTime, text: describe(design, result) };
}

export const rtlCnv: Proof = {
  name: 'rtl-cnv',
  claim: 'cnvW1A1 on XC7Z100 at 55,555 frames/s: 64 images, every layer’s bits as published',
  needsPublishedFiles: true,
  async run(onProgress) {
    const files = publishedFiles(sharedData!);
    const design = designOf(await publishedNetwork('cnv', files.cnvWeights), xc7z100, 55_555);
    const images = imagesOf<CnvImage>(files.cnvImages);
    const frames = framesOf(readFileSync(files.cnvPixels), images.length, cnvFrameBytes);
    // The bench compares with these traces: so their bits must be the published ones.
    const { trace } = interpreter(design.lowered);
    const wrong = images.findIndex((image, i) => cnvDifference(trace(frames[i]!), image) !== undefined);
    if (images.length !== 64 || wrong >= 0)
      return {
        passed: false,
        text: `golden model: image ${wrong} of ${images.length} differs from the published maps`,
      };
    return compare(design, frames, everyStall, onProgress);
  },
};

interface CnvMapping {
  readonly what: string;
  readonly fps: number | 'max';
  readonly images: number;
  readonly bramPrice?: number;
  readonly reuse?: Choice;
  readonly lutLevel?: boolean;
  /** Share of the lanes that must be busy. */
  readonly busy?: number;
}

/** Some images through another mapping of the real cnvW1A1. */
function cnvAt(name: string, { what, fps, images, bramPrice, reuse, lutLevel, busy = 0 }: CnvMapping): Proof {
  return {
    name,
    claim: `cnvW1A1 on XC7Z100, ${what}: ${images} images`,
    needsPublishedFiles: true,
    async run(onProgress) {
      const files = publishedFiles(sharedData!);
      const design = designOf(await publishedNetwork('cnv', files.cnvWeights), xc7z100, fps, { bramPrice, reuse });
      const found = await compare(
        design,
        framesOf(readFileSync(files.cnvPixels), images, cnvFrameBytes),
        everyStall,
        onProgress,
        lutLevel,
      );
      // The interval measured is the design's, or the comparison failed.
      return { ...found, passed: found.passed && busyShare(design, design.placement.interval) >= busy };
    },
  };
}

export const rtlCnvLuts = cnvAt('rtl-cnv-luts', {
  what: 'LUT by LUT, at 10,000 frames/s',
  fps: 10_000,
  images: 8,
  lutLevel: true,
});
export const rtlCnvBusy = cnvAt('rtl-cnv-busy', {
  what: 'at 55,555 frames/s with a block RAM worth 200 LUTs, lanes at least 95 % busy',
  fps: 55_555,
  bramPrice: 200,
  images: 16,
  busy: 0.95,
});
export const rtlCnvMax = cnvAt('rtl-cnv-max', {
  what: 'the highest rate that fits with weights in memory',
  fps: 'max',
  images: 16,
});
export const rtlCnvWired = cnvAt('rtl-cnv-wired', {
  what: 'the highest rate with wired layers',
  fps: 'max',
  reuse: 'auto',
  images: 64,
});

/** The images of the test set behind those that are published, so that none is verified on. */
const firstCalibrated = 1000;

export const rtlCnvEarly: Proof = {
  name: 'rtl-cnv-early',
  claim:
    'cnvW1A1 on XC7Z100 with early decision at 20,000 frames/s, calibrated on 64 other images: 64 images, every ' +
    'layer, every count of tiles',
  needsPublishedFiles: true,
  async run(onProgress) {
    const files = publishedFiles(sharedData!);
    const set = readImages(files.cifar, { height: 32, width: 32, channels: 3 });
    const calibration = {
      frames: framesOf(set.pixels.subarray(firstCalibrated * cnvFrameBytes), 64, cnvFrameBytes),
      path: files.cifar,
    };
    const design = designOf(await publishedNetwork('cnv', files.cnvWeights), xc7z100, 20_000, {
      reuse: 'off',
      early: 'on',
      calibration,
    });
    return compare(design, framesOf(readFileSync(files.cnvPixels), 64, cnvFrameBytes), everyStall, onProgress);
  },
};

export const rtlLfc: Proof = {
  name: 'rtl-lfc',
  claim: 'lfcW1A1 on XC7Z100 at 10,000 frames/s: 16 digits',
  needsPublishedFiles: true,
  async run(onProgress) {
    const files = publishedFiles(sharedData!);
    const design = designOf(await publishedNetwork('lfc', files.lfcWeights), xc7z100, 10_000);
    const digits = readImages(files.digits, { height: 28, width: 28, channels: 1 }, { limit: 16 });
    return compare(design, framesOf(digits.pixels, digits.count, 784), everyStall, onProgress);
  },
};

export const rtlMnist: Proof = {
  name: 'rtl-mnist',
  claim: 'mnist on KC705 at 20,000 frames/s: 100 held-out digits',
  needsPublishedFiles: false,
  async run(onProgress) {
    const design = designOf(typecheck((await loadNetwork('mnist')).graph), kc705, 20_000, { reuse: 'auto' });
    return compare(design, framesOf(mnistDigits().heldOut.pixels, 100, 784), everyStall, onProgress);
  },
};

function binarynetAt(name: string, what: string, reuse: Choice): Proof {
  return {
    name,
    claim: `binarynet (synthetic weights) on XC7Z100 at 40,000 frames/s, ${what}: 7 random frames`,
    needsPublishedFiles: false,
    async run(onProgress) {
      const design = designOf(typecheck((await loadNetwork('binarynet')).graph), xc7z100, 40_000, { reuse });
      const random = randomFrom('frames of the proof');
      const pixels = Uint8Array.from({ length: 7 * 3072 }, () => random() * 256);
      return compare(design, framesOf(pixels, 7, 3072), everyStall, onProgress);
    },
  };
}

export const rtlBinarynet = binarynetAt('rtl-binarynet', 'weights in memory', 'off');
export const rtlBinarynetWired = binarynetAt('rtl-binarynet-wired', 'first layers wired', 'auto');

/**
 * @param atLeast frames a second that must be measured, where streams are busy in so many clocks that a few are lost;
 * absent: as modelled
 */
function tbDnnAt(name: string, fps: number, atLeast?: number): Proof {
  return {
    name,
    claim:
      'tb-dnn on KC705, dataflow, ' +
      `${atLeast === undefined ? `asked for ${fps} frames/s` : `at least ${atLeast} frames/s measured`}: 16 ` +
      'CIFAR-10 images',
    needsPublishedFiles: true,
    async run(onProgress) {
      const design = designOf(typecheck((await loadNetwork('tb-dnn')).graph), kc705, fps, { reuse: 'auto' });
      const { pixels, count } = readImages(
        publishedFiles(sharedData!).cifar,
        { height: 32, width: 32, channels: 3 },
        { limit: 16 },
      );
      return compare(design, framesOf(pixels, count, 3072), everyStall, onProgress, false, atLeast);
    },
  };
}

export const rtlTbDnn = tbDnnAt('rtl-tb-dnn', 25_000);
export const rtlTbDnnMax = tbDnnAt('rtl-tb-dnn-max', 86_800, 86_000);
