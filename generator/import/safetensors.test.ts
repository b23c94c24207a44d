// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWeights, readSafetensors, writeSafetensors, type NamedTensor } from './index.ts';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
  path = join(folder, 'file.safetensors');
});
afterAll(() => rmSync(folder, { recursive: true }));

const tensors: Record<string, NamedTensor> = {
  flags: { dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
  bits: { dtype: 'U8', shape: [2, 2], data: Uint8Array.of(0, 1, 1, 255) },
  bytes: { dtype: 'I8', shape: [2], data: Int8Array.of(-128, 127) },
  thresholds: { dtype: 'I32', shape: [2], data: Int32Array.of(-(2 ** 31), 7) },
  wide: { dtype: 'I64', shape: [1], data: BigInt64Array.of(-(2n ** 63n)) },
  gamma: { dtype: 'F32', shape: [2, 1], data: Float32Array.of(-0.1, 1e-30) },
  one: { dtype: 'F32', shape: [], data: Float32Array.of(3.5) },
  shorts: { dtype: 'I16', shape: [2], data: Int16Array.of(-32768, 1) },
  pixels: { dtype: 'U16', shape: [1], data: Uint16Array.of(65535) },
  counts: { dtype: 'U32', shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
  most: { dtype: 'U64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  double: { dtype: 'F64', shape: [1], data: Float64Array.of(0.1) },
  none: { dtype: 'I32', shape: [0, 4], data: new Int32Array(0) },
};

/** A file of the given header and data, however wrong. */
function file(header: unknown, data: readonly number[] = [], declared?: number): string {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(declared ?? json.length));
  writeFileSync(path, Buffer.concat([prefix, json, Buffer.from(data)]));
  return path;
}

const u8 = (begin: number, end: number) => ({
  dtype: 'U8',
  shape: [end - begin],
  data_offsets: [begin, end],
});

describe('a file that was written', () => {
  test('gives every tensor back', () => {
    writeSafetensors(path, tensors, { source: 'trained', metadata: { epsilon: '0.00001' } });
    const source = readSafetensors(path);
    expect(source.source).toBe('trained');
    expect(source.metadata.get('epsilon')).toBe('0.00001');
    expect(source.names().sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, tensor] of Object.entries(tensors)) expect(source.get(name)).toEqual(tensor);
  });

  test('depends on the tensors alone, not on their order', () => {
    writeSafetensors(path, tensors, { source: 'trained', metadata: { a: '1', b: '2' } });
    const first = readFileSync(path);
    const reversed = Object.fromEntries(Object.entries(tensors).reverse());
    writeSafetensors(path, reversed, { source: 'trained', metadata: { b: '2', a: '1' } });
    expect(readFileSync(path)).toEqual(first);
  });

  test('aligns its tensors to their elements', () => {
    writeSafetensors(path, tensors, { source: 'imported' });
    const bytes = readFileSync(path);
    const headerLength = Number(bytes.readBigUInt64LE());
    expect(headerLength % 8).toBe(0);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength));
    expect(header.wide.data_offsets[0] % 8).toBe(0);
    for (const name of ['thresholds', 'gamma', 'one', 'none']) expect(header[name].data_offsets[0] % 4).toBe(0);
  });

  test('is refused where a shape does not fit or the folder is absent', () => {
    const wrong: NamedTensor = { dtype: 'U8', shape: [3], data: new Uint8Array(2) };
    expect(() => writeSafetensors(path, { wrong }, { source: 'trained' })).toThrow(/NN012.*2 elements/);
    expect(() => writeSafetensors(join(folder, 'no/x'), tensors, { source: 'trained' })).toThrow(/NN030/);
  });
});

describe('a foreign file', () => {
  test('counts as imported; unaligned data is read', () => {
    const header = { a: u8(0, 1), b: { dtype: 'F32', shape: [1], data_offsets: [1, 5] } };
    const source = openWeights(file(header, [9, 0, 0, 0x80, 0x3f]));
    expect(source.source).toBe('imported');
    expect(source.get('b').data).toEqual(Float32Array.of(1));
  });

  test('a missing tensor is named with the closest one', () => {
    const source = openWeights(file({ 'conv0.weights': u8(0, 1) }, [1]));
    expect(source.has('conv0.weight')).toBe(false);
    expect(() => source.get('conv0.weight')).toThrow(/NN010.*no tensor 'conv0.weight'.*did you mean 'conv0.weights'/);
  });

  test('names of object members are no tensors', () => {
    const source = openWeights(file({ a: u8(0, 1) }, [1]));
    expect([source.has('toString'), source.has('__proto__')]).toEqual([false, false]);
  });
});

