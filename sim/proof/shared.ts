// SPDX-License-Identifier: Apache-2.0
/**
 * The shared array against the golden model, in Verilator: every layer's bits and values, every clock of the interval.
 */
import { readFileSync } from 'node:fs';
import type { Board } from '../../generator/boards/board.ts';
import { kc705 } from '../../generator/boards/kc705.ts';
import { xc7z100 } from '../../generator/boards/xc7z100.ts';
import { mnistDigits, readImages } from '../../generator/images/index.ts';
import { sharedData } from '../../generator/images/shared-data.ts';
import type { TypedGraph } from '../../generator/ir/graph.ts';
import { loadNetwork } from '../../generator/network-file/load-network.ts';
import { randomFrom } from '../../generator/passes/random.ts';
import { buildShared } from '../../generator/architectures/shared-array/index.ts';
import { requireFit } from '../../generator/design/fit.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import type { StreamDesign } from '../../generator/stream-top/design.ts';
import { cnvFrameBytes, publishedFiles, publishedNetwork } from '../../test/published.ts';
import type { Proof } from './proof.ts';
import { compare, framesOf } from './rtl.ts';

const everyStall = [0, 30, 80];

function designOf(typed: TypedGraph, board: Board, units: number, taps: number): StreamDesign {
  const design = buildShared(typed, {
    board,
    clockMhz: board.clockMhz,
    fps: 1,
    primitives: board.family,
    units,
    taps,
  });
  requireFit(design);
  return design;
}

interface Claim {
  readonly what: string;
  readonly units: number;
  readonly taps: number;
  readonly board?: Board;
  readonly needsPublishedFiles?: boolean;
  typed(): Promise<TypedGraph>;
  frames(): readonly Uint8Array[];
}

function onShared(
  name: string,
  { what, units, taps, board = kc705, needsPublishedFiles = false, typed, frames }: Claim,
): Proof {
  return {
    name,
    claim: `${what} on a shared array of ${units} × ${taps} taps, ${board.name}`,
    needsPublishedFiles,
    run: async (onProgress) => compare(designOf(await typed(), board, units, taps), frames(), everyStall, onProgress),
  };
}

const named = (network: string) => async () => typecheck((await loadNetwork(network)).graph);

function randomFrames(count: number, bytes: number): Uint8Array[] {
  const random = randomFrom('frames of the proof');
  return Array.from({ length: count }, () => Uint8Array.from({ length: bytes }, () => random() * 256));
}

/** Test images of CIFAR-10 where they are at hand, random pixels else. */
function cifarFrames(count: number): readonly Uint8Array[] {
  return sharedData
    ? framesOf(readFileSync(publishedFiles(sharedData).cnvPixels), count, cnvFrameBytes)
    : randomFrames(count, cnvFrameBytes);
}

const rtlMnistShared = onShared('rtl-mnist-shared', {
  what: 'mnist: 32 held-out digits',
  units: 4,
  taps: 72,
  typed: named('mnist'),
  frames: () => framesOf(mnistDigits().heldOut.pixels, 32, 784),
});
const rtlCnvShared = onShared('rtl-cnv-shared', {
  what: 'cnvW1A1: 16 images',
  units: 16,
  taps: 144,
  board: xc7z100,
  needsPublishedFiles: true,
  typed: () => publishedNetwork('cnv', publishedFiles(sharedData!).cnvWeights),
  frames: () => cifarFrames(16),
});
const rtlLfcShared = onShared('rtl-lfc-shared', {
  what: 'lfcW1A1: 16 digits',
  units: 8,
  taps: 144,
  board: xc7z100,
  needsPublishedFiles: true,
  typed: () => publishedNetwork('lfc', publishedFiles(sharedData!).lfcWeights),
  frames: () =>
    framesOf(
      readImages(publishedFiles(sharedData!).digits, { height: 28, width: 28, channels: 1 }, { limit: 16 }).pixels,
      16,
      784,
    ),
});
const rtlTbDnnShared = onShared('rtl-tb-dnn-shared', {
  what: 'tb-dnn: 16 CIFAR-10 images',
  units: 16,
  taps: 144,
  typed: named('tb-dnn'),
  frames: () => cifarFrames(16),
});
const rtlTbDnnWide = onShared('rtl-tb-dnn-wide', {
  what: 'tb-dnn: 16 CIFAR-10 images',
  units: 16,
  taps: 288,
  typed: named('tb-dnn'),
  frames: () => cifarFrames(16),
});
const rtlBinarynetShared = onShared('rtl-binarynet-shared', {
  what: 'binarynet (synthetic weights): 5 random frames',
  units: 16,
  taps: 288,
  board: xc7z100,
  typed: named('binarynet'),
  frames: () => randomFrames(5, cnvFrameBytes),
});

export const sharedProofs: readonly Proof[] = [
  rtlMnistShared,
  rtlLfcShared,
  rtlCnvShared,
  rtlTbDnnShared,
  rtlTbDnnWide,
  rtlBinarynetShared,
];
