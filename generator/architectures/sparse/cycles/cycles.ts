// SPDX-License-Identifier: Apache-2.0
/**
 * Clocks of the sparse engine's layers: the same queues, banks and rings as in the Verilog, with the memory as a steady
 * rate.
 * A layer's clocks run from its start to the release of its rows; `waits` is what passes before, until its rows are
 * there.
 */
import type { ConvolutionLayer } from '../compile/convolution.ts';
import { setHeaderBeats, type DenseLayer } from '../compile/dense.ts';
import { engine } from '../program/contracts.ts';
import { wordBytes, type EngineLayer } from '../program/layer.ts';
import { outputsAtOnce, type EngineShape } from '../program/shape.ts';
import type { VectorLayer } from '../program/vector-layer.ts';

export interface LayerClocks {
  readonly waits: number;
  readonly clocks: number;
}

/** Vectors that groups may be behind the broadcast: their FIFO, less what is under way. */
const vectorsAhead = engine.numbers.vectorsMost.value - engine.numbers.vectorsSlack.value;
/**
 * From a read's announcement to the vector in a group's FIFO; from start to the first read; from the last read, of sums
 * or lines, to the end of the layer.
 */
const [readLatency, firstRead, settles] = [11, 6, engine.numbers.settleClocks.value + 1];
/**
 * From the end of a group's list to its first entry again, the words behind the end apart; from start to the first
 * entry, less the classes of the table.
 */
const [restarts, firstEntry] = [3, 10];

/** Groups walk their entries as vectors come; sums are read out while the next round runs. */
function convolutionClocks(
  { entriesOf, rounds, slots, rings, descriptor: { words = 0, table = 0 } }: ConvolutionLayer,
  { lanes, groups }: EngineShape,
): number {
  const vectors = entriesOf[0]!.length;
  const finished = new Float64Array(groups).fill(firstEntry + 2 * table);
  const again = entriesOf.map((_, g) => restarts + words - rings[g]!.length / wordBytes);
  const drainedAt = new Float64Array(groups);
  const steal = new Float64Array(groups).fill(Infinity);
  /** When the last group was done with each vector. */
  const slowest = new Float64Array(vectorsAhead);
  let issue = firstRead;
  let drain = 0;
  let outline = firstRead + lanes;
  for (let round = 0, n = 0; round < rounds; round++) {
    for (let v = 0; v < vectors; v++, n++) {
      issue = Math.max(issue + 1, n >= vectorsAhead ? slowest[n % vectorsAhead]! + 3 : 0);
      let last = 0;
      for (let g = 0; g < groups; g++) {
        let end = Math.max(finished[g]!, issue + readLatency) + entriesOf[g]![v]!;
        if (v === vectors - 1) end = Math.max(end, drainedAt[g]! + 2);
        if (end > steal[g]!) {
          end += slots;
          steal[g] = Infinity;
        }
        finished[g] = v === vectors - 1 ? end + again[g]! : end;
        if (end > last) last = end;
      }
      slowest[n % vectorsAhead] = last;
    }
    drain = Math.max(drain, outline);
    for (let g = 0; g < groups; g++) {
      drain = Math.max(drain, finished[g]! - again[g]! + 2);
      steal[g] = drain;
      drain += slots;
      drainedAt[g] = drain;
    }
    outline = Math.max(outline + lanes + 1, drain);
  }
  return Math.ceil(drain) + settles;
}

/**
 * Clocks of the entries themselves, at `rate` beats a clock: sets stand behind each other, their results leave one a
 * clock.
 */
export function streamClocks(
  { tableBeats, setBeats, setEntries }: DenseLayer,
  shape: EngineShape,
  rate: number,
): number {
  const leaves = outputsAtOnce(shape) + 9;
  const [turns, behindWords] = [2, 8];
  let [came, at, free] = [tableBeats / rate, tableBeats / rate, 0];
  setBeats.forEach((beats, s) => {
    came += (beats + setHeaderBeats) / rate;
    at = Math.max(at + setEntries[s]! + turns, came + behindWords, free);
    free = at + leaves;
  });
  return free;
}

export const isConvolution = (layer: EngineLayer | VectorLayer): layer is ConvolutionLayer =>
  layer.descriptor.operation === 'convolution';
export const isDense = (layer: EngineLayer | VectorLayer): layer is DenseLayer =>
  layer.descriptor.operation === 'dense';

/** From its start on, where nothing that is handed over has to wait. */
export function mapClocks(layer: EngineLayer, shape: EngineShape, rate: number): number {
  const { operation, words = 0, steps = 0, rounds = 0 } = layer.descriptor;
  if (isConvolution(layer)) return convolutionClocks(layer, shape);
  if (operation === 'handover') return (rounds - 1) * (words + 2) + 1 + firstRead + settles;
  // Pieces of 64 bytes, four beats of the write port each.
  if (operation === 'output') return Math.max(rounds, (rounds - 12) * (4 / rate + 2)) + firstRead + settles;
  return steps * rounds + firstRead + settles;
}
