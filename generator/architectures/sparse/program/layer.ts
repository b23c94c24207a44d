// SPDX-License-Identifier: Apache-2.0
/** A layer of maps as the engine takes it from its stream: a descriptor, and rows of words for the rings. */
import { mapBeatBytes, type EngineShape } from './shape.ts';

export const operations = { convolution: 1, pool: 2, handover: 3, output: 4, end: 5 } as const;

/** Fields of a descriptor that are not 0; nn_sparse_control says what they mean and where they stand. */
export interface Descriptor {
  readonly operation: keyof typeof operations;
  readonly signed?: boolean;
  readonly halve?: boolean;
  readonly kernel?: number;
  /** The lines that the frame came in are not needed behind it. */
  readonly vacates?: boolean;
  readonly shift?: number;
  /** Of a convolution's lists; of each line that goes into a vector. */
  readonly words?: number;
  readonly steps?: number;
  readonly rounds?: number;
  readonly stride?: number;
  readonly lines?: number;
  readonly width?: number;
  readonly pitch?: number;
  readonly height?: number;
  readonly slots?: number;
  readonly min?: number;
  readonly max?: number;
  readonly to?: number;
  /** Words of the table of a convolution's coded entries. */
  readonly table?: number;
}

export interface EngineLayer {
  readonly name: string;
  readonly descriptor: Descriptor;
  /** Words of 8 bytes for each ring: the groups' lists, parameters, two of steps. */
  readonly rings: readonly Uint8Array[];
  /** Of a convolution, what its lists walk: filters by group and slot, and each vector in the network's terms. */
  readonly weightsAt?: {
    readonly filters: readonly (readonly number[])[];
    readonly vectors: readonly Readonly<Record<string, number>>[];
  };
}

const checkWord = 0xb100;
export const descriptorBytes = 32;
export const wordBytes = 8;

/** Rows that a layer takes in the rings. */
export function rowsOf({ rings }: Pick<EngineLayer, 'rings'>): number {
  return Math.max(0, ...rings.map((ring) => ring.length / wordBytes));
}

/** Rings: one for each group, one of parameters, two of steps. */
export const ringsOf = ({ groups }: Pick<EngineShape, 'groups'>) => groups + 3;

/** Rings of a layer that has steps alone. */
export const ringsOfSteps = (
  shape: Pick<EngineShape, 'groups'>,
  steps: readonly [Uint8Array, Uint8Array],
): Uint8Array[] => [...Array.from({ length: ringsOf(shape) - steps.length }, () => new Uint8Array(0)), ...steps];

/** Beats of a row, which has a word for each ring. */
export function beatsOfRow(shape: EngineShape): number {
  return Math.ceil(ringsOf(shape) / (mapBeatBytes(shape) / wordBytes));
}

/** 16-bit fields of a descriptor, and in front of them what makes all of them together, xored, the check word. */
export function describe(
  bytes: Uint8Array,
  fields: readonly (readonly [at: number, value: number | undefined])[],
  word: number,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const [at, value = 0] of fields) {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff)
      throw new Error(`descriptor field at byte ${at}: ${value}`);
    view.setUint16(at, value, true);
  }
  let check = word;
  for (let at = 2; at < descriptorBytes; at += 2) check ^= view.getUint16(at, true);
  view.setUint16(0, check, true);
}

/** The beat that announces a layer. */
function descriptorBeat({ descriptor: d, rings }: EngineLayer, shape: EngineShape): Uint8Array {
  const bytes = new Uint8Array(mapBeatBytes(shape));
  const flags =
    operations[d.operation] |
    (Number(d.signed ?? false) << 4) |
    (Number(d.halve ?? false) << 5) |
    ((d.kernel ?? 0) << 6);
  describe(
    bytes,
    [
      [2, flags | (Number(d.vacates ?? false) << 8) | ((d.shift ?? 0) << 9)],
      [4, rowsOf({ rings })],
      [6, d.words],
      [8, d.steps],
      [10, d.rounds],
      [12, d.stride],
      [14, d.lines],
      [16, d.width],
      [18, d.pitch],
      [20, d.height],
      [22, d.slots],
      [24, (d.min ?? 0) & 0x1ff],
      [26, (d.max ?? 0) & 0x1ff],
      [28, d.to],
      [30, d.table],
    ],
    checkWord,
  );
  return bytes;
}

/** Descriptor and rows as they are streamed; whole beats. */
export function layerBeats(layer: EngineLayer, shape: EngineShape): Uint8Array {
  const { rings } = layer;
  const beat = mapBeatBytes(shape);
  const perRow = beatsOfRow(shape) * beat;
  const rows = rowsOf(layer);
  const out = new Uint8Array(beat + rows * perRow);
  out.set(descriptorBeat(layer, shape));
  rings.forEach((ring, target) => {
    for (let row = 0; row * wordBytes < ring.length; row++)
      out.set(ring.subarray(row * wordBytes, (row + 1) * wordBytes), beat + row * perRow + target * wordBytes);
  });
  return out;
}
