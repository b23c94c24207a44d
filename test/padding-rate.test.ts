// SPDX-License-Identifier: Apache-2.0
/**
 * A wired convolution steps through its padding without input. Small networks at their greatest rate, where the pixels
 * come in every clock, keep that rate all the same.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { boardNamed, buildDataflow, files, typecheck, verify, write } from '../cli/api.ts';
import {
  binaryConv2d,
  binaryDense,
  decide,
  input,
  network,
  quantise,
  signedPixels,
  synthetic,
  threshold,
} from '../generator/index.ts';
import { randomFrom } from '../generator/passes/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-padding-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const weights = synthetic(1);

/** @param last the dense layer's units: so many that it takes a pixel a clock, all the time */
function padded(height: number, width: number, kernel: number, last: number) {
  return network('padded', () => {
    const pixels = quantise('quant', input('pixels', { height, width, channels: 1 }), signedPixels());
    const pad = { size: kernel >> 1, value: 0 };
    const sums = binaryConv2d('conv', pixels, { filters: 4, kernel, pad, weights });
    const bits = threshold('sign', sums, { weights });
    return decide('class', binaryDense('fc', bits, { units: last, weights }), { classes: last });
  });
}

test.each([
  [8, 8, 3, 3],
  [6, 16, 3, 3],
  [10, 8, 3, 3],
])('%i × %i, kernel %i, %i classes: as many clocks a frame as pixels', async (height, width, kernel, last) => {
  const design = buildDataflow(typecheck(padded(height, width, kernel, last)), {
    board: boardNamed('kc705'),
    clockMhz: 200,
    fps: 'max',
    reuse: 'auto',
  });
  const { path } = write(files(design, { network: 'padded.ts', defaulted: false }), folder, `${height}x${width}`);
  const random = randomFrom('padding');
  const frames = Array.from({ length: 6 }, () => Uint8Array.from({ length: height * width }, () => random() * 256));
  expect(design.placement.interval).toBe(height * width);
  const { passed } = await verify(design, { folder: path, frames, stalls: [0, 30] });
  expect(passed).toBe(true);
});
