import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWeights, readSafetensors, writeSafetensors } from './index.ts';
import type { NamedTensor } from './index.ts';

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
    for (const name of ['thresholds', 'gamma', 'one', 'none'])
      expect(header[name].data_offsets[0] % 4).toBe(0);
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
    expect(() => source.get('conv0.weight')).toThrow(
      /NN010.*no tensor 'conv0.weight'.*did you mean 'conv0.weights'/,
    );
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
    ['unknown dtype', () => file({ a: { ...u8(0, 1), dtype: 'F16' } }, [1]), /dtype "F16"/],
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

  test('nothing there', () => {
    expect(() => openWeights(join(folder, 'absent'))).toThrow(/NN010.*no such file or folder/);
    expect(() => openWeights(folder)).toThrow(/NN010.*a folder without/);
  });
});
