// SPDX-License-Identifier: Apache-2.0
/**
 * SqueezeNet's real pruned weights, from their file to scores of real images, and through the storage of sparse
 * weights.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { infer } from '../cli/commands/infer.ts';
import { calibrate } from '../cli/commands/calibrate.ts';
import { storage } from '../cli/commands/storage.ts';
import { sharedData } from '../generator/images/shared-data.ts';
import { parseStoredLayers } from '../generator/import/deep-compression.ts';
import { codings } from '../generator/storage/coding.ts';
import { readSection, writeSection } from '../generator/storage/section.ts';
import { temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const silent = { warn: () => {}, progress: () => {} };
const file = (name: string) => join(sharedData!, name);
const published = () => file('squeezenet-deep-compression/compressed_SqueezeNet.net');
const images = () => file('imagenet-sample/images_12x227x227x3.rgb');

interface Inferred {
  readonly images: readonly { readonly class: number; readonly scores: readonly number[] }[];
}

/** Classes by falling score, the first of equals first. */
function topFive(scores: readonly number[]): number[] {
  return [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, 5);
}

describe.skipIf(!sharedData)('SqueezeNet by Deep Compression', () => {
  const weights = join(folder, 'squeezenet.safetensors');
  let inferred: Inferred;

  beforeAll(async () => {
    await calibrate({ network: 'squeezenet', weights: published(), images: images(), out: weights }, silent);
    inferred = (await infer({ network: 'squeezenet', weights, images: images(), threads: 1 }, silent)).json as Inferred;
    // Some twenty seconds of one core.
  }, 900_000);

  test(
    '8 bits agree with the float network on the first class of at least 10 of 12 images, calibrated on these ' +
      'images',
    () => {
      const float = JSON.parse(readFileSync(file('imagenet-sample/labels_and_top5.json'), 'utf8')) as {
        top5: number[];
        top5_score: number[];
      }[];
      expect(inferred.images).toHaveLength(12);
      expect(inferred.images.filter((image, i) => image.class === float[i]!.top5[0]).length).toBeGreaterThanOrEqual(10);
      // And the float network's first class is never beyond the fifth.
      inferred.images.forEach(({ scores }, i) => expect(topFive(scores)).toContain(float[i]!.top5[0]));
    },
  );

  test.each(codings)('%s: the image of its weights gives the same scores', async (coding) => {
    const out = join(folder, `${coding}.bin`);
    const { json } = await storage({ network: 'squeezenet', weights, coding, out }, silent);
    expect((json as { bytes: number }).bytes).toBe(statSync(out).size);
    const { json: again } = await infer(
      { network: 'squeezenet', weights: out, images: images(), limit: 2, threads: 1 },
      silent,
    );
    expect((again as Inferred).images).toEqual(inferred.images.slice(0, 2));
  });

  test('8-bit weights take less than three quarters of the published file, 675,763 bytes', async () => {
    const { json } = await storage({ network: 'squeezenet', weights, coding: 'entropy' }, silent);
    expect(statSync(published()).size).toBe(675_763);
    expect((json as { bytes: number }).bytes).toBeLessThan(0.75 * 675_763);
  });

  test('the file’s own codes come back exactly from fewer bytes than it has, codebooks counted', () => {
    let bytes = 0;
    for (const { name, shape, codes, codebook, biases } of parseStoredLayers(
      Uint8Array.from(readFileSync(published())),
      published(),
    )) {
      const [filters, kernel, , depth] = shape as [number, number, number, number];
      const layer = {
        name,
        format: 'convolution',
        shape: { filters, kernel, depth, groups: 1 },
        weights: new Int8Array(codes.buffer),
        biases: new Int32Array(biases.buffer),
        shift: undefined,
      } as const;
      const section = writeSection(layer, 'entropy').bytes;
      expect(Buffer.from(readSection(section).weights.buffer).equals(Buffer.from(codes.buffer))).toBe(true);
      bytes += section.length + codebook.byteLength;
    }
    expect(bytes).toBeLessThan(0.95 * 675_763);
  });
});
