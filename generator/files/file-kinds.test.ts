// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fileKind } from './file-kinds.ts';
import { sharedData } from '../images/shared-data.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');

/** A zip file's first entry. */
function zip(entry: string): Buffer {
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt16LE(entry.length, 26);
  return Buffer.concat([head, Buffer.from(entry), Buffer.alloc(20)]);
}

function safetensors(header: string): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header)]);
}

const bmp = Buffer.alloc(40);
bmp.write('BM');
bmp.writeUInt32LE(40, 2);

const kinds: [string, Uint8Array][] = [
  ['NumPy array', latin('\x93NUMPY\x01\0v\0')],
  ['NumPy archive (.npz)', zip('arr_0.npy')],
  ['PyTorch checkpoint', zip('archive/data.pkl')],
  ['Keras model', zip('metadata.json')],
  ['a zip archive', zip('readme.txt')],
  ['pickle', latin('\x80\x04\x95\x0e\0\0\0\0\0\0\0}\x94.')],
  ['pickle', latin('\x80\x02}q\x01(U\nbatch_labelu.')],
  ['pickle', latin('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M')],
  ['HDF5', latin('\x89HDF\r\n\x1a\n\0\0')],
  ['TensorFlow Lite', latin('\x1c\0\0\0TFL3\0\0')],
  ['TensorFlow.js', latin('{"format": "layers-model", "modelTopology": {}, "weightsManifest": []}')],
  ['JSON text', latin('[{"class": 1}]')],
  ['safetensors', safetensors('{"a":{}}')],
  ['JPEG', latin('\xff\xd8\xff\xe0\0\x10JFIF')],
  ['GIF', latin('GIF89a\0\0')],
  ['TIFF', latin('II*\0\x08\0')],
  ['WebP', latin('RIFF\x10\0\0\0WEBPVP8 ')],
  ['BMP', bmp],
  ['PNM', latin('P6\n# made by hand\n32 32\n255\n')],
  ['MATLAB', latin('MATLAB 5.0 MAT-file')],
  ['gzip', gzipSync('x')],
  ['xz', latin('\xfd7zXZ\0\0\x04')],
  ['bzip2', latin('BZh91AY&SY')],
  ['zstd', latin('\x28\xb5\x2f\xfd\x04')],
  ['tar', Buffer.concat([Buffer.alloc(257), latin('ustar\0')])],
  ['web page', latin('\n<!DOCTYPE html><html>')],
  ['LFS pointer', latin('version https://git-lfs.github.com/spec/v1\noid sha256:00\n')],
  ['CSV', latin('0,12,255\n7,0,0\n')],
];

test.each(kinds)('%s is named', (name, bytes) => {
  expect(fileKind(bytes)).toContain(name);
});

describe('what has no mark is nothing', () => {
  test.each([
    ['nothing', ''],
    ['pixels of one value', '7'.repeat(64)],
    ['digits without lines', '0123456789'.repeat(8)],
    ['a pickle without its end', '\x80\x04\x95\x0e\0\0\0\0\0\0\0}\x94\xc8'],
    ['a bitmap of another length', 'BM\x20\0\0\0 and so on, and so on, and so on'],
    ['a cut mark', '\x89PNG'],
    ['braces that are no JSON', '{{{{'],
    ['figures of no header', 'P6 and more'],
  ])('%s', (_, text) => {
    expect(fileKind(latin(text))).toBeUndefined();
  });
});

describe('ONNX has no mark: every field has to be one of its own', () => {
  const field = (number: number, content: readonly number[]) => [8 * number + 2, content.length, ...content];
  const model = [0x08, 7, ...field(2, [0x62, 0x6c]), ...field(7, [1, 2, 3]), ...field(8, [0x10, 13])];

  test('a model', () => {
    expect(fileKind(Uint8Array.from(model))).toBe('an ONNX model');
  });

  test.each([
    ['cut', model.slice(0, -1)],
    ['with a byte behind it', [...model, 0]],
    ['of a field that there is not', [...model, ...field(9, [1])]],
    ['without a graph', model.slice(0, 6)],
    ['that begins with another field', model.slice(2)],
  ])('%s is none', (_, bytes) => {
    expect(fileKind(Uint8Array.from(bytes))).toBeUndefined();
  });
});

test.skipIf(!sharedData)('published files', () => {
  const kindOf = (path: string) => fileKind(readFileSync(join(sharedData!, path)));
  expect(kindOf('qonnx/TFC_1W1A.onnx')).toBe('an ONNX model');
  expect(kindOf('mlperf-tiny/kws_ref_model.tflite')).toBe('a TensorFlow Lite model');
  expect(kindOf('cifar10/test_batch.bin')).toBeUndefined();
  expect(kindOf('imagenet-sample/images_12x227x227x3.rgb')).toBeUndefined();
});
