// SPDX-License-Identifier: Apache-2.0
/**
 * Reads and writes safetensors files. A written file depends on its tensors alone: same tensors, same bytes.
 */
import { basename } from 'node:path';
import { BitloomError, fail, type Issue } from '../errors/errors.ts';
import { printable, readInputFile, shownPath } from '../files/input-file.ts';
import { writeWholeFile } from '../files/writable-file.ts';
import {
  METADATA_KEY,
  PREFIX_BYTES,
  looksLikeSafetensors,
  parseHeader,
  type Entry,
  type Header,
} from './safetensors-format.ts';
import {
  elementCount,
  type DataType,
  type ForeignTensor,
  type NamedTensor,
  type TensorSource,
  type WeightOrigin,
} from './tensors.ts';
import { tensorTable } from './tensor-table.ts';
import { widenedBfloat, widenedHalf } from './widen.ts';

const ORIGIN_KEY = 'source';
const ALIGNMENT = 8;
const legal = 'a safetensors file';
/** What `writeSafetensors` may replace. */
export const safetensorsFile = { name: legal, is: looksLikeSafetensors };

/** Typed arrays are little-endian on every processor that Node runs on, and so is the format. */
const arrays = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  U16: Uint16Array,
  I16: Int16Array,
  U32: Uint32Array,
  I32: Int32Array,
  U64: BigUint64Array,
  I64: BigInt64Array,
  F32: Float32Array,
  F64: Float64Array,
} as const;

/** The values of F16 and BF16 as F32. */
const widened: Readonly<Record<string, (halves: Uint16Array) => Float32Array>> = {
  F16: widenedHalf,
  BF16: widenedBfloat,
};

/**
 * Its `source` is the file's own metadata `source` where that says trained or synthetic, else `imported`.
 * Throws NN010 (not readable), NN011 (damaged), NN013 (NaN, infinity, or a BOOL that is neither 0 nor 1).
 */
export function readSafetensors(path: string): TensorSource {
  return parseSafetensors(readInputFile(path, { code: 'NN010', legal }), path);
}

/** The same of a file's bytes. */
export function parseSafetensors(file: Uint8Array, path: string): TensorSource {
  const where = shownPath(path);
  const header = strictHeader(file, where);
  const tensors = new Map<string, NamedTensor | ForeignTensor>();
  const issues: Issue[] = [];
  for (const entry of header.entries) {
    const tensor = tensorOf(entry, file.subarray(header.dataStart + entry.begin, header.dataStart + entry.end));
    const bad = 'foreign' in tensor ? undefined : illegalElement(tensor);
    if (bad !== undefined) issues.push({ code: 'NN013', where: `${where} › ${entry.name}`, got: bad });
    tensors.set(entry.name, tensor);
  }
  if (issues.length > 0) throw new BitloomError(issues);
  const origin = header.metadata.get(ORIGIN_KEY);
  return tensorTable(tensors, {
    source: origin === 'trained' || origin === 'synthetic' ? origin : 'imported',
    where,
    describe: `${basename(where)} (${tensors.size} tensors)`,
    metadata: header.metadata,
  });
}

export interface WriteOptions {
  readonly source: WeightOrigin;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Writes it whole or not at all. Throws NN012 where a shape does not fit its data, NN030 where it cannot be. */
export function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, NamedTensor>>,
  options: WriteOptions,
): void {
  writeWholeFile(path, formatSafetensors(tensors, options));
}

/**
 * The bytes of a file. Tensors lie in order of falling element size, then by name, so that every one is aligned; the
 * header is padded with spaces to 8 bytes. Throws NN012 where a shape does not fit its data.
 */
export function formatSafetensors(tensors: Readonly<Record<string, NamedTensor>>, options: WriteOptions): Uint8Array {
  const bytesOf = ({ dtype }: NamedTensor) => arrays[dtype].BYTES_PER_ELEMENT;
  const ordered = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) => bytesOf(b) - bytesOf(a) || (nameA < nameB ? -1 : 1),
  );
  const metadata = { ...options.metadata, [ORIGIN_KEY]: options.source };
  const header: [string, unknown][] = [
    [METADATA_KEY, Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)))],
  ];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (data.length !== elementCount(shape)) {
      fail({ code: 'NN012', where: name, got: `${data.length} elements for shape [${shape.join(', ')}]` });
    }
    header.push([name, { dtype, shape, data_offsets: [offset, (offset += data.byteLength)] }]);
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padding = Buffer.alloc((ALIGNMENT - (json.length % ALIGNMENT)) % ALIGNMENT, ' ');
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeBigUInt64LE(BigInt(json.length + padding.length));
  const bodies = ordered.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([prefix, json, padding, ...bodies]);
}

function strictHeader(file: Uint8Array, where: string): Header {
  try {
    return parseHeader(file);
  } catch (error) {
    return fail({ code: 'NN011', where, got: printable((error as Error).message), legal });
  }
}

function tensorOf({ dtype, shape }: Entry, bytes: Uint8Array): NamedTensor | ForeignTensor {
  // A copy: the data section need not be aligned to its elements.
  const { buffer } = new Uint8Array(bytes);
  const widen = widened[dtype];
  if (widen) return { dtype: 'F32', shape, data: widen(new Uint16Array(buffer)) };
  if (!Object.hasOwn(arrays, dtype)) return { foreign: dtype };
  return { dtype, shape, data: new arrays[dtype as DataType](buffer) } as NamedTensor;
}

function illegalElement({ dtype, data }: NamedTensor): string | undefined {
  if (dtype === 'F32' || dtype === 'F64') {
    const at = data.findIndex((value) => !Number.isFinite(value));
    return at < 0 ? undefined : `${data[at]} at element ${at}`;
  }
  if (dtype === 'BOOL') {
    const at = data.findIndex((value) => value > 1);
    return at < 0 ? undefined : `BOOL ${data[at]} at element ${at}, neither 0 nor 1`;
  }
  return undefined;
}
