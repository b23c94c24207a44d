// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idx, npy } from './files.fixture.ts';
import { readImages, readLabels } from './index.ts';
import { sharedData } from './shared-data.ts';

const small = { height: 2, width: 3, channels: 1 };
const cifar = { height: 32, width: 32, channels: 3 };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'images-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(bytes: Uint8Array | readonly number[]): string {
  const path = join(folder, 'file');
  writeFileSync(path, Uint8Array.from(bytes));
  return path;
}

const twelve = Array.from({ length: 12 }, (_, i) => 20 * i);

describe('IDX', () => {
  test('images, plain and gzipped, and a limit', () => {
    const bytes = idx([2, 2, 3], twelve);
    expect(readImages(file(bytes), small)).toEqual({ count: 2, available: 2, pixels: Uint8Array.from(twelve) });
    expect(readImages(file(gzipSync(bytes)), small, { limit: 1 })).toEqual({
      count: 1,
      available: 2,
      pixels: Uint8Array.from(twelve.slice(0, 6)),
    });
  });

  test('a limit beyond the file gives what there is', () => {
    expect(readImages(file(idx([2, 2, 3], twelve)), small, { limit: 9 }).count).toBe(2);
  });

  test('a channel dimension', () => {
    const shape = { height: 1, width: 2, channels: 3 };
    expect(readImages(file(idx([2, 1, 2, 3], twelve)), shape).count).toBe(2);
  });

  test('another image size is named', () => {
    expect(() => readImages(file(idx([2, 3, 2], twelve)), small)).toThrow(/NN021.*3 x 2 x 1.*legal: 2 x 3 x 1/);
  });

  test('truncated, also at a whole image', () => {
    expect(() => readImages(file(idx([2, 2, 3], twelve.slice(0, 11))), small)).toThrow(/NN020.*2 x 2 x 3.*11 bytes/);
    expect(() => readImages(file(idx([2, 2, 3], twelve.slice(0, 6))), small)).toThrow(/NN020/);
  });

  test.each([
    ['longer than its sizes', idx([1, 2, 3], twelve), /NN020.*1 x 2 x 3 before 12 bytes/],
    ['cut in its header', idx([2, 2, 3], twelve).subarray(0, 10), /NN020.*ends in its header, after 10 bytes/],
    ['signed, as long as raw images', idx([2, 2, 3], twelve, 9), /NN020.*an IDX file of int8 values/],
    ['of floats', idx([1, 1, 3], twelve, 0x0d), /NN020.*an IDX file of float32 values/],
    ['of int32, too short', idx([2, 2, 3], twelve, 0x0c), /NN020.*2 x 2 x 3 int32 values before 12 bytes/],
    ['of labels', idx([12], twelve), /NN020.*an IDX file of 12 labels · /],
    ['of two dimensions', idx([2, 6], twelve), /NN020.*an IDX file of 2 dimensions, 2 x 6/],
    // 36 and 48 bytes: also whole numbers of raw images.
    ['of five dimensions', idx([1, 2, 2, 3, 1], twelve), /NN020.*an IDX file of 5 dimensions, 1 x 2 x 2 x 3 x 1/],
    ['of eight dimensions', idx([1, 2, 1, 1, 1, 2, 3, 1], twelve), /NN020.*an IDX file of 8 dimensions/],
    ['of five, cut', idx([1, 2, 2, 3, 1], twelve.slice(6)), /NN020.*an IDX header of 1 x 2 x 2 x 3 x 1 before 6 bytes/],
    ['of no images', idx([0, 2, 3], []), /NN020.*a file of 0 images/],
    ['of images without pixels', idx([2, 0, 3], []), /NN021.*0 x 3 x 1 images/],
  ])('%s', (_, bytes, message) => {
    expect(() => readImages(file(bytes), small)).toThrow(message);
    expect(() => readImages(file(gzipSync(bytes)), small)).toThrow(message);
  });
});

