// SPDX-License-Identifier: Apache-2.0
/** A layer of vectors as the engine takes it from their stream: a descriptor, and beats of entries. */
import { engine, vectorDescriptor } from './contracts.ts';
import { describe } from './layer.ts';
import { vectorBeatBytes, type EngineShape } from './shape.ts';

const operations = vectorDescriptor.fields.operation.values;

/** Fields of a descriptor that are not 0; contracts.ts says what they mean and where they stand. */
export interface VectorDescriptor {
  readonly operation: keyof typeof operations;
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

/** Descriptor and entries as they are streamed; whole beats. */
export function vectorBeats({ descriptor, entries }: VectorLayer, shape: EngineShape): Uint8Array {
  const beat = vectorBeatBytes(shape);
  const out = new Uint8Array(beat + entries.length);
  const { operation, signed, min, max, ...fields } = descriptor;
  const values = {
    ...fields,
    operation: operations[operation],
    own: fields.from !== undefined,
    xSigned: signed,
    least: min,
    most: max,
    beats: entries.length / beat,
  };
  describe(out, vectorDescriptor, values, engine.numbers.vectorCheck.value);
  out.set(entries, beat);
  return out;
}
