// SPDX-License-Identifier: Apache-2.0
/** What command lines of the fuzz find: a folder with small networks, their weights and images, and strange files. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeSafetensors, type NamedTensor } from '../generator/import/index.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { networkFile } from './command-line.ts';

export interface World {
  readonly folder: string;
  /** Where commands run. */
  readonly cwd: string;
  /** Legal values of options that name files, networks or boards. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Paths of what is none of that. */
  readonly strange: readonly string[];
  /** A path that nobody has used, relative to where commands run. */
  readonly fresh: () => string;
  /** 6×6 networks: of bits, and of bytes. */
  readonly six: string;
  readonly eight: string;
  readonly safetensors: string;
}

/** Both networks see 6×6 pixels of 2 channels. */
export const pixelBytes = 72;

const bits = [
  "const a = d.batchNormSign('norm0', d.binaryConv2d('conv0', pixels, { filters: 4, kernel: 3, weights }), { " +
    'weights });',
  "return d.decide('class', d.binaryDense('fc0', a, { units: 3, weights }), { classes: 3 });",
].join(' ');
const bytes = [
  "const c = d.requantise('relu', d.intConv2d('conv8', pixels, { filters: 4, kernel: 3, bias: true, weights }), " +
    "{ min: 0, max: 127, shift: 7, weights, tensors: 'conv8' });",
  "return d.decide('class', d.intDense('fc8', c, { units: 3, bias: true, weights }), { classes: 3 });",
].join(' ');

function bitTensor(shape: readonly number[]): NamedTensor {
  const random = randomFrom(shape.join());
  return {
    dtype: 'U8',
    shape,
    data: Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, () => (random() < 0.5 ? 0 : 1)),
  };
}

const reals = (...values: number[]): NamedTensor => ({
  dtype: 'F32',
  shape: [values.length],
  data: Float32Array.from(values),
});

/** Those of the network of bits. */
export function sixTensors(): Record<string, NamedTensor> {
  return {
    'conv0.weights': bitTensor([4, 3, 3, 2]),
    'norm0.gamma': reals(1, -0.5, 0, 2),
    'norm0.beta': reals(0, 1, -1, 3),
    'norm0.mean': reals(10, -20, 0, 5),
    'norm0.variance': reals(100, 400, 1, 9),
    'fc0.weights': bitTensor([3, 64]),
  };
}

export function idx(sizes: readonly number[], seed = 'idx', fill?: number): Buffer {
  const random = randomFrom(seed);
  const header = Buffer.from([
    0,
    0,
    8,
    sizes.length,
    ...sizes.flatMap((size) => [size >> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255]),
  ]);
  return Buffer.concat([
    header,
    Buffer.from(Array.from({ length: sizes.reduce((a, b) => a * b, 1) }, () => fill ?? Math.floor(random() * 256))),
  ]);
}

export function npy(shape: readonly number[], descr = '|u1', data?: Buffer): Buffer {
  const fields = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = Buffer.from(`${fields.padEnd(117)}\n`, 'latin1');
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([
    start,
    header,
    data ??
      Buffer.alloc(
        shape.reduce((a, b) => a * b, 1),
        7,
      ),
  ]);
}

/** Writes a file of the folder `in`. @returns its path from where commands run */
type Written = (name: string, content: Buffer | string) => string;

/** No more images than one thread takes: starting others takes longer than all else. */
const imageFiles = (written: Written) => [
  written('images.idx', idx([3, 6, 6, 2])),
  written('images.raw', Buffer.alloc(3 * pixelBytes, 99)),
  written('images.npy', npy([2, 6, 6, 2])),
  written('images.idx.gz', gzipSync(idx([2, 6, 6, 2]))),
];

const labelFiles = (written: Written) => [
  written('labels.idx', idx([3], 'labels', 1)),
  written('labels.npy', npy([3], '<i8', Buffer.alloc(24))),
];

/** Files, folders, links and devices that are nothing that a command takes, and names that no file can have. */
function strangePaths(input: string, written: Written): string[] {
  mkdirSync(join(input, 'folder'));
  symlinkSync('loop', join(input, 'loop'));
  return [
    written('empty', ''),
    written('text.txt', 'text\n'),
    written('header.json', '{}'),
    '../in/folder',
    '../in/loop',
    '../in/absent',
    '../in/images.idx/below',
    '/dev/null',
    '/proc/self/mem',
    '/proc/absent/x',
    './',
    `${'n'.repeat(255)}`,
    `${'d/'.repeat(2000)}x`,
    '../in/six.safetensors',
    '../in/images.idx',
  ];
}

/** Every folder is made below `folder`, which the caller removes. */
export function makeWorld(folder: string): World {
  const [cwd, input] = [join(folder, 'cwd'), join(folder, 'in')];
  for (const path of [cwd, input]) mkdirSync(path);
  const written: Written = (name, content) => {
    writeFileSync(join(input, name), content);
    return `../in/${name}`;
  };
  const [six, eight] = [
    networkFile(input, bits, { name: 'six', map: 6 }),
    networkFile(input, bytes, { name: 'eight', map: 6 }),
  ];
  const safetensors = join(input, 'six.safetensors');
  writeSafetensors(safetensors, sixTensors(), { source: 'trained' });
  const images = imageFiles(written);
  const ownFiles = [six, eight];
  let fresh = 0;
  return {
    folder,
    cwd,
    six,
    eight,
    safetensors,
    strange: strangePaths(input, written),
    values: new Map<string, readonly string[]>([
      ['board', ['kc705', 'kc705', 'xc7z100', 'xc7z100', 'zcu104', 'zcu104', 'kc750']],
      ['network', [...ownFiles, ...ownFiles, ...ownFiles, ...ownFiles, 'tiny', 'tiny', 'mnits']],
      ['weights', ['../in/six.safetensors']],
      ['images', images],
      ['calibration', images],
      ['test', images],
      ['labels', labelFiles(written)],
    ]),
    fresh: () => `../out/${fresh++}`,
  };
}
