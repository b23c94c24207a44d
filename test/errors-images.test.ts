// SPDX-License-Identifier: Apache-2.0
/** Every command that reads images, and files that must not pass in any of them. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { calibrate } from '../cli/commands/calibrate.ts';
import { compress } from '../cli/commands/compress.ts';
import { energy } from '../cli/commands/energy.ts';
import { check, gen } from '../cli/commands/gen.ts';
import { infer } from '../cli/commands/infer.ts';
import { verify } from '../cli/commands/verify.ts';
import { floats, list } from '../generator/compress/published-resnet8.fixture.ts';
import { contents, networkFile, temporaryFolder } from './command-line.ts';
import { said } from './said.ts';

const folder = temporaryFolder();
const silent = { warn: () => {}, progress: () => {} };
const out = join(folder, 'out');

function written(name: string, ...parts: readonly (Uint8Array | string | readonly number[])[]): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))));
  return path;
}

/** IDX of bytes. */
const idx = (...sizes: number[]) =>
  Buffer.from([0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, size >> 8, size & 255])]);

const npyHeader = (descr: string, shape: string) =>
  `${`{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117)}\n`;
const npy = (descr: string, shape: string) =>
  Buffer.concat([Buffer.from('\x93NUMPY\x01\0v\0', 'latin1'), Buffer.from(npyHeader(descr, shape))]);

const binary = networkFile(
  folder,
  [
    "const sums = d.binaryConv2d('conv0', pixels, { filters: 4, kernel: 3, weights });",
    "const bits = d.batchNormSign('norm0', sums, { weights });",
    "return d.decide('class', d.binaryDense('fc0', bits, { units: 3, weights }), { classes: 3 });",
  ].join('\n'),
  { name: 'binary' },
);
const int8 = networkFile(
  folder,
  [
    'const w8 = d.synthetic(3);',
    "const sums = d.intConv2d('conv8', pixels, { filters: 4, kernel: 3, weights: w8 });",
    "const map = d.requantise('relu', sums, { min: 0, max: 127, shift: 7, weights: w8, tensors: 'conv8' });",
    "return d.decide('class', d.intDense('fc8', map, { units: 3, weights: w8 }), { classes: 3 });",
  ].join('\n'),
  { name: 'int8' },
);
const colours = networkFile(folder, '', { name: 'unused' });
writeFileSync(
  colours,
  [
    `import * as d from ${JSON.stringify(new URL('../generator/index.ts', import.meta.url).href)};`,
    'const weights = d.synthetic(1);',
    "const input = () => d.input('pixels', { height: 32, width: 32, channels: 3 });",
    "const pixels = () => d.quantise('q', input(), d.signedPixels());",
    "const sums = () => d.binaryDense('fc', pixels(), { units: 3, weights });",
    "export default d.network('colours', () => d.decide('class', sums(), { classes: 3 }));",
  ].join('\n'),
);

/** A command on images for a network whose input is 4×4×2; infer on others too. */
const design = { board: 'kc705', network: binary, out };
const verifying = { ...design, shard: '1/1', stall: '0' };
const commands: Readonly<Record<string, (images: string) => unknown>> = {
  infer: (images) => infer({ network: binary, images, threads: 1 }, silent),
  verify: (images) => verify({ ...verifying, images }, silent),
  'verify, shared': (images) => verify({ ...verifying, arch: 'shared', images }, silent),
  'verify, sparse': (images) =>
    verify({ ...verifying, board: 'zcu104', network: int8, arch: 'sparse', images }, silent),
  energy: (images) => energy({ ...design, frames: 8, images }, silent),
  check: (calibration) => check({ ...design, early: 'on', calibration }, silent),
  gen: (calibration) => gen({ ...design, early: 'on', calibration }, silent),
  calibrate: (images) =>
    calibrate(
      {
        network: int8,
        weights: join(folder, 'weights.safetensors'),
        images,
        out: join(folder, 'calibrated.safetensors'),
      },
      silent,
    ),
};

// All of its tensors are absent: what is read first is said first.
written('weights.safetensors', [2, 0, 0, 0, 0, 0, 0, 0], '{}');
// Elsewhere: whoever looks at all that lies in the folder would wait for it.
const pipe = join(temporaryFolder(), 'pipe');
execFileSync('mkfifo', [pipe]);

const files: Readonly<Record<string, [images: string, says: string]>> = {
  'no images': [written('none', idx(0, 4, 4, 2)), 'NN020 images not readable · none · a file of 0 images'],
  'no images in an array': [
    written('none.npy', npy('|u1', '(0, 4, 4, 2)')),
    'NN020 images not readable · none.npy · a file of 0 images',
  ],
  nothing: [written('empty', ''), 'NN020 images not readable · empty · an empty file'],
  'floats as long as whole images': [
    written('float.npy', npy('<f4', '(1, 4, 4, 2)'), new Uint8Array(128)),
    'NN020 images not readable · float.npy · a NumPy array [1, 4, 4, 2] of float32',
  ],
  'signed IDX as long as whole images': [
    written('signed', [0, 0, 9, 3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 8], new Uint8Array(48)),
    'NN020 images not readable · signed · an IDX header of 1 x 4 x 8 before 48 bytes',
  ],
  labels: [
    written('labels', idx(24), new Uint8Array(24)),
    'NN020 images not readable · labels · an IDX file of 24 labels',
  ],
  'a picture': [
    written('x.png', [0x89], 'PNG\r\n\x1a\n', new Uint8Array(24)),
    'NN020 images not readable · x.png · a PNG picture',
  ],
  'images of another size': [
    written('large', idx(1, 8, 8), new Uint8Array(64)),
    'NN021 image size does not match the network · large · 8 x 8 x 1 images · legal: 4 x 4 x 2',
  ],
  'a device without an end': ['/dev/zero', 'NN020 images not readable · /dev/zero · a device, not a file'],
  'a pipe that nobody writes': [pipe, ' · a pipe, not a file'],
  'a folder': [`${folder}/.`, 'a folder, not a file'],
  'a file as a folder': [`${written('file', 'x')}/`, 'no such file: a part of the path is a file, not a folder'],
  '10,000 characters': [join(folder, 'n'.repeat(10_000)), 'the path is too long for a file'],
};

/** These build their design first, and read images as verify does. */
const slow = ['verify, shared', 'verify, sparse', 'energy'];
const fewFiles = ['no images', 'a pipe that nobody writes'];

describe.each(Object.entries(commands))('%s', (title, command) => {
  test('refuses what no command reads, and writes nothing', async () => {
    const before = contents(folder);
    const tried = Object.entries(files).filter(([name]) => !slow.includes(title) || fewFiles.includes(name));
    for (const [name, [images, says]] of tried) expect(await said(() => command(images), folder), name).toContain(says);
    expect(contents(folder)).toEqual(before);
  });
});

describe('labels', () => {
  const record = (label: number) => [label, ...new Uint8Array(3072)];

  test('that come with images are classes of the network in every command', async () => {
    const images = written('batch.bin', record(2), record(3));
    const wide = { ...design, network: colours };
    for (const command of [
      () => infer({ network: colours, images, threads: 1 }, silent),
      () => verify({ ...wide, shard: '1/1', stall: '0', images }, silent),
      () => energy({ ...wide, frames: 8, images }, silent),
    ])
      expect(await said(command, folder)).toMatch(
        /^NN022 labels do not match the images · batch\.bin · .* image 1 has the label 3 · legal: 0\.\.2/,
      );
    // The record is not used.
    expect((await infer({ network: colours, images, limit: 1, threads: 1 }, silent)).exitCode).toBe(0);
  });

  test('of another set: more than the file has images, whatever the limit', async () => {
    const images = written('ten', idx(10, 4, 4, 2), new Uint8Array(320));
    const labelled = (labels: number, limit?: number) => () =>
      infer(
        {
          network: binary,
          images,
          labels: written('n-labels', idx(labels), new Uint8Array(labels)),
          limit,
          threads: 1,
        },
        silent,
      );
    for (const [labels, limit] of [[60], [60, 5], [11, 20], [9]] as const)
      expect(await said(labelled(labels, limit), folder)).toMatch(new RegExp(`^NN022 .*${labels} labels for `));
    for (const [labels, limit] of [[10], [10, 5], [5, 5]] as const)
      expect((await labelled(labels, limit)()).exitCode).toBe(0);
  });
});

test('compress reads its batches as strictly', async () => {
  const weights = written('net.f32', new Uint8Array(floats.buffer));
  written('net.f32.json', JSON.stringify(list));
  const batch = written('good.bin', ...Array.from({ length: 3 }, () => [1, ...new Uint8Array(3072)]));
  const says = (images: string, test_ = batch) =>
    said(() => compress({ network: 'resnet8', recipe: 'weights', weights, images, test: test_, out }, silent), folder);
  expect(await says(batch)).toBe('NN020 images not readable · --images · 3 images · legal: 1000 or more');
  expect(await says(`${batch},/dev/zero`)).toContain('NN020 images not readable · /dev/zero · a device, not a file');
  expect(await says(written('eleven.bin', [10, ...new Uint8Array(3072)]))).toMatch(
    /^NN022 .* image 0 has the label 10/,
  );
  expect(await says(written('raw.bin', new Uint8Array(3072)))).toBe(
    'NN022 labels do not match the images · raw.bin · images without labels · fix: give a CIFAR-10 batch',
  );
  expect(await says(written('none.idx', idx(0, 32, 32, 3)))).toMatch(/^NN020 .* a file of 0 images/);
});
