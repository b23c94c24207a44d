// SPDX-License-Identifier: Apache-2.0
/** A small ResNet on the npm digits through all stages, and the integer network beside the float one. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bitloom, temporaryFolder } from '../../test/command-line.ts';
import { typecheck } from '../passes/typecheck.ts';
import { loadTensorflow } from '../train/tensorflow.ts';
import { filtersThenBits, type FilterOptions } from './filters-then-bits.ts';
import { graphOf } from './fold.ts';
import { firstOf } from './judge.ts';
import { readNet } from './net-file.ts';
import { digitsRecipe } from './recipes.ts';
import { agreement, compare } from './rounding.ts';
import { Run } from './run.ts';
import type { formatsOf } from './stream-format.ts';

const { tf } = await loadTensorflow({ portable: true });
const out = join(temporaryFolder(), 'digits');
const { name, start, images, training, epochs } = digitsRecipe({ limit: 3000 });
const said: string[] = [];
const chosen = { name, importance: 'l1', rates: [0.25, 0.25], until: 'fold', epochs } as const;

function run(options: FilterOptions = chosen) {
  const { until: _, ...rest } = options;
  return filtersThenBits(
    new Run(tf, out, images, training, rest, (stage, { text }) => said.push(`${stage}: ${text}`)),
    start,
    options,
  );
}

describe('digits', () => {
  test('through all stages: the integer network gives the float model’s classes, ' +
    'but for bits at their thresholds', async () => {
    const { stages, sensitivity, folded } = await run();
    expect(stages.map(({ stage, resumed }) => `${stage} ${resumed}`)).toEqual([
      'float false',
      'prune false',
      'tune false',
      'binarise false',
      'fold false',
    ]);
    const [float, pruned, tuned, binary, integer] = stages;
    expect(float!.accuracy).toBeGreaterThan(0.9);
    expect(pruned!.macs / float!.macs).toBeLessThan(0.8);
    expect(tuned!.accuracy).toBeGreaterThan(pruned!.accuracy);
    expect(tuned!.accuracy).toBeGreaterThan(0.9);
    expect(binary!.bits).toBeLessThan(tuned!.bits / 10);
    expect(binary!.accuracy).toBeGreaterThan(0.7);
    expect(Math.abs(integer!.accuracy - binary!.accuracy)).toBeLessThan(0.005);
    const { comparison } = folded!;
    expect(comparison.images).toBe(images.test.count);
    expect(agreement(comparison)).toBeGreaterThanOrEqual(0.995);
    expect(comparison.unexplained).toBe(0);
    for (const { turned, first } of comparison.differing) expect(turned === 0 || first !== null).toBe(true);
    const pixels = join(out, 'pixels.raw');
    writeFileSync(pixels, firstOf(images.test, 20).pixels);
    const { stdout } = await bitloom([
      'infer',
      '--network',
      join(out, `${name}.ts`),
      '--weights',
      join(out, `${name}.safetensors`),
      '--images',
      pixels,
      '--json',
    ]);
    expect((JSON.parse(stdout) as { images: { class: number }[] }).images.map((image) => image.class)).toEqual(
      comparison.classes.slice(0, 20),
    );
    expect(sensitivity!.found.map(({ block }) => block)).toEqual(['s1b1', 's2b1']);
    for (const { accuracy } of sensitivity!.found) expect(accuracy[0]! - accuracy.at(-1)!).toBeGreaterThan(0.2);
    expect(readFileSync(join(out, 'sensitivity.svg'), 'utf8')).toMatch(/^<svg /);
    expect(said.filter((text) => text.startsWith('tune: epoch 1 of 3, loss '))).toHaveLength(60);
  }, 1_200_000);

  test('other constants than the folded ones are no rounding: shifts, factors, biases', () => {
    const net = readNet(join(out, 'binarise.safetensors'));
    const set = firstOf(images.test, 100);
    const weights = join(out, `${name}.safetensors`);
    const { format } = JSON.parse(readFileSync(join(out, 'fold.json'), 'utf8')) as {
      format: ReturnType<typeof formatsOf>[number];
    };
    const graph = typecheck(graphOf(name, net, format), weights);
    expect(compare(tf, net, graph, format, set).unexplained).toBe(0);
    const shifted = {
      ...net,
      blocks: net.blocks.map((block) => ({ ...block, shift: block.shift!.map((s) => s + 0.1) })),
    };
    expect(compare(tf, shifted, graph, format, set).unexplained).toBeGreaterThan(0);
    const { c2 } = net.blocks[1]!;
    const scaled = {
      ...net,
      blocks: [
        net.blocks[0]!,
        { ...net.blocks[1]!, c2: { ...c2, norm: { ...c2.norm, gamma: c2.norm.gamma.map((g) => 1.01 * g) } } },
      ],
    };
    expect(compare(tf, scaled, graph, format, set).unexplained).toBeGreaterThan(0);
    const biased = { ...net, classifier: { ...net.classifier, bias: net.classifier.bias.map((b) => b + 0.1) } };
    expect(compare(tf, biased, graph, format, set).unexplained).toBeGreaterThan(0);
  }, 600_000);

  test('a second run takes up every checkpoint; one that is gone is made anew, the same', async () => {
    const before = readFileSync(join(out, 'prune.safetensors'));
    rmSync(join(out, 'prune.safetensors'));
    const { stages } = await run({ ...chosen, until: 'tune' });
    expect(stages.map(({ resumed }) => resumed)).toEqual([true, false, true]);
    expect(readFileSync(join(out, 'prune.safetensors'))).toEqual(before);
    expect(existsSync(join(out, `${name}.safetensors`))).toBe(true);
  }, 600_000);

  test('a folder of other options is refused', async () => {
    expect(() => run({ ...chosen, rates: [0.5, 0.5] })).toThrow(/^NN001 illegal option · --out · .*other options/);
  });
});
