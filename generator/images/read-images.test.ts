import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

function idx(sizes: readonly number[], data: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint8(2, 8);
  header.setUint8(3, sizes.length);
  sizes.forEach((size, i) => header.setUint32(4 + 4 * i, size));
  return Uint8Array.from([...new Uint8Array(header.buffer), ...data]);
}

const twelve = Array.from({ length: 12 }, (_, i) => 20 * i);

describe('IDX', () => {
  test('images, plain and gzipped, and a limit', () => {
    const bytes = idx([2, 2, 3], twelve);
    expect(readImages(file(bytes), small)).toEqual({ count: 2, pixels: Uint8Array.from(twelve) });
    expect(readImages(file(gzipSync(bytes)), small, { limit: 1 })).toEqual({
      count: 1,
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
    expect(() => readImages(file(idx([2, 3, 2], twelve)), small)).toThrow(
      /NN021.*3 x 2 x 1.*legal: 2 x 3 x 1/,
    );
  });

  test('truncated, also at a whole image', () => {
    expect(() => readImages(file(idx([2, 2, 3], twelve.slice(0, 11))), small)).toThrow(
      /NN020.*2 x 2 x 3.*11 bytes/,
    );
    expect(() => readImages(file(idx([2, 2, 3], twelve.slice(0, 6))), small)).toThrow(/NN020/);
  });

  test('labels', () => {
    expect(readLabels(file(idx([3], [7, 0, 9])))).toEqual(Uint8Array.of(7, 0, 9));
    expect(() => readLabels(file(idx([3], [7, 0])))).toThrow(/NN020/);
    expect(() => readLabels(file(idx([1, 1, 1], [7])))).toThrow(/NN020.*not an IDX file of labels/);
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
    ]) {
      const at = ((image * 32 + y) * 32 + x) * 3 + channel;
      expect(pixels[at]).toBe(records[image][1 + channel * 1024 + y * 32 + x]);
    }
  });

  test('a label beyond 9 is no batch', () => {
    expect(() => readImages(file(record(10, 0)), cifar)).toThrow(/NN021/);
  });

  test('a truncated batch', () => {
    expect(() => readImages(file(record(1, 0).slice(0, -1000)), cifar)).toThrow(/NN021.*2073 bytes/);
  });
});

describe('raw bytes', () => {
  test('whole images, even where they start like IDX', () => {
    const bytes = [0, 0, 8, 3, 5, 6, ...twelve];
    expect(readImages(file(bytes), small)).toEqual({ count: 3, pixels: Uint8Array.from(bytes) });
  });

  test('not a whole number of images', () => {
    expect(() => readImages(file(twelve.slice(1)), small)).toThrow(/NN021.*11 bytes.*6 bytes each/);
  });
});

describe('no images', () => {
  test.each([
    ['empty', () => file([]), /NN020.*empty/],
    ['missing', () => join(folder, 'absent'), /NN020.*ENOENT/],
    ['a folder', () => folder, /NN020.*EISDIR/],
    ['damaged gzip', () => file(gzipSync(idx([2, 2, 3], twelve)).subarray(0, 20)), /NN020.*gzip/],
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
