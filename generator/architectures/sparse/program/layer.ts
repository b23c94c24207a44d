// SPDX-License-Identifier: Apache-2.0
/** A layer of maps as the engine takes it from its stream: a descriptor, and rows of words for the rings. */
import { pack, type Layout } from '../../../contracts/contract.ts';
import { engine, mapDescriptor } from './contracts.ts';
import { mapBeatBytes, type EngineShape } from './shape.ts';

const operations = mapDescriptor.fields.operation.values;

/** Fields of a descriptor that are not 0; contracts.ts says what they mean and where they stand. */
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

export const descriptorBytes = mapDescriptor.bits / 8;
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

/** Writes a descriptor, with the check that makes its 16-bit fields together, xored, `word`. */
export function describe<L extends Layout>(
  bytes: Uint8Array,
  of: L,
  values: Parameters<typeof pack<L>>[2],
  word: number,
) {
  pack(bytes, of, values);
  const view = new DataView(bytes.buffer, bytes.byteOffset, descriptorBytes);
  let check = word;
  for (let at = 2; at < descriptorBytes; at += 2) check ^= view.getUint16(at, true);
  view.setUint16(0, check, true);
}

/** The beat that announces a layer. */
function descriptorBeat({ descriptor, rings }: EngineLayer, shape: EngineShape): Uint8Array {
  const bytes = new Uint8Array(mapBeatBytes(shape));
  const { operation, signed, min, max, table, ...fields } = descriptor;
  const values = {
    ...fields,
    operation: operations[operation],
    rows: rowsOf({ rings }),
    xSigned: signed,
    least: min,
    most: max,
    tableWords: table,
  };
  describe(bytes, mapDescriptor, values, engine.numbers.mapCheck.value);
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
