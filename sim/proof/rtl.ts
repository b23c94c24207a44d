/** Generated Verilog against the golden model, in Verilator, on real frames. */
import { readFileSync } from 'node:fs';
import type { Board } from '../../generator/boards/board.ts';
import { primitivesOf } from '../../generator/boards/index.ts';
import { kc705 } from '../../generator/boards/kc705.ts';
import { xc7z100 } from '../../generator/boards/xc7z100.ts';
import { planFiles } from '../../generator/emit/plan.ts';
import { interpreter } from '../../generator/golden/interpret.ts';
import { mnistDigits, readImages } from '../../generator/images/index.ts';
import { sharedData } from '../../generator/images/shared-data.ts';
import type { TypedGraph } from '../../generator/ir/graph.ts';
import { loadNetwork } from '../../generator/load-network.ts';
import { randomFrom } from '../../generator/passes/random.ts';
import { build, requireFit, typecheck, type Design } from '../../generator/pipeline.ts';
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
import { inFolder } from './in-folder.ts';
import type { Found, Proof } from './proof.ts';

const everyStall = [0, 30, 80];

function designOf(typed: TypedGraph, board: Board, fps: number | 'max'): Design {
  const design = build(typed, { board, architecture: 'dataflow', clockMhz: board.clockMhz, fps, primitives: primitivesOf(board) });
  requireFit(design);
  return design;
}

function framesOf(pixels: Uint8Array, count: number, bytes: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => frameAt(pixels, i, bytes));
}

/** Operations over what the lanes could have done in the measured interval. */
function busyShare({ placement }: Design, interval: number): string {
  const sum = (key: 'operations' | 'lanes') =>
    placement.engines.reduce((total, engine) => total + engine[key], 0);
  return `${((100 * sum('operations')) / (sum('lanes') * interval)).toFixed(1)} %`;
}

function describe(design: Design, result: VerifyResult): string {
  const interval = result.initiationIntervalMeasured;
  const rate =
    interval === null ? [] : [`interval ${interval} clocks (modelled ${design.placement.interval}), lanes busy ${busyShare(design, interval)}`];
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

/** Generates the design in a temporary folder and drives it with the frames. */
async function compare(
  design: Design,
  frames: readonly Uint8Array[],
  stalls: readonly number[],
  onProgress: (text: string) => void,
  lutLevel = false,
): Promise<Found> {
  const result = await inFolder(planFiles(design, { network: design.name, defaulted: false }), (folder) =>
    verify(design, { folder, frames, stalls, lutLevel, onProgress }),
  );
  if (!result.passed) return { passed: false, text: firstFault(result) };
  // A lost clock is a fault of the RTL or of the cycle model.
  const { initiationIntervalMeasured: measured } = result;
  return { passed: measured === null || measured === design.placement.interval, text: describe(design, result) };
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
    const wrong = images.findIndex((image, i) => cnvDifference(trace(frames[i]), image) !== undefined);
    if (images.length !== 64 || wrong >= 0)
      return {
        passed: false,
        text: `golden model: image ${wrong} of ${images.length} differs from the published maps`,
      };
    return compare(design, frames, everyStall, onProgress);
  },
};

/** Some images through another mapping of the real cnvW1A1. */
function cnvAt(name: string, what: string, fps: number | 'max', count: number, stalls: readonly number[], lutLevel: boolean): Proof {
  return {
    name,
    claim: `cnvW1A1 on XC7Z100, ${what}: ${count} images`,
    needsPublishedFiles: true,
    async run(onProgress) {
      const files = publishedFiles(sharedData!);
      const design = designOf(await publishedNetwork('cnv', files.cnvWeights), xc7z100, fps);
      return compare(design, framesOf(readFileSync(files.cnvPixels), count, cnvFrameBytes), stalls, onProgress, lutLevel);
    },
  };
}

export const rtlCnvLuts = cnvAt('rtl-cnv-luts', 'LUT by LUT, at 10,000 frames/s', 10_000, 8, everyStall, true);
export const rtlCnvMax = cnvAt('rtl-cnv-max', 'the highest rate that fits by estimate', 'max', 16, everyStall, false);

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
    const design = designOf(typecheck((await loadNetwork('mnist')).graph), kc705, 20_000);
    return compare(design, framesOf(mnistDigits().heldOut.pixels, 100, 784), everyStall, onProgress);
  },
};

export const rtlBinarynet: Proof = {
  name: 'rtl-binarynet',
  claim: 'binarynet (synthetic weights) on XC7Z100 at 40,000 frames/s: 7 random frames',
  needsPublishedFiles: false,
  async run(onProgress) {
    const design = designOf(typecheck((await loadNetwork('binarynet')).graph), xc7z100, 40_000);
    const random = randomFrom('frames of the proof');
    const pixels = Uint8Array.from({ length: 7 * 3072 }, () => random() * 256);
    return compare(design, framesOf(pixels, 7, 3072), everyStall, onProgress);
  },
};
