// SPDX-License-Identifier: Apache-2.0
/** Lines that leave the activation memory: as a vector for fully connected layers, or as the result. */
import { ringsOfSteps, type EngineLayer } from '../program/layer.ts';
import type { EngineShape } from '../program/shape.ts';
import { stepRings } from '../program/steps.ts';
import type { VectorLayer } from '../program/vector-layer.ts';

/** Lines `line`.. are handed over. @param words of 8 bytes of each that a vector is made of */
export function handoverLayer(
  operation: 'handover' | 'output',
  name: string,
  line: number,
  lines: number,
  words: number,
  shape: EngineShape,
): EngineLayer {
  return {
    name,
    descriptor: { operation, words, steps: 1, rounds: lines, stride: 1 },
    rings: ringsOfSteps(shape, stepRings([{ line, shift: 0 }])),
  };
}

/** So many lines of the result go to memory. */
export const outputLayer = (name: string, lines: number): VectorLayer => ({
  name,
  descriptor: { operation: 'output', sets: lines },
  entries: new Uint8Array(0),
});
