// SPDX-License-Identifier: Apache-2.0
/** The edges of a design that the bench watches, and what the golden model expects on each. */
import { elementAt, type Tensor } from '../generator/tensor/tensor.ts';
import { toBeats } from '../generator/tensor/pack.ts';
import { beatBits, beatsPerFrame, hexWord, type HardwareStream } from '../generator/hardware/hardware.ts';
import type { PlacedEngine, Tap } from '../generator/stream-top/placement.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';

export interface Edge {
  /** Number in the bench, over all designs in it. */
  readonly index: number;
  /** The engine whose result is seen here. */
  readonly engine: string;
  /** The node whose tensor is expected. */
  readonly node: string;
  /** Inside an engine that layers share: words of its own order. */
  readonly tap?: Tap;
  /** Bits of tdata in the bench: on the last edge tlast is one more. */
  readonly bits: number;
  readonly stream: HardwareStream;
  /** Signal names in the bench's scope. */
  readonly tdata: string;
  readonly tvalid: string;
  readonly tready: string;
}

/**
 * One edge behind every engine, one on either side of every queue, and the network's own output behind the egress as
 * the last.
 * @param dut number of the design in its bench @param first number of its first edge
 */
export function edgesOf(design: StreamDesign, dut = 0, first = 0): Edge[] {
  const { engines } = design.placement;
  const inside = engines.flatMap((engine) => {
    const { name, output, result, queues } = engine;
    const of = (label: string, node: string, stream: HardwareStream): Unnumbered => {
      const signal = `dut_${dut}.${stream.name}`;
      return {
        engine: label,
        node,
        bits: beatBits(stream),
        stream,
        tdata: `${signal}_tdata`,
        tvalid: `${signal}_tvalid`,
        tready: `${signal}_tready`,
      };
    };
    const waiting = queues.flatMap(({ from, reader, input, output: late }) => [
      of(`${from} to ${reader}`, from, input),
      of(`${from} to ${reader}, queued`, from, late),
    ]);
    // The result of the network's last engine stays the last but one.
    return [...waiting, ...tapEdges(engine, dut), of(name, result.name, output)];
  });
  const edges = inside.map((edge, i): Edge => ({ index: first + i, ...edge }));
  const result = edges.at(-1)!;
  const out = `out_${dut}`;
  return [
    ...edges,
    {
      ...result,
      index: first + edges.length,
      engine: 'm_axis',
      bits: result.bits + 1,
      // tlast is the top bit of the last edge's data, so that its place is checked like any other bit.
      tdata: `{${out}_tlast, ${out}_tdata}`,
      tvalid: `${out}_tvalid`,
      tready: `${out}_tready`,
    },
  ];
}

type Unnumbered = Omit<Edge, 'index'>;

/** What each layer of a shared engine gives, where it passes. It never waits. */
function tapEdges({ turns = [], cells, output }: PlacedEngine, dut: number): Unnumbered[] {
  const inCell = (expression: string) => expression.replaceAll('{}', `dut_${dut}.${cells.at(-1)!.instance}`);
  return turns.flatMap((turn) =>
    turn.taps.map(
      (tap): Unnumbered => ({
        engine: turn.name,
        node: tap.node.name,
        tap,
        bits: tap.bits,
        stream: output,
        tdata: inCell(tap.data),
        tvalid: inCell(tap.valid),
        tready: "1'b1",
      }),
    ),
  );
}

/** Beats of one frame on the edge. */
export function beatsOf({ tap, stream }: Edge): number {
  return tap ? tap.beats : beatsPerFrame(stream);
}

/** Queues that are full, by the beats that went in and out. */
export function fullQueues(design: StreamDesign, edges: readonly Edge[], taken: readonly number[]): string[] {
  const beats = (stream: HardwareStream) => taken[edges.findIndex((edge) => edge.stream === stream)]!;
  return design.placement.engines
    .flatMap(({ queues }) => queues)
    .filter(({ input, output, depth }) => beats(input) - beats(output) >= depth)
    .map(({ from, reader, depth }) => `the queue of ${depth} beats from ${from} to ${reader} is full`);
}

/** One frame of the edge, hex beats. */
export function expectedBeats(edge: Edge, tensors: ReadonlyMap<string, Tensor>): string[] {
  const tensor = tensors.get(edge.node)!;
  if (edge.tap) return edge.tap.words((y, x, channel) => elementAt(tensor, y, x, channel));
  const beats = toBeats(tensor, edge.stream);
  if (edge.bits === beatBits(edge.stream)) return beats;
  return beats.map((beat, i) => (i === beatsPerFrame(edge.stream) - 1 ? '1' : '0') + beat);
}

/** The stream that the design takes. */
export function inputOf(design: StreamDesign): HardwareStream {
  return design.placement.engines[0]!.output;
}

/**
 * A frame of pixels as stimulus lines `hex last`; `last` says where tlast stands (a fault is one that stands
 * elsewhere).
 */
export function stimulusLines(
  design: StreamDesign,
  pixels: Uint8Array,
  beats: number,
  last: (beat: number) => boolean,
): string[] {
  const bytes = beatBits(inputOf(design)) / 8;
  return Array.from({ length: beats }, (_, beat) => {
    const byte = (i: number) => pixels[beat * bytes + i] ?? 0;
    const word = hexWord(bytes * 8, (bit) => (byte(bit >> 3) >> (bit & 7)) & 1);
    return `${word} ${last(beat) ? 1 : 0}`;
  });
}
