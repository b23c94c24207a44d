// SPDX-License-Identifier: Apache-2.0
/**
 * The published ResNet-8: its floats, what filter pruning takes of its work, and the integer network that it becomes.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/command-line.ts';
import { interpreter } from '../golden/interpret.ts';
import { readImages } from '../images/index.ts';
import { sharedData } from '../images/shared-data.ts';
import { writeSafetensors } from '../import/index.ts';
import { tensorTable } from '../import/tensor-table.ts';
import { kindOf } from '../layers/index.ts';
import { loadNetwork } from '../network-file/load-network.ts';
import { typecheck } from '../passes/typecheck.ts';
import { loadTensorflow } from '../train/tensorflow.ts';
import { calibrate } from './calibrate.ts';
import { realTensors } from './int8-tensors.ts';
import { accuracyOf, firstMaximum, firstOf, judge, partOf, type Labelled } from './judge.ts';
import { readResnet8 } from './published-resnet8.ts';
import { prune, ratesByStage } from './prune.ts';
import { sizeOf, type ResidualNet } from './residual-net.ts';

const { graph } = await loadNetwork('resnet8');

test(
  'resnet8 has the published network’s weights and work, and seven structural zeros in every kernel that is ' +
    'padded behind',
  () => {
    const { nodes } = typecheck(graph);
    const total = (of: (node: (typeof nodes)[number]) => number | undefined) =>
      nodes.reduce((sum, node) => sum + (of(node) ?? 0), 0);
    const structural = 7 * (16 * 32 + 32 * 64);
    expect(total((node) => node.parameters['weights']?.data.length) - structural).toBe(77_360);
    expect(total((node) => kindOf(node).work?.(node).macs) - 7 * 16 * 32 * 16 * 16 - 7 * 32 * 64 * 8 * 8).toBe(
      12_501_632,
    );
  },
);

describe.skipIf(!sharedData)('the published weights', () => {
  const net = () => readResnet8(join(sharedData!, 'resnet8-mlperf-tiny/pretrainedResnet.f32'));
  const images = () => readImages(join(sharedData!, 'cifar10/test_batch.bin'), net().input, { limit: 150 }) as Labelled;

  test('have the published shapes; half of the filters inside blocks are 47 % of the work', () => {
    const whole = sizeOf(net());
    expect(whole).toMatchObject({ macs: 12_501_632, weights: 77_360 });
    const pruned = sizeOf(prune(net(), ratesByStage(net(), [0.5, 0.5, 0.5]), 'l1'));
    expect(1 - pruned.macs / whole.macs).toBeCloseTo(0.47, 2);
  });

  test('classify as published in floats, and the same in integers after calibration on other images', async () => {
    const { tf } = await loadTensorflow({ portable: true });
    const [judged, others] = [firstOf(images(), 100), partOf(images(), 100, 50)];
    const scores = judge(tf, net(), 'float', judged);
    expect(accuracyOf(scores, judged.labels)).toBeGreaterThan(0.82);
    const file = join(temporaryFolder(), 'resnet8.safetensors');
    const sameClass = (from: ResidualNet) => {
      const { tensors } = calibrate(
        graph,
        tensorTable(realTensors(from), { source: 'trained', where: 'real', describe: 'real weights' }),
        others.pixels,
      );
      writeSafetensors(file, tensors, { source: 'trained' });
      const { run } = interpreter(typecheck(graph, file));
      return (
        scores.filter((of, i) => run(judged.pixels.subarray(i * 3072, (i + 1) * 3072)).data.at(-1) === firstMaximum(of))
          .length / judged.count
      );
    };
    expect(sameClass(net())).toBeGreaterThanOrEqual(0.97);
    const [first, second, third] = net().blocks;
    const later = { ...second!, c1: { ...second!.c1, pad: [1, 1] as const } };
    // Strided windows that start a pixel too early are seen.
    expect(() => sameClass({ ...net(), blocks: [first!, later, third!] })).toThrow('NN012');
    const { norm } = third!.c2;
    const louder = { ...third!, c2: { ...third!.c2, norm: { ...norm, gamma: norm.gamma.map((g) => 2 * g) } } };
    expect(sameClass({ ...net(), blocks: [first!, second!, louder] })).toBeLessThan(0.97);
  });

  test(
    'biases that take back what rounding does to means bring the scores ' + 'of other images nearer to the floats',
    async () => {
      const { tf } = await loadTensorflow({ portable: true });
      const [judged, others] = [firstOf(images(), 50), partOf(images(), 100, 50)];
      const centred = (scores: ArrayLike<number>) =>
        Array.from(
          { length: 10 },
          (_, k) =>
            scores[k]! -
            Array.from(scores)
              .slice(0, 10)
              .reduce((a, b) => a + b) /
              10,
        );
      const wanted = judge(tf, net(), 'float', judged).flatMap(centred);
      const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
      const file = join(temporaryFolder(), 'resnet8.safetensors');
      /** Share of the power of the floats' scores that no unit of the integers' explains. */
      const lost = (correctBiases: boolean) => {
        const { tensors } = calibrate(
          graph,
          tensorTable(realTensors(net()), { source: 'trained', where: 'real', describe: 'real weights' }),
          others.pixels,
          { correctBiases },
        );
        writeSafetensors(file, tensors, { source: 'trained' });
        const { run } = interpreter(typecheck(graph, file));
        const found = Array.from({ length: judged.count }, (_, i) =>
          centred(run(judged.pixels.subarray(i * 3072, (i + 1) * 3072)).data),
        ).flat();
        return 1 - dot(found, wanted) ** 2 / dot(found, found) / dot(wanted, wanted);
      };
      expect(lost(true)).toBeLessThan(0.6 * lost(false));
    },
  );
});
