// SPDX-License-Identifier: Apache-2.0
/** Random damage to safetensors files that knows their header: types, shapes, offsets, names, metadata, values. */
import type { Random } from '../generator/layer-kind/layer-kind.ts';
import { pick } from './fuzz-lines.ts';

const below = (random: Random, limit: number) => Math.floor(random() * limit);

interface Entry {
  dtype: unknown;
  shape: unknown;
  data_offsets: unknown;
}

const types = [
  'BOOL',
  'U8',
  'I8',
  'U16',
  'I16',
  'U32',
  'I32',
  'U64',
  'I64',
  'F16',
  'BF16',
  'F32',
  'F64',
  'F8_E4M3',
  'F4',
  'C64',
  'f32',
  'constructor',
  '',
  null,
  5,
];
const sizes = [0, 1, -1, 0.5, 2 ** 31, 2 ** 53, 1e300, null, '4', [4], {}];
const names = [
  'conv0.weights',
  'norm0.gamma',
  'norm0.thresholds',
  '__proto__',
  'constructor',
  '',
  'a'.repeat(5000),
  'ü',
  '\0',
  'conv0.weights ',
];

/** A file in parts, which edits change. */
interface Parts {
  readonly random: Random;
  readonly header: Record<string, Entry>;
  readonly tensors: readonly string[];
  data: Buffer;
}

const some = ({ random, header, tensors }: Parts) => header[pick(random, tensors)]!;

/** Edits of one field of the header. */
const fieldEdits: readonly ((parts: Parts) => void)[] = [
  (parts) => void (some(parts).dtype = pick(parts.random, types)),
  (parts) => {
    const { random } = parts;
    const size = () => pick(random, sizes);
    some(parts).shape = pick(random, [[], [0], [4], [2, 2], [4, 18], size(), [size()], [size(), 2]]);
  },
  (parts) => {
    const { random } = parts;
    const ranges = [[], [0], [0, 4], [4, 0], [-4, 0], [0, 2 ** 53], [0.5, 1.5], null];
    some(parts).data_offsets = pick(random, [...ranges, pick(random, sizes)]);
  },
  ({ random, header, tensors }) => {
    const from = pick(random, tensors);
    header[pick(random, names)] = header[from]!;
    if (random() < 0.7) delete header[from];
  },
  ({ random, header, tensors }) => void delete header[pick(random, tensors)],
  ({ random, header }) =>
    void (header['__metadata__'] = pick(random, [
      null,
      5,
      'text',
      [],
      { source: 5 },
      { source: 'synthetic' },
      { source: 'x' },
      { 'affine.format': 'x' },
      { epsilon: 'NaN' },
    ]) as never),
  ({ random, header, tensors }) =>
    void (header[pick(random, tensors)] = pick(random, [null, 5, 'text', [], {}]) as never),
];

/** The same values in a wider or another type. */
function widen(parts: Parts): void {
  const { random, header, data } = parts;
  const entry = some(parts) as { dtype: string; shape: number[]; data_offsets: [number, number] };
  const [from, to] = entry.data_offsets;
  const count = entry.shape.reduce((a, b) => a * b, 1);
  entry.dtype = pick(random, ['I64', 'F64', 'U64']);
  entry.data_offsets = [data.length, data.length + 8 * count];
  const wide = Buffer.alloc(8 * count, pick(random, [0, 1, 255]));
  parts.data = Buffer.concat([data.subarray(0, from), data.subarray(to), wide]);
  for (const other of Object.values(header) as { data_offsets?: [number, number] }[])
    if (other.data_offsets && other.data_offsets[0] >= to)
      other.data_offsets = other.data_offsets.map((at) => at - (to - from)) as [number, number];
}

/** Edits of the values behind the header. */
const valueEdits: readonly ((parts: Parts) => void)[] = [
  widen,
  (parts) => {
    const entry = some(parts) as { data_offsets: [number, number] };
    parts.data.fill(pick(parts.random, [0, 1, 2, 127, 255]), entry.data_offsets[0], entry.data_offsets[1]);
  },
  ({ random, data }) => {
    // Of a real number: NaN, infinities, the largest, the least.
    const at = 4 * below(random, data.length / 4);
    data.writeUInt32LE(pick(random, [0x7fc00000, 0x7f800000, 0xff800000, 0x7f7fffff, 1, 0x80000000]), at);
  },
];

/** Now and then a header that is no JSON, or other JSON than an object of tensors. */
function headerText({ random, header }: Parts): string {
  const text = JSON.stringify(header);
  if (random() >= 0.1) return text;
  return pick(random, [
    `${text.slice(0, -1)},${text.slice(1)}`,
    `[${text}]`,
    `${'['.repeat(20_000)}`,
    text.replaceAll('"', "'"),
    `\ufeff${text}`,
    `${text} `,
    'null',
    '""',
  ]);
}

export function damagedSafetensors(random: Random, bytes: Buffer): Buffer {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, Entry>;
  const tensors = Object.keys(header).filter((name) => name !== '__metadata__');
  const parts: Parts = { random, header, tensors, data: Buffer.from(bytes.subarray(8 + length)) };
  for (let i = 0; i <= below(random, 2); i++) {
    try {
      pick(random, [...fieldEdits, ...valueEdits])(parts);
    } catch {
      // An edit of what an edit before has broken.
    }
  }
  const json = Buffer.from(headerText(parts));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(random() < 0.95 ? json.length : json.length + pick(random, [-1, 1, 8, 1e9])));
  return Buffer.concat([prefix, json, parts.data]);
}
