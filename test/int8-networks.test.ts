// SPDX-License-Identifier: Apache-2.0
/** AlexNet and SqueezeNet: the figures of the published networks, and what the dataflow architecture says of them. */
import { describe, expect, test } from 'vitest';
import { check } from '../cli/commands/gen.ts';
import { interpreter } from '../generator/golden/interpret.ts';
import { kindOf } from '../generator/layers/index.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { temporaryFolder } from './command-line.ts';
import { said } from './said.ts';

const typed = async (name: string) => typecheck((await loadNetwork(name)).graph);
const folder = temporaryFolder();
const alexnet = await typed('alexnet');
const squeezenet = await typed('squeezenet');

function total(graph: typeof alexnet, of: (node: (typeof alexnet.nodes)[number]) => number | undefined): number {
  return graph.nodes.reduce((sum, node) => sum + (of(node) ?? 0), 0);
}

function sizes(graph: typeof alexnet): Record<string, string> {
  return Object.fromEntries(
    graph.nodes.map(({ name, type }) => [name, `${type.height}x${type.width}x${type.channels}`]),
  );
}

describe('alexnet', () => {
  test('has 60,965,224 parameters and 724.4 MMAC', () => {
    expect(total(alexnet, (node) => kindOf(node).floatParameters?.(node))).toBe(60_965_224);
    expect(total(alexnet, (node) => kindOf(node).work?.(node).macs)).toBe(724_406_816);
  });

  test('has the maps of the published network', () => {
    expect(sizes(alexnet)).toMatchObject({
      conv1: '55x55x96',
      pool1: '27x27x96',
      conv2: '27x27x256',
      pool2: '13x13x256',
      conv5: '13x13x256',
      pool5: '6x6x256',
      fc6: '1x1x4096',
      class: '1x1x1001',
    });
  });

  test('is pruned to 4.5 M weights, 13.5 times fewer, and says that they are synthetic', () => {
    const left = total(
      alexnet,
      ({ parameters: { weights } }) =>
        weights && (weights.data as Int8Array).reduce((n, w) => n + (w === 0 ? 0 : 1), 0),
    );
    expect(left).toBeGreaterThan(4.48e6);
    expect(left).toBeLessThan(4.56e6);
    expect(alexnet.weights.source).toBe('synthetic');
  });

  test('shifts suit the synthetic weights: between a third and two thirds of every map are 0, few saturate', () => {
    const random = randomFrom('alexnet');
    const tensors = interpreter(alexnet).trace(Uint8Array.from({ length: 227 * 227 * 3 }, () => random() * 256));
    for (const { name } of alexnet.nodes.filter(({ name }) => name.startsWith('relu'))) {
      const { data } = tensors.get(name)!;
      const share = (value: number) => data.reduce((n, v) => n + (v === value ? 1 : 0), 0) / data.length;
      expect(share(0), name).toBeGreaterThan(1 / 3);
      expect(share(0), name).toBeLessThan(2 / 3);
      expect(share(127), name).toBeLessThan(0.1);
    }
  });

  test('is refused by dataflow: every int8 convolution and overlapping pool is named', async () => {
    const text = await said(
      () =>
        check(
          { board: 'zcu104', network: 'alexnet', arch: 'dataflow', out: folder },
          { warn: () => {}, progress: () => {} },
        ),
      folder,
    );
    expect(text).toContain(
      'NN006 unsupported construct · alexnet › conv1 (int-conv) · networks/alexnet.ts:N · int8 conv, which the ' +
        'dataflow architecture does not build · fix: --arch sparse on zcu104, or the golden model: npm run infer',
    );
    expect(text.split('\n').filter((line) => line.includes('(int-conv)'))).toHaveLength(5);
  });
});

describe('squeezenet', () => {
  test('is refused by dataflow: convolutions and concatenations are named', async () => {
    const text = await said(
      () =>
        check(
          { board: 'zcu104', network: 'squeezenet', out: folder, fps: 'max' },
          { warn: () => {}, progress: () => {} },
        ),
      folder,
    );
    expect(
      text.split('\n').filter((line) => line.includes('int8 conv, which the dataflow architecture does not build')),
    ).toHaveLength(26);
    expect(
      text.split('\n').filter((line) => line.includes('concatenation, which the dataflow architecture does not build')),
    ).toHaveLength(8);
  });

  test('has 1,248,424 parameters, 26 convolutions and 861.3 MMAC', () => {
    expect(total(squeezenet, (node) => kindOf(node).floatParameters?.(node))).toBe(1_248_424);
    expect(total(squeezenet, (node) => kindOf(node).work?.(node).macs)).toBe(861_339_936);
    expect(squeezenet.nodes.filter((node) => kindOf(node).work)).toHaveLength(26);
  });

  test('has the maps of the published network: pools keep what fills no window', () => {
    expect(sizes(squeezenet)).toMatchObject({
      conv1: '111x111x96',
      pool1: '55x55x96',
      fire4: '55x55x256',
      pool4: '27x27x256',
      fire8: '27x27x512',
      pool8: '13x13x512',
      conv_final: '15x15x1000',
      class: '1x1x1001',
    });
  });
});