describe('damage', () => {
  test.each([
    ['no header length', () => (writeFileSync(path, 'abc'), path), /3 bytes/],
    ['absurd header length', () => file('{}', [], 2 ** 40), /not a safetensors file/],
    ['header beyond the file', () => file('{}', [], 100), /header of 100 bytes/],
    ['header not JSON', () => file('{"a":'), /not JSON/],
    ['header not UTF-8', () => file(Buffer.from([0x7b, 0xff]).toString('latin1'), []), /not JSON/],
    ['header a list', () => file([]), /not a JSON object/],
    ['unknown dtype', () => file({ a: { ...u8(0, 1), dtype: 'F3' } }, [1]), /dtype "F3"/],
    [
      'a tensor twice',
      () =>
        file(
          '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},' +
            '"\\u0061":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}',
          [1],
        ),
      /header says 'a' twice/,
    ],
    [
      'an offset twice',
      () => file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,2],"data_offsets":[0,1]}}', [1]),
      /header says 'data_offsets' twice/,
    ],
    ['half an F16', () => file({ a: { dtype: 'F16', shape: [1], data_offsets: [0, 1] } }, [1]), /needs 2 bytes, has 1/],
    [
      'more elements than any file has',
      () => file({ a: { dtype: 'F64', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 8] } }, Array(8).fill(0)),
      /needs .* bytes, has 8/,
    ],
    ['nothing', () => file(Buffer.alloc(0).toString(), [], 0), /not JSON/],
    ['an empty file', () => (writeFileSync(path, ''), path), / · an empty file · /],
    ['control characters', () => file('{"a":\x1b[31m\x9b}'), /not JSON \([^\x1b\x9b]*\\u001b\[31m[^\x1b\x9b]*$/],
    ['inherited dtype', () => file({ a: { ...u8(0, 1), dtype: 'toString' } }, [1]), /dtype "toString"/],
    ['negative size', () => file({ a: { ...u8(0, 1), shape: [-1] } }, [1]), /legal shape/],
    ['fractional size', () => file({ a: { ...u8(0, 1), shape: [0.5, 2] } }, [1]), /legal shape/],
    ['offsets backwards', () => file({ a: { ...u8(0, 1), data_offsets: [1, 0] } }, [1]), /data_offsets/],
    ['shape against offsets', () => file({ a: { ...u8(0, 2), shape: [3] } }, [1, 2]), /needs 3 bytes, has 2/],
    ['overlap', () => file({ a: u8(0, 2), b: u8(1, 3) }, [1, 2, 3]), /'b' overlaps/],
    ['gap', () => file({ a: u8(0, 1), b: u8(2, 3) }, [1, 2, 3]), /1 bytes before tensor 'b'/],
    ['truncated data', () => file({ a: u8(0, 4) }, [1, 2, 3]), /truncated: 3 data bytes of 4/],
    ['surplus data', () => file({ a: u8(0, 2) }, [1, 2, 3]), /1 bytes after/],
    ['metadata not text', () => file({ __metadata__: { a: 1 } }), /'a' is not text/],
  ])('%s', (_name, make, message) => {
    expect(() => openWeights(make())).toThrow(/NN011/);
    expect(() => openWeights(make())).toThrow(message);
  });

  test('what is said once each in several objects is no repetition', () => {
    const quoted = { dtype: 'U8', shape: [1], data_offsets: [0, 1] };
    const source = openWeights(
      file({ '{"a":1,"a":2}': quoted, a: { ...quoted, data_offsets: [1, 2] }, __metadata__: { a: 'x' } }, [1, 2]),
    );
    expect(source.names()).toEqual(['{"a":1,"a":2}', 'a']);
  });

  test('NaN, infinity and odd booleans, all named at once', () => {
    const bad: Record<string, NamedTensor> = {
      a: { dtype: 'F32', shape: [2], data: Float32Array.of(0, NaN) },
      b: { dtype: 'F32', shape: [1], data: Float32Array.of(-Infinity) },
      c: { dtype: 'BOOL', shape: [1], data: Uint8Array.of(2) },
    };
    writeSafetensors(path, bad, { source: 'trained' });
    expect(() => openWeights(path)).toThrow(
      /NN013.* › a .*NaN at element 1\nNN013.* › b .*-Infinity.*\nNN013.* › c .*2/,
    );
  });

  test('NaN and infinity in other floats', () => {
    const halves = {
      a: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
      b: { dtype: 'BF16', shape: [1], data_offsets: [4, 6] },
    };
    expect(() => openWeights(file(halves, [0, 0x3c, 1, 0x7c, 0x80, 0xff]))).toThrow(
      /NN013.* › a · NaN at element 1\nNN013.* › b · -Infinity at element 0/,
    );
    writeSafetensors(path, { c: { dtype: 'F64', shape: [1], data: Float64Array.of(NaN) } }, { source: 'trained' });
    expect(() => openWeights(path)).toThrow(/NN013.* › c · NaN/);
  });

  test('nothing there', () => {
    expect(() => openWeights(join(folder, 'absent'))).toThrow(/NN010.*no such file or folder/);
    expect(() => openWeights(folder)).toThrow(/NN010.*a folder without/);
  });
});

