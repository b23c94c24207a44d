// SPDX-License-Identifier: Apache-2.0
/**
 * Whole frames through the sparse engine at its full size: every line of every layer, every clock within 5 % of the
 * cycle model.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { zcu104 } from '../../generator/boards/zcu104.ts';
import { calibrate } from '../../cli/commands/calibrate.ts';
import { calibrate as calibrateNetwork } from '../../generator/compress/calibrate.ts';
import { realTensors } from '../../generator/compress/int8-tensors.ts';
import { readResnet8 } from '../../generator/compress/published-resnet8.ts';
import { modelledClocks, type SparseDesign } from '../../generator/architectures/sparse/design.ts';
import { buildSparse } from '../../generator/architectures/sparse/index.ts';
import { planFiles } from '../../generator/emit/plan.ts';
import { readImages } from '../../generator/images/index.ts';
import { sharedData } from '../../generator/images/shared-data.ts';
import { writeSafetensors } from '../../generator/import/index.ts';
import { tensorTable } from '../../generator/import/tensor-table.ts';
import { firstNode } from '../../generator/ir/graph.ts';
import { elementCount } from '../../generator/ir/types.ts';
import { loadNetwork } from '../../generator/network-file/load-network.ts';
import { randomFrom } from '../../generator/passes/random.ts';
import { workFolder } from '../../generator/processes/work-folder.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import { inFolder } from '../../generator/emit/in-folder.ts';
import { verifySparse, type VerifySparseResult } from '../verify-sparse.ts';
import type { Found, Proof } from './proof.ts';
import { framesOf } from './rtl.ts';

/** What a frame must reach, under what; where nothing is said, to be right. */
interface Bounds {
  readonly framesPerSecond?: number;
  readonly busy?: number;
  /** Percentages of clocks in which the memory pauses, beside the modelled one. */
  readonly stalls?: readonly number[];
}

/** Images behind the frames that fractions and shifts are chosen by. */
const calibrationImages = 100;

async function designOf(network: string, weights?: string): Promise<SparseDesign> {
  const graph = typecheck((await loadNetwork(network)).graph, weights);
  const { clockMhz, family: primitives } = zcu104;
  return buildSparse(graph, { board: zcu104, clockMhz, fps: 'max', primitives });
}

function describe({ compiled, options: { clockMhz } }: SparseDesign, result: VerifySparseResult): string {
  const { interval, latency } = modelledClocks(compiled);
  const clocks = result.intervalMeasured!;
  return [
    `${result.frames} frames, ${result.runs.join(', ')}`,
    `a frame every ${clocks} clocks (modelled ${interval}), ${Math.round((clockMhz * 1e6) / clocks)} frames/s ` +
      `at ${clockMhz} MHz; the first one took ${result.latencyMeasured} (modelled ${latency})`,
    `multipliers of convolutions busy with weights that are not 0: ${(100 * result.busyInConvolutions!).toFixed(1)} %`,
    `clocks of layers: ${[...result.clocks].map(([name, count]) => `${name} ${Math.round(count)}`).join(', ')}`,
    `built in ${result.buildSeconds.toFixed(0)} s, ${result.cycles} clocks in ${result.simulateSeconds.toFixed(0)} s`,
  ].join('; ');
}

async function compare(
  design: SparseDesign,
  frames: readonly Uint8Array[],
  { framesPerSecond = 0, busy = 0, stalls = [] }: Bounds,
  onProgress: (text: string) => void,
): Promise<Found> {
  const result = await inFolder(planFiles(design, { network: design.name, defaulted: false }), (folder) =>
    verifySparse(design, { folder, frames, stalls, onProgress }),
  );
  if (!result.passed)
    return {
      passed: false,
      text: `${result.mismatches} lines differ; ${result.first ? JSON.stringify(result.first) : result.faults[0]}`,
    };
  const rate = (design.options.clockMhz * 1e6) / result.intervalMeasured!;
  return { passed: rate >= framesPerSecond && result.busyInConvolutions! >= busy, text: describe(design, result) };
}

const rtlAlexnet: Proof = {
  name: 'rtl-alexnet',
  claim:
    'AlexNet (synthetic weights, pruned to a thirteenth) on ZCU104, at least 1,000 frames/s, multipliers of ' +
    'convolutions at least 80 % busy: 3 frames of random pixels, one behind the other',
  needsPublishedFiles: false,
  async run(onProgress) {
    const design = await designOf('alexnet');
    const random = randomFrom('frames of the proof');
    const frames = Array.from({ length: 3 }, () =>
      Uint8Array.from({ length: elementCount(firstNode(design.typed).type) }, () => random() * 256),
    );
    return compare(design, frames, { framesPerSecond: 1000, busy: 0.8 }, onProgress);
  },
};

const rtlSqueezenet: Proof = {
  name: 'rtl-squeezenet',
  claim: 'SqueezeNet with Deep Compression’s pruned weights, in 8 bits by calibration, on ZCU104: 2 real images',
  needsPublishedFiles: true,
  async run(onProgress) {
    const images = join(sharedData!, 'imagenet-sample/images_12x227x227x3.rgb');
    const folder = workFolder('weights');
    try {
      const weights = join(folder, 'squeezenet.safetensors');
      await calibrate(
        {
          network: 'squeezenet',
          weights: join(sharedData!, 'squeezenet-deep-compression/compressed_SqueezeNet.net'),
          images,
          out: weights,
        },
        { warn: () => {}, progress: onProgress },
      );
      const design = await designOf('squeezenet', weights);
      const { type } = firstNode(design.typed);
      const { pixels } = readImages(images, type, { limit: 2 });
      return compare(design, framesOf(pixels, 2, elementCount(type)), {}, onProgress);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const rtlResnet8: Proof = {
  name: 'rtl-resnet8',
  claim:
    'ResNet-8 with the published weights, in 8 bits by calibration, on ZCU104: 16 real images; two of them with ' +
    'a memory that pauses 0, 30 and 80 % of the clocks',
  needsPublishedFiles: true,
  async run(onProgress) {
    const images = readImages(
      join(sharedData!, 'cifar10/test_batch.bin'),
      { height: 32, width: 32, channels: 3 },
      { limit: 16 + calibrationImages },
    );
    const frames = framesOf(images.pixels, images.count, images.pixels.length / images.count);
    const folder = workFolder('weights');
    try {
      const weights = join(folder, 'resnet8.safetensors');
      const floats = tensorTable(
        realTensors(readResnet8(join(sharedData!, 'resnet8-mlperf-tiny/pretrainedResnet.f32'))),
        { source: 'imported', where: 'pretrainedResnet.f32', describe: 'published weights' },
      );
      const { tensors } = calibrateNetwork(
        (await loadNetwork('resnet8')).graph,
        floats,
        Buffer.concat(frames.slice(16)),
      );
      writeSafetensors(weights, tensors, { source: 'imported' });
      const design = await designOf('resnet8', weights);
      const all = await compare(design, frames.slice(0, 16), {}, onProgress);
      if (!all.passed) return all;
      const paused = await compare(design, frames.slice(0, 2), { stalls: [0, 30, 80] }, onProgress);
      return { passed: paused.passed, text: `${all.text}; with pauses: ${paused.text}` };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export const sparseProofs: readonly Proof[] = [rtlAlexnet, rtlSqueezenet, rtlResnet8];
