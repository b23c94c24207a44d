// SPDX-License-Identifier: Apache-2.0
/** Random damage: bytes, folders of BNN-PYNQ parameters, files of images. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Random } from '../generator/layer-kind/layer-kind.ts';
import { pick } from './fuzz-lines.ts';
import { idx, npy } from './fuzz-world.ts';

const below = (random: Random, limit: number) => Math.floor(random() * limit);
/** Near the start, where headers are, half of the time. */
const place = (random: Random, length: number) => below(random, random() < 0.5 ? Math.min(64, length) : length);

const marks = [
  '',
  '\x93NUMPY',
  'PK\x03\x04',
  '\x89PNG\r\n',
  '\x1f\x8b\x08',
  '\x89HDF\r\n',
  '\xfd7zXZ',
  'GIF89a',
  '\x80\x02}',
  '{"',
  '\0\0\x08\x03',
  '\0\0\x0d\x02',
  '\xff\xd8\xff',
  '\x08\x07\x12',
];

/** Damage to bytes that knows nothing of what they mean. */
const damages: readonly ((random: Random, bytes: Buffer) => Buffer)[] = [
  (random, bytes) => {
    for (let i = 0; i <= below(random, 4) && bytes.length > 0; i++)
      bytes[place(random, bytes.length)]! ^= 1 << below(random, 8);
    return bytes;
  },
  (random, bytes) => {
    for (let i = 0; i <= below(random, 4) && bytes.length > 0; i++)
      bytes[place(random, bytes.length)] = pick(random, [0, 1, 2, 127, 128, 255]);
    return bytes;
  },
  (random, bytes) => bytes.subarray(0, place(random, bytes.length + 1)),
  (random, bytes) => bytes.subarray(place(random, bytes.length + 1)),
  (random, bytes) => Buffer.concat([bytes, Buffer.alloc(1 + below(random, 200), below(random, 256))]),
  (random, bytes) => Buffer.concat([Buffer.from(pick(random, marks), 'latin1'), bytes]),
  (random, bytes) => Buffer.concat([bytes, bytes.subarray(0, place(random, bytes.length + 1))]),
  (random, bytes) => {
    const at = place(random, Math.max(1, bytes.length - 8));
    if (bytes.length >= 8)
      bytes.writeBigUInt64LE(pick(random, [0n, 1n, 0x7fffffffn, 0xffffffffn, 1n << 53n, (1n << 64n) - 1n]), at);
    return bytes;
  },
  (_, bytes) => gzipSync(bytes),
  (random, bytes) => gzipSync(bytes).subarray(0, 12 + below(random, 20)),
  () => Buffer.alloc(0),
];

export function damaged(random: Random, bytes: Uint8Array): Buffer {
  let left = Buffer.from(bytes);
  for (let i = 0; i <= below(random, 2); i++) left = Buffer.from(pick(random, damages)(random, left));
  return left;
}

/** A folder of BNN-PYNQ's lfcW1A1, its files short: what they lack is zero. */
export function bnnPynqFolder(random: Random, path: string): void {
  mkdirSync(path);
  const write = (name: string, content: Buffer | string) => writeFileSync(join(path, name), content);
  const words = (values: readonly bigint[]) =>
    Buffer.concat(
      values.map((value) => {
        const word = Buffer.alloc(8);
        word.writeBigUInt64LE(BigInt.asUintN(64, value));
        return word;
      }),
    );
  const layers = [
    { pe: 32, words: 13 },
    { pe: 64, words: 32 },
    { pe: 32, words: 16 },
    { pe: 16, words: 128 },
  ];
  layers.forEach(({ pe, words: row }, layer) => {
    // Now and then files of a layer are lost. The first layer's last 48 columns are padding, whose weights are 1.
    const files = random() < 0.95 ? pe : 1;
    const padding = (word: number) => (layer === 0 && word === row - 1 ? 0xffffffffffff0000n : 0n);
    for (let i = 0; i < files; i++) {
      write(
        `${layer}-${i}-weights.bin`,
        words(Array.from({ length: row }, (_, word) => BigInt(below(random, 256)) | padding(word))),
      );
      write(`${layer}-${i}-thres.bin`, words([pick(random, [0n, 5n, 400n, -1n])]));
    }
  });
  write('classes.txt', Array.from({ length: pick(random, [10, 10, 64, 9, 0]) }, (_, i) => `class ${i}`).join('\n'));
  const edits: (() => void)[] = [
    () => write('3-0-weights.bin', Buffer.alloc(pick(random, [0, 7, 9, 8000, 100_000]))),
    () => write('0-0-thres.bin', words([pick(random, [1n << 40n, -(1n << 62n), 1n << 63n])])),
    () =>
      write(
        pick(random, [
          '4-0-weights.bin',
          '3-99-weights.bin',
          '99-0-thres.bin',
          '9999999999999999999-0-weights.bin',
          '3-0-thres.bin',
        ]),
        words([1n]),
      ),
    () => mkdirSync(join(path, pick(random, ['0-99-weights.bin', '4-0-weights.bin', 'classes']))),
    () =>
      write(
        'classes.txt',
        pick(random, ['', '\n\n\n', 'a\0b\n'.repeat(10), 'x'.repeat(10_000), 'a\n'.repeat(10), '\xff\xfe']),
      ),
    () => {},
  ];
  pick(random, edits)();
}

/**
 * Deep Compression's file of SqueezeNet with so many weights a layer, all of them in its first places.
 * @param filters of every layer
 */
export function deepCompression(filters: readonly number[], count: number): Buffer {
  const counts = Buffer.alloc(4 * filters.length);
  filters.forEach((_, i) => counts.writeUInt32LE(count, 4 * i));
  const parts = filters.map((biases) =>
    Buffer.concat([
      Buffer.alloc(4 * 256),
      Buffer.alloc(4 * biases),
      Buffer.alloc(count, 1),
      Buffer.alloc(Math.ceil(count / 2)),
    ]),
  );
  return Buffer.concat([counts, ...parts]);
}

/** A file of images for a network of 6×6 pixels and 2 channels, damaged or not. */
export function imageFile(random: Random): Buffer {
  const count = 1 + below(random, 3);
  const good = pick(random, [
    () => idx([count, 6, 6, 2]),
    () => npy([count, 6, 6, 2]),
    () => npy([6, 6, 2]),
    () => Buffer.alloc(72 * count, below(random, 256)),
    () => gzipSync(npy([count, 6, 6, 2])),
    () => idx([count, 6, 12]),
    () => idx([0, 6, 6, 2]),
    () => idx([count]),
    () => npy([count, 6, 6, 2], pick(random, ['<f4', '<i8', '|b1', '|S5', "O'"]), Buffer.alloc(72 * 8)),
    () => npy([0, 6, 6, 2]),
    () => Buffer.concat([Buffer.from([0, 0, 8, 4]), Buffer.alloc(16, 255)]),
  ])();
  return random() < 0.45 ? good : damaged(random, good);
}

/** A file of labels for up to 3 images of 3 classes, damaged or not. */
export function labelFile(random: Random): Buffer {
  const good = pick(random, [
    () => idx([2], 'l', 1),
    () => idx([1], 'l', 2),
    () => idx([3], 'l', 9),
    () => npy([2], '<i8', Buffer.alloc(16)),
    () => npy([2], '>u2', Buffer.alloc(4)),
    () => idx([0]),
    () => idx([2, 2], 'l', 1),
  ])();
  return random() < 0.4 ? good : damaged(random, good);
}
