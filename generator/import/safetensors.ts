/**
 * Reads and writes safetensors files. A written file depends on its tensors alone: same tensors, same bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { BitloomError, fail } from '../errors.ts';
import type { Issue } from '../errors.ts';
import { METADATA_KEY, PREFIX_BYTES, elementBytes, parseHeader } from './safetensors-format.ts';
import type { Header } from './safetensors-format.ts';
import { elementCount } from './tensors.ts';
import type { DataType, NamedTensor, TensorSource, WeightOrigin } from './tensors.ts';
import { tensorTable } from './tensor-table.ts';

const ORIGIN_KEY = 'source';
const ALIGNMENT = 8;

/**
 * Its `source` is the file's own metadata `source` where that says trained or synthetic, else `imported`.
 * Throws NN010 (not readable), NN011 (damaged), NN013 (NaN, infinity, or a BOOL that is neither 0 nor 1).
 */
export function readSafetensors(path: string): TensorSource {
  const file = readBytes(path);
  const header = strictHeader(file, path);
  const tensors = new Map<string, NamedTensor>();
  const issues: Issue[] = [];
  for (const { name, dtype, shape, begin, end } of header.entries) {
    // A copy: the data section need not be aligned to its elements.
    const bytes = Uint8Array.from(file.subarray(header.dataStart + begin, header.dataStart + end));
    const tensor = { dtype, shape, data: view(dtype, bytes) } as NamedTensor;
    const bad = illegalElement(tensor);
    if (bad !== undefined) issues.push({ code: 'NN013', where: `${path} › ${name}`, got: bad });
    tensors.set(name, tensor);
  }
  if (issues.length > 0) throw new BitloomError(issues);
  const origin = header.metadata.get(ORIGIN_KEY);
  return tensorTable(tensors, {
    source: origin === 'trained' || origin === 'synthetic' ? origin : 'imported',
    where: path,
    describe: `${basename(path)} (${tensors.size} tensors)`,
    metadata: header.metadata,
  });
}

export interface WriteOptions {
  readonly source: WeightOrigin;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Tensors lie in order of falling element size, then by name, so that every one is aligned; the header is
 * padded with spaces to 8 bytes. Throws NN012 where a shape does not fit its data, NN030 where the file
 * cannot be written.
 */
export function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, NamedTensor>>,
  options: WriteOptions,
): void {
  const ordered = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) => elementBytes[b.dtype] - elementBytes[a.dtype] || (nameA < nameB ? -1 : 1),
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
  try {
    writeFileSync(path, Buffer.concat([prefix, json, padding, ...bodies]));
  } catch (error) {
    fail({ code: 'NN030', where: path, got: (error as Error).message });
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    return fail({ code: 'NN010', where: path, got: (error as Error).message, legal: 'a safetensors file' });
  }
}

function strictHeader(file: Uint8Array, path: string): Header {
  try {
    return parseHeader(file);
  } catch (error) {
    return fail({ code: 'NN011', where: path, got: (error as Error).message, legal: 'a safetensors file' });
  }
}

/** Typed arrays are little-endian on every processor that Node runs on, and so is the format. */
function view(dtype: DataType, { buffer }: Uint8Array): NamedTensor['data'] {
  switch (dtype) {
    case 'BOOL':
    case 'U8':
      return new Uint8Array(buffer);
    case 'I8':
      return new Int8Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'I64':
      return new BigInt64Array(buffer);
    case 'F32':
      return new Float32Array(buffer);
  }
}

function illegalElement(tensor: NamedTensor): string | undefined {
  if (tensor.dtype === 'F32') {
    const at = tensor.data.findIndex((value) => !Number.isFinite(value));
    return at < 0 ? undefined : `${tensor.data[at]} at element ${at}`;
  }
  if (tensor.dtype === 'BOOL') {
    const at = tensor.data.findIndex((value) => value > 1);
    return at < 0 ? undefined : `BOOL ${tensor.data[at]} at element ${at}, neither 0 nor 1`;
  }
  return undefined;
}
