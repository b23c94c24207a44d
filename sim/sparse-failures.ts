// SPDX-License-Identifier: Apache-2.0
/** Frames that fail, of every kind: errors on the buses, streams that are no streams, machines that do not agree. */
import type { EngineLayer } from '../generator/architectures/sparse/program/layer.ts';
import type { EngineShape } from '../generator/architectures/sparse/program/shape.ts';
import type { VectorLayer } from '../generator/architectures/sparse/program/vector-layer.ts';
import { mapFailures } from './sparse-failures-maps.ts';
import { vectorFailures } from './sparse-failures-vectors.ts';
import type { DrivenFrame } from './sparse.ts';

/** Layers of an engine, and a frame of theirs that ends well. */
export interface Program {
  readonly shape: EngineShape;
  readonly maps: readonly EngineLayer[];
  readonly vectors: readonly VectorLayer[];
  readonly good: DrivenFrame;
}

export type Failure = readonly [what: string, frame: DrivenFrame];

/** Errors that the memory answers with, to reads and to writes. */
function busFailures({ good }: Program): Failure[] {
  const reading = (readError: NonNullable<DrivenFrame['readError']>) => ({ ...good, code: 1, readError });
  const writing = (writeErrorAt: number) => ({ ...good, code: 2, writeErrorAt });
  return [
    ['a read that fails at once', reading({ of: 'frame', port: 0, beat: 1 })],
    ['a read of maps that fails', reading({ of: 'maps', port: 1, beat: Math.floor(good.maps.count / 2) })],
    ['the last read of maps', reading({ of: 'maps', port: 0, beat: good.maps.count })],
    ['a read of vectors that fails', reading({ of: 'vectors', port: 1, beat: 20 })],
    ['a write that fails', writing(1)],
    ['the last write', writing(good.result.length)],
  ];
}

/**
 * Other frames, which end with the codes that docs/streams.md lists. The first layer of maps is a convolution; vectors
 * begin with two fully connected layers.
 */
export function failures(program: Program): readonly Failure[] {
  return [...busFailures(program), ...mapFailures(program), ...vectorFailures(program)];
}
