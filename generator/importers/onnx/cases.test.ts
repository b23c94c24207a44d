// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writePlan } from '../../emit/write.ts';
import { interpreter } from '../../golden/interpret.ts';
import { sharedData } from '../../images/shared-data.ts';
import { loadNetwork } from '../../network-file/load-network.ts';
import { typecheck } from '../../passes/typecheck.ts';
import { elementAt } from '../../tensor/tensor.ts';
import { onnx } from './index.ts';

interface Case {
  readonly inputs: readonly unknown[];
  readonly stages: Readonly<Record<string, readonly unknown[]>>;
}

const flat = (tensor: unknown) => [tensor].flat(5) as number[];

/** Layer → tensor of the model, and the real number that an element stands for, in channel c. */
const cases: readonly [file: string, stages: Record<string, readonly [string, (x: number, c: number) => number]>][] = [
  ['1', { quant: ['xq', (b) => 2 * b - 1], fc0: ['s', (p) => 2 * p - 5], sign0: ['y', (b) => 2 * b - 1] }],
  ['2', { quant: ['xq', (q) => q], fc0: ['s', (sum) => sum / 2], levels0: ['y', (q) => q / 2] }],
  [
    '3',
    {
      quant: ['xq', (q) => q / 2],
      fc0: ['s', (sum, c) => (sum / 2) * [0.25, 0.125, 0.5, 0.25][c]!],
      levels0: ['a', (q) => q / 8],
      fc1: ['z', (sum) => sum / 32],
    },
  ],
];

test.skipIf(!sharedData).each(cases)('case %s: every tensor is that of the model', async (file, stages) => {
  const at = join(sharedData!, '../cases/import', file);
  const { inputs, stages: expected } = JSON.parse(readFileSync(`${at}.json`, 'utf8')) as Case;
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  try {
    // Pixel p stands for (p − 32) / 4: inputs are quarters, but for four rows of case 2.
    const { files } = onnx.read(readFileSync(`${at}.onnx`), 'small', file, { scale: 0.25, mean: [8] });
    const { graph } = await loadNetwork(join(writePlan(files, folder, 'net'), 'small.ts'));
    const { trace } = interpreter(typecheck(graph));
    let compared = 0;
    inputs.forEach((input, i) => {
      const pixels = flat(input).map((x) => x * 4 + 32);
      if (!pixels.every((p) => Number.isInteger(p))) return;
      const tensors = trace(Uint8Array.from(pixels));
      for (const [layer, [tensor, real]] of Object.entries(stages)) {
        const output = tensors.get(layer)!;
        const { channels, width, height } = output;
        const got = Array.from({ length: height * width * channels }, (_, j) => {
          const [pixel, c] = [Math.floor(j / channels), j % channels];
          return real(elementAt(output, Math.floor(pixel / width), pixel % width, c), c) + 0;
        });
        expect(got, `${tensor} of input ${i}`).toEqual(flat(expected[tensor]![i]).map((x) => x + 0));
        compared++;
      }
    });
    expect(compared).toBeGreaterThanOrEqual((inputs.length - 1) * Object.keys(stages).length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