describe('16-bit floats become 32-bit ones, every value as it was', () => {
  const read = (dtype: string, bytes: readonly number[]) =>
    openWeights(file({ a: { dtype, shape: [bytes.length / 2], data_offsets: [0, bytes.length] } }, bytes)).get('a');

  test('F16', () => {
    // 1, −2, the greatest, the least normal, the least subnormal, −0, 1/3.
    const { dtype, data } = read('F16', [0, 0x3c, 0, 0xc0, 0xff, 0x7b, 0, 4, 1, 0, 0, 0x80, 0x55, 0x35]);
    expect([dtype, ...data]).toEqual(['F32', 1, -2, 65504, 2 ** -14, 2 ** -24, -0, 0.333251953125]);
  });

  test('BF16', () => {
    expect([...read('BF16', [0x80, 0x3f, 0, 0xc0, 0x01, 0]).data]).toEqual([1, -2, 2 ** -133]);
  });
});

describe('types that nobody computes with', () => {
  const header = {
    a: u8(0, 1),
    b: { dtype: 'F8_E4M3', shape: [1], data_offsets: [1, 2] },
    c: { dtype: 'C64', shape: [1], data_offsets: [2, 10] },
    d: { dtype: 'F4', shape: [2], data_offsets: [10, 11] },
  };

  test('do no harm until they are asked for', () => {
    const source = openWeights(file(header, Array(11).fill(1)));
    expect(source.get('a').data).toEqual(Uint8Array.of(1));
    expect(source.names()).toEqual(['a', 'b', 'c', 'd']);
    expect(() => source.get('b')).toThrow(/NN006.* › b · elements of type F8_E4M3 · legal: BOOL U8 /);
    expect(() => source.get('c')).toThrow(/NN006.*C64/);
    expect(() => source.get('d')).toThrow(/NN006.*F4/);
  });
});

describe('files of other kinds are refused by name', () => {
  test.each([
    ['.npy', '\x93NUMPY\x01\0', 'a NumPy array'],
    ['pickle', '\x80\x04\x95\x0e\0\0\0\0\0\0\0}\x94.', 'a Python pickle'],
    ['gzip', '\x1f\x8b\x08\0\0\0\0\0', 'a gzip file · .* fix: unpack it'],
    ['tfjs', '{"modelTopology": {}, "weightsManifest": []}', 'a TensorFlow.js model'],
    ['HDF5', '\x89HDF\r\n\x1a\n', 'an HDF5 file'],
    ['IDX', '\0\0\x08\x01\0\0\0\x02ab', 'an IDX file'],
  ])('%s', (_, start, name) => {
    writeFileSync(path, Buffer.from(start, 'latin1'));
    expect(() => openWeights(path)).toThrow(new RegExp(`NN006 .* · ${name}`));
  });
});

describe('files of no known kind are not called damaged', () => {
  test.each([
    [
      'floats.f32',
      Buffer.from(Float32Array.of(1.5, 0, 3, -4, 5).buffer),
      /^NN006 .* · a file of no kind that is known/,
    ],
    ['net.ts', Buffer.from("export default network('x');"), /^NN006 .* · a file of no kind that is known here/],
    ['table.csv', Buffer.from('0,12\n7,0\n'), /^NN006 .* · figures as text/],
    ['0-0-weights.bin', Buffer.alloc(64, 0x1b), /^NN006 .* · one file of BNN-PYNQ .* fix: give its folder: .*safetens/],
    ['3-1-thres.bin', Buffer.alloc(64), /^NN006 .* · one file of BNN-PYNQ parameters/],
    // Its name says what it was.
    ['zeros.safetensors', Buffer.alloc(64), /^NN011 .* · header is not JSON/],
    ['nothing.f32', Buffer.alloc(0), /^NN011 .* · an empty file/],
  ])('%s', (name, bytes, says) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    expect(() => openWeights(path)).toThrow(says);
  });
});

test.each([
  ['a device without an end', () => '/dev/zero', 'a device, not a file'],
  ['a file as a folder', () => `${file({})}/`, 'a part of the path is a file'],
  ['10,000 characters', () => 'n'.repeat(10_000), 'the path is too long'],
  ['a null byte', () => 'a\0b', 'a path with a null byte'],
  [
    'a pipe that nobody writes',
    () => (execFileSync('mkfifo', [join(folder, 'pipe')]), join(folder, 'pipe')),
    'a pipe, not a file',
  ],
  ['1 TB', () => (writeFileSync(path, ''), truncateSync(path, 1e12), path), '1000000000000 bytes; files of up to'],
])('%s are no weights', (_, make, says) => {
  expect(() => openWeights(make())).toThrow(new RegExp(`^NN010 .* · .*${says}`));
});

test('a file is written whole or not at all: what lay there stays', () => {
  writeFileSync(path, 'of the user');
  const cyclic: NamedTensor = { dtype: 'U8', shape: [3], data: new Uint8Array(2) };
  expect(() => writeSafetensors(path, { cyclic }, { source: 'trained' })).toThrow(/NN012/);
  expect(readFileSync(path, 'utf8')).toBe('of the user');
  expect(() => writeSafetensors(folder, {}, { source: 'trained' })).toThrow(/NN030.*not a file/);
  expect(readdirSync(folder).filter((name) => name.includes('tmp'))).toEqual([]);
});
