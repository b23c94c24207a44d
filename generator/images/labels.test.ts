// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { idx, npy } from './files.fixture.ts';
import { readLabelledImages, readLabels } from './index.ts';

const small = { height: 2, width: 3, channels: 1 };
const twelve = Array.from({ length: 12 }, (_, i) => 20 * i);

const folder = mkdtempSync(join(tmpdir(), 'labels-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(bytes: Uint8Array | readonly number[]): string {
  const path = join(folder, 'file');
  writeFileSync(path, Uint8Array.from(bytes));
  return path;
}

describe('labels', () => {
  test('of IDX files: one dimension of integers', () => {
    expect(readLabels(file(idx([3], [7, 0, 9])))).toEqual(Uint32Array.of(7, 0, 9));
    expect(readLabels(file(gzipSync(idx([2], [0, 0, 1, 4, 0, 0, 0, 2], 0x0c))))).toEqual(Uint32Array.of(260, 2));
    expect(() => readLabels(file(idx([3], [7, 0])))).toThrow(/NN020.*an IDX header of 3 before 2 bytes/);
    expect(() => readLabels(file(idx([1, 1, 1], [7])))).toThrow(/NN020.*not an IDX file of labels/);
    expect(() => readLabels(file(idx([1], [0, 0, 0, 0], 0x0d)))).toThrow(/NN020.*float32/);
    expect(() => readLabels(file(idx([0], [])))).toThrow(/NN020.*0 labels/);
  });

  test('of NumPy arrays: one dimension of integers of any size', () => {
    expect(readLabels(file(npy('<i8', [2], [3, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])))).toEqual(
      Uint32Array.of(259, 2),
    );
    expect(readLabels(file(npy('>i2', [2], [1, 3, 0, 2])))).toEqual(Uint32Array.of(259, 2));
    expect(readLabels(file(npy('|u1', [2], [255, 2], { order: 'True' })))).toEqual(Uint32Array.of(255, 2));
    expect(() => readLabels(file(npy('<f4', [1], [0, 0, 0, 0])))).toThrow(/NN020.*a NumPy array \[1\] of float32/);
    expect(() => readLabels(file(npy('|u1', [1, 2], [1, 2])))).toThrow(/NN020.*a NumPy array \[1, 2\] of uint8/);
    expect(() => readLabels(file(npy('<i4', [2], [1, 0, 0, 0, 2])))).toThrow(/NN020.*before 5 bytes/);
  });

  test('that are no classes are named with their place, exactly', () => {
    expect(() => readLabels(file(idx([3], [1, 9, 10])), 10)).toThrow(/NN022.*label 2 is 10 · legal: 0\.\.9/);
    expect(() => readLabels(file(npy('|i1', [2], [1, 255])), 10)).toThrow(/NN022.*label 1 is -1/);
    expect(() => readLabels(file(npy('<u8', [1], Array(8).fill(255))), 10)).toThrow(
      /NN022.*label 0 is 18446744073709551615/,
    );
  });

  test('other files', () => {
    expect(() => readLabels(file([1, 2, 3]))).toThrow(/NN020.*not an IDX file of labels/);
    expect(() => readLabels(file(Buffer.from('1, 2\n3, 4\n')))).toThrow(/NN020.*figures as text/);
  });

  test('belong to the images: as many, or as many as the file holds where a limit cuts them', () => {
    const images = join(folder, 'images');
    writeFileSync(images, idx([2, 2, 3], twelve));
    const read = (labels: number, limit?: number) => () =>
      readLabelledImages({ images, labels: file(idx([labels], Array(labels).fill(1))) }, small, { limit, classes: 2 });
    expect(read(2)()).toMatchObject({ count: 2, labels: Uint32Array.of(1, 1) });
    for (const labels of [1, 2]) expect(read(labels, 1)()).toMatchObject({ count: 1, labels: Uint32Array.of(1) });
    expect(read(1)).toThrow(/NN022.*1 labels for 2 images/);
    expect(read(3)).toThrow(/NN022.*3 labels for 2 images/);
    expect(read(3, 5)).toThrow(/NN022.*3 labels for 2 images/);
    expect(read(60, 1)).toThrow(/NN022.*60 labels for 1 of 2 images/);
    writeFileSync(images, idx([4, 2, 3], [...twelve, ...twelve]));
    for (const labels of [2, 4]) expect(read(labels, 2)().labels).toEqual(Uint32Array.of(1, 1));
    for (const labels of [1, 3, 5]) expect(read(labels, 2)).toThrow(/NN022.* labels for 2 of 4 images/);
  });

  test('that images bring: a file may only say the same', () => {
    const images = join(folder, 'batch');
    const record = (label: number) => [label, ...new Uint8Array(3072)];
    writeFileSync(images, Uint8Array.from([...record(1), ...record(0), ...record(1)]));
    const shape = { height: 32, width: 32, channels: 3 };
    const read = (given: number[], limit?: number) => () =>
      readLabelledImages({ images, labels: file(idx([given.length], given)) }, shape, { limit, classes: 2 });
    expect(read([1, 0, 1])()).toMatchObject({ labels: Uint32Array.of(1, 0, 1) });
    expect(read([1, 0, 0], 2)()).toMatchObject({ labels: Uint32Array.of(1, 0) });
    expect(read([1, 0, 0])).toThrow(/NN022.*label 2 is 0; the image brings its own: 1 · fix: leave --labels out/);
    expect(read([1, 1], 2)).toThrow(/NN022.*label 1 is 1/);
  });
});