describe('NumPy arrays', () => {
  const two = { count: 2, available: 2, pixels: Uint8Array.from(twelve) };

  test.each([
    ['[N, H, W]', npy('|u1', [2, 2, 3], twelve)],
    ['[N, H, W, C]', npy('|u1', [2, 2, 3, 1], twelve)],
    ['version 2 of the format', npy('|u1', [2, 2, 3], twelve, { version: 2 })],
    [
      'another order of the header, as other programs write it',
      Buffer.concat([
        npy('|u1', [], []).subarray(0, 8),
        Buffer.of(66, 0),
        Buffer.from(`{"shape":(2L,2L,3L),"descr":"<u1","fortran_order":False}`.padEnd(65)),
        Buffer.from('\n'),
        Buffer.from(twelve),
      ]),
    ],
    ['gzipped', gzipSync(npy('|u1', [2, 2, 3], twelve))],
  ])('%s', (_, bytes) => {
    expect(readImages(file(bytes), small)).toEqual(two);
  });

  test('one image, [H, W] or [H, W, C]; and a limit', () => {
    const one = { count: 1, available: 1, pixels: Uint8Array.from(twelve.slice(0, 6)) };
    for (const sizes of [
      [2, 3],
      [2, 3, 1],
      [1, 2, 3],
    ])
      expect(readImages(file(npy('|u1', sizes, twelve.slice(0, 6))), small)).toEqual(one);
    const rgb = { height: 1, width: 2, channels: 3 };
    expect(readImages(file(npy('|u1', [1, 2, 3], twelve.slice(0, 6))), rgb)).toEqual(one);
    expect(readImages(file(npy('|u1', [2, 2, 3], twelve)), small, { limit: 1 })).toEqual({ ...one, available: 2 });
  });

  test.each([
    ['float32', npy('<f4', [1, 1, 3], twelve), /NN020.*a NumPy array \[1, 1, 3\] of float32 · .*astype/],
    ['int8', npy('|i1', [2, 2, 3], twelve), /NN020.*of int8/],
    ['big-endian uint16', npy('>u2', [1, 2, 3], twelve), /NN020.*of big-endian uint16/],
    ['bool', npy('|b1', [2, 2, 3], twelve), /NN020.*of bool/],
    ['objects', npy('|O', [2, 2, 3], twelve), /NN020.*of NumPy's \|O/],
    ['a structure', npy("[('r', '|u1'), ('g', '|u1')]", [2, 3], twelve), /NN020.*of NumPy's \[\(r/],
    ['Fortran order', npy('|u1', [2, 2, 3], twelve, { order: 'True' }), /NN020.*in Fortran order.*ascontiguousarray/],
    [
      'another size',
      npy('|u1', [2, 3, 2], twelve),
      /NN021.*\[2, 3, 2\] of uint8 · legal: \[N, 2, 3, 1\] or \[N, 2, 3\], or one image/,
    ],
    ['flat images', npy('|u1', [2, 6], twelve), /NN021/],
    ['a number', npy('|u1', [], [7]), /NN021/],
    ['no images', npy('|u1', [0, 2, 3], []), /NN020.*0 images/],
    [
      'cut',
      npy('|u1', [2, 2, 3], twelve.slice(1)),
      /NN020.*a damaged NumPy array: a shape of \[2, 2, 3\] before 11 bytes/,
    ],
    ['too long', npy('|u1', [1, 2, 3], twelve), /NN020.*before 12 bytes/],
    ['cut in the header', npy('|u1', [2, 2, 3], twelve).subarray(0, 40), /NN020.*ends in its header/],
    ['cut before the header', npy('|u1', [2, 2, 3], twelve).subarray(0, 9), /NN020.*ends before its header/],
    ['cut in the mark', npy('|u1', [2, 2, 3], twelve).subarray(0, 6), /NN020.*ends before its header/],
    ['a damaged header', npy('|u1', [2, 2, 3], twelve).map((byte, i) => (i === 20 ? 0 : byte)), /NN020.*the header/],
    ['a version to come', npy('|u1', [2, 2, 3], twelve, { version: 4 }), /NN020.*version 4/],
  ])('%s', (_, bytes, message) => {
    expect(() => readImages(file(bytes), small)).toThrow(message);
  });
});

describe('CIFAR-10 batches', () => {
  const record = (label: number, seed: number) => [
    label,
    ...Array.from({ length: 3 * 1024 }, (_, i) => (seed + 31 * i + (i >> 10)) % 251),
  ];

  test('planes R, G, B become interleaved pixels', () => {
    const records = [record(3, 5), record(9, 77)];
    const { count, pixels, labels } = readImages(file(records.flat()), cifar);
    expect(count).toBe(2);
    expect(labels).toEqual(Uint8Array.of(3, 9));
    for (const [image, y, x, channel] of [
      [0, 0, 0, 0],
      [0, 0, 1, 2],
      [1, 31, 30, 1],
      [1, 31, 31, 2],
    ] as const) {
      const at = ((image * 32 + y) * 32 + x) * 3 + channel;
      expect(pixels[at]).toBe(records[image]![1 + channel * 1024 + y * 32 + x]);
    }
  });

  test('a label is a class of the network', () => {
    expect(() => readImages(file(record(10, 0)), cifar)).toThrow(
      /NN022.*layout of CIFAR-10 by its 3073 bytes, in which image 0 has the label 10 · legal: 0\.\.9/,
    );
    const many = file([...record(3, 0), ...record(42, 0)]);
    expect(readImages(many, cifar, { classes: 43 }).labels).toEqual(Uint8Array.of(3, 42));
    expect(() => readImages(many, cifar, { classes: 42 })).toThrow(/NN022.*image 1 has the label 42 · legal: 0\.\.41/);
    expect(readImages(many, cifar, { limit: 1, classes: 5 }).labels).toEqual(Uint8Array.of(3));
  });

  test('a size that fits raw images as well: the labels decide', () => {
    const both = new Uint8Array(3072 * 3073);
    expect(readImages(file(both), cifar).count).toBe(3072);
    both[3073] = 10;
    expect(readImages(file(both), cifar)).toMatchObject({ count: 3073 });
  });

  test('CIFAR-100 is named', () => {
    expect(() => readImages(file(new Uint8Array(2 * 3074)), cifar)).toThrow(/NN020.*CIFAR-100/);
  });

  test('a truncated batch', () => {
    expect(() => readImages(file(record(1, 0).slice(0, -1000)), cifar)).toThrow(/NN021.*2073 bytes/);
  });
});

describe('raw bytes', () => {
  test('whole images', () => {
    expect(readImages(file(twelve), small)).toEqual({ count: 2, available: 2, pixels: Uint8Array.from(twelve) });
  });

  test('that begin like IDX by chance are refused, with the way round', () => {
    const bytes = [0, 0, 8, 3, 5, 6, ...twelve];
    expect(() => readImages(file(bytes), small)).toThrow(
      /NN020.*an IDX header of .* before 2 bytes.*raw pixels that begin like one: give them as \.npy/,
    );
    expect(readImages(file(npy('|u1', [3, 2, 3], bytes)), small).pixels).toEqual(Uint8Array.from(bytes));
  });

  test('that begin like marks of one or two bytes are raw', () => {
    for (const mark of [
      [0x1f, 0x8b, 0],
      [0x42, 0x4d],
      [0x80, 2, 0x7d],
      [0x50, 0x35, 0x0a],
      [0x08, 7, 0x12],
      [0, 0, 8, 5],
      [0, 0, 10, 3],
    ]) {
      const bytes = Uint8Array.from({ length: 12 }, (_, i) => mark[i] ?? 200);
      expect(readImages(file(bytes), small).pixels).toEqual(bytes);
    }
  });

  test('not a whole number of images', () => {
    expect(() => readImages(file(twelve.slice(1)), small)).toThrow(/NN021.*11 bytes.*6 bytes each/);
  });
});

describe('no images', () => {
  test.each([
    ['empty', () => file([]), /NN020.*empty/],
    ['missing', () => join(folder, 'absent'), /NN020.*no such file/],
    ['a folder', () => folder, /NN020.*a folder, not a file/],
    ['damaged gzip', () => file(gzipSync(idx([2, 2, 3], twelve)).subarray(0, 20)), /NN020.*gzip/],
    ['gzip of nothing', () => file(gzipSync(Buffer.alloc(0))), /NN020.*empty/],
    ['gzip within gzip', () => file(gzipSync(gzipSync(idx([2, 2, 3], twelve)))), /NN020.*gzip file within a gzip file/],
    [
      'gzip with something behind it',
      () => file(Buffer.concat([gzipSync(idx([2, 2, 3], twelve)), Buffer.from('more')])),
      /NN020.*gzip/,
    ],
    ['a picture', () => file(Buffer.from('\x89PNG\r\n\x1a\nABCD', 'latin1')), /NN020.*a PNG picture/],
  ])('%s', (_name, path, message) => {
    expect(() => readImages(path(), small)).toThrow(message);
  });
});

describe.skipIf(!sharedData)('published files', () => {
  test('the CIFAR-10 test batch', () => {
    const { count, labels } = readImages(join(sharedData!, 'cifar10/test_batch.bin'), cifar);
    expect(count).toBe(10_000);
    expect([...labels!.subarray(0, 10)]).toEqual([3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
  });

  test('the MNIST test set', () => {
    const digits = { height: 28, width: 28, channels: 1 };
    expect(readImages(join(sharedData!, 'mnist/t10k-images-idx3-ubyte.gz'), digits).count).toBe(10_000);
    const labels = readLabels(join(sharedData!, 'mnist/t10k-labels-idx1-ubyte'));
    expect([...labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });
});
