// SPDX-License-Identifier: Apache-2.0
/**
 * The safetensors layout, read strictly: u64 little-endian header length, a JSON header `{"name": {"dtype",
 * "shape", "data_offsets": [begin, end]}, "__metadata__": {text: text}}`, then the data, which the tensors
 * cover without gap or overlap. (Format description: huggingface/safetensors, README, "Format".)
 */
import { repeatedKey } from './repeated-key.ts';
import { elementCount } from './tensors.ts';

export const METADATA_KEY = '__metadata__';
export const PREFIX_BYTES = 8;
/** The format's own limit. */
const MAX_HEADER_BYTES = 100_000_000;

/** Bits of an element of every type that the format knows (safetensors 0.7, `Dtype`). */
const elementBits: Readonly<Record<string, number>> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  U16: 16,
  I16: 16,
  U32: 32,
  I32: 32,
  U64: 64,
  I64: 64,
  F16: 16,
  BF16: 16,
  F32: 32,
  F64: 64,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  C64: 64,
};

export interface Entry {
  readonly name: string;
  /** One that the format knows. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Byte range within the data section. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Where the data section starts in the file. */
  readonly dataStart: number;
}

/** A length that the file has, and a header of the right kind behind it. */
export function looksLikeSafetensors(file: Uint8Array): boolean {
  return (
    file.length > PREFIX_BYTES + 1 &&
    file[PREFIX_BYTES] === '{'.charCodeAt(0) &&
    file.subarray(4, PREFIX_BYTES).every((byte) => byte === 0)
  );
}

/** Returns the header, or throws a plain Error whose message says what is damaged. */
export function parseHeader(file: Uint8Array): Header {
  if (file.length < PREFIX_BYTES) throw new Error(`${file.length} bytes, too short for a header length`);
  const declared = new DataView(file.buffer, file.byteOffset, PREFIX_BYTES).getBigUint64(0, true);
  if (declared > MAX_HEADER_BYTES)
    throw new Error(`header length ${declared}: not a safetensors file, and of no other known kind`);
  const dataStart = PREFIX_BYTES + Number(declared);
  if (dataStart > file.length) throw new Error(`header of ${declared} bytes in a file of ${file.length}`);
  const json = parseJson(file.subarray(PREFIX_BYTES, dataStart));

  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (!isRecord(value)) throw new Error(`header entry '${name}' is not an object`);
    if (name === METADATA_KEY) for (const [key, text] of Object.entries(value)) metadata.set(key, asText(key, text));
    else entries.push(parseEntry(name, value));
  }
  checkCoverage(entries, file.length - dataStart);
  return { entries, metadata, dataStart };
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`header is not JSON (${(error as Error).message})`);
  }
  if (!isRecord(value)) throw new Error('header is not a JSON object');
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw new Error(`header says '${repeated}' twice`);
  return value;
}

function parseEntry(name: string, value: Record<string, unknown>): Entry {
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(elementBits, dtype)) {
    const legal = Object.keys(elementBits).join(' ');
    const got = dtype === undefined ? 'no dtype' : `dtype ${JSON.stringify(dtype)}, not ${legal}`;
    throw new Error(`tensor '${name}' has ${got}`);
  }
  if (!isSizes(shape)) throw new Error(`tensor '${name}' has no legal shape`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw new Error(`tensor '${name}' has no legal data_offsets`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = (elementCount(shape) * elementBits[dtype]!) / 8;
  if (end - begin !== bytes) {
    throw new Error(`tensor '${name}' of ${dtype} [${shape.join(', ')}] needs ${bytes} bytes, has ${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

function checkCoverage(entries: readonly Entry[], dataBytes: number): void {
  let covered = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < covered) throw new Error(`tensor '${name}' overlaps the one before it`);
    if (begin > covered) throw new Error(`${begin - covered} bytes before tensor '${name}' belong to no tensor`);
    covered = end;
  }
  if (covered > dataBytes) throw new Error(`truncated: ${dataBytes} data bytes of ${covered}`);
  if (covered < dataBytes) throw new Error(`${dataBytes - covered} bytes after the last tensor`);
}

function asText(key: string, value: unknown): string {
  if (typeof value !== 'string') throw new Error(`metadata '${key}' is not text`);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
