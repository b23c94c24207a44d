// SPDX-License-Identifier: Apache-2.0
/** A layer of vectors as the engine takes it from their stream: a descriptor, and beats of entries. */
import { describe } from './layer.ts';
import { vectorBeatBytes, type EngineShape } from './shape.ts';

export const vectorOperations = { dense: 1, output: 2, end: 3 } as const;

/** Fields of a descriptor that are not 0; nn_sparse_sequencer says what they mean and where they stand. */
export interface VectorDescriptor {
  readonly operation: keyof typeof vectorOperations;
  readonly signed?: boolean;
  /** The vector is one that a layer left; absent: the next one that maps hand over. */
  readonly from?: number;
  /** Results go to memory, as numbers of 32 bits: requantised bytes, or sums as they are. */
  readonly wide?: boolean;
  readonly rounded?: boolean;
  readonly shift?: number;
  /** Sets of results; of an output, lines. */
  readonly sets?: number;
  readonly bytes?: number;
  /** In the table of its coded entries. */
  readonly classes?: number;
  readonly min?: number;
  readonly max?: number;
  /** Word where results that are bytes go. */
  readonly to?: number;
}

export interface VectorLayer {
  readonly name: string;
  readonly descriptor: VectorDescriptor;
  /** Whole beats. */
  readonly entries: Uint8Array;
  /** Of a fully connected layer: unit of each row, and byte of the input that each of its taps multiplies. */
  readonly weightsAt?: { readonly units: Int32Array; readonly taps: Int32Array };
}

const checkWord = 0xb200;

/** Descriptor and entries as they are streamed; whole beats. */
export function vectorBeats({ descriptor: d, entries }: VectorLayer, shape: EngineShape): Uint8Array {
  const beat = vectorBeatBytes(shape);
  const out = new Uint8Array(beat + entries.length);
  const beats = entries.length / beat;
  const flags =
    vectorOperations[d.operation] |
    (Number(d.signed ?? false) << 4) |
    (Number(d.from !== undefined) << 5) |
    (Number(d.rounded ?? false) << 6) |
    (Number(d.wide ?? false) << 8) |
    ((d.shift ?? 0) << 9);
  describe(
    out,
    [
      [2, flags],
      [4, d.sets],
      [6, d.bytes],
      [8, (d.min ?? 0) & 0x1ff],
      [10, (d.max ?? 0) & 0x1ff],
      [12, d.from],
      [14, d.to],
      [16, beats & 0xffff],
      [18, beats >>> 16],
      [20, d.classes],
    ],
    checkWord,
  );
  out.set(entries, beat);
  return out;
}
