// SPDX-License-Identifier: Apache-2.0
/**
 * Both machines of the sparse engine, frame by frame, each frame started as soon as there is room for it: clocks of
 * every layer, ends of frames.
 */
import { isDense, mapClocks, streamClocks, type LayerClocks } from './cycles.ts';
import { engine } from '../program/contracts.ts';
import { beatsOfRow, rowsOf, type EngineLayer } from '../program/layer.ts';
import { vectorBeatBytes, type EngineShape } from '../program/shape.ts';
import type { VectorLayer } from '../program/vector-layer.ts';

export interface MachineClocks {
  /** Of every layer of every frame. */
  readonly maps: readonly (readonly LayerClocks[])[];
  readonly vectors: readonly (readonly LayerClocks[])[];
  /** When each frame ended, from the start of the first one on. */
  readonly ends: readonly number[];
}

/** From a burst's address to its first beat; what the ports hold; from the last word of a result to its answer. */
const [latency, buffered, answers] = [115, 256, 140];
/** From the port's last address of a frame to the first beat of the frame that a driver starts then. */
const restarts = 200;
/** From a layer's last result to the next descriptor, and from there to its first beat. */
const [settles, begins] = [30, 3];

/** Beats that come at a steady rate, and wait in the ports' FIFOs while nobody takes them. */
class Beats {
  private stock = 0;
  private at = latency;
  private taken = 0;
  private readonly past: { readonly at: number; readonly taken: number }[] = [{ at: 0, taken: 0 }];
  constructor(private readonly rate: number) {}
  /** @returns when `beats` have been taken, at most one a clock, from `from` on */
  take(beats: number, from: number): number {
    if (from > this.at) this.stock = Math.min(buffered, this.stock + (from - this.at) * this.rate);
    const start = Math.max(from, this.at);
    const quick = this.rate < 1 ? Math.min(beats, this.stock / (1 - this.rate)) : beats;
    this.stock -= quick * (1 - this.rate);
    this.past.push({ at: start, taken: this.taken });
    this.at = start + quick + (beats - quick) / this.rate;
    this.taken += beats;
    this.past.push({ at: this.at, taken: this.taken });
    return this.at;
  }
  /** When there was room in the FIFOs for the first `beats`. */
  asked(beats: number): number {
    const wanted = beats - buffered;
    const i = this.past.findIndex(({ taken }) => taken >= wanted);
    const [before, behind] = [this.past[i - 1], this.past[i]!];
    return before && behind.taken > before.taken
      ? before.at + ((behind.at - before.at) * (wanted - before.taken)) / (behind.taken - before.taken)
      : behind.at;
  }
}

/**
 * @param released when each vector's bank was given back ·
 * @param started when each frame's first beat could come ·
 * @returns layers of every frame, when each vector was handed over, when each frame's maps ended
 */
function mapsOf(
  layers: readonly EngineLayer[],
  shape: EngineShape,
  rate: number,
  inputBeats: number,
  frames: number,
  { released, started }: Pick<ReturnType<typeof vectorsOf>, 'released' | 'started'>,
) {
  const beats = new Beats(rate);
  const perRow = beatsOfRow(shape);
  const rows = layers.map(rowsOf);
  const done: number[] = [];
  const [all, handed, ends]: [LayerClocks[][], number[], number[]] = [[], [], []];
  let [loader, held, given, vacant, before] = [0, 0, 0, 0, 0];
  for (let frame = 0; frame < frames; frame++) {
    const clocks: LayerClocks[] = [];
    loader = beats.take(inputBeats, Math.max(loader, vacant, started[frame] ?? 0));
    layers.forEach((layer, i) => {
      loader = beats.take(1, loader);
      for (let left = rows[i]!; left > 0; ) {
        while (given < done.length && done[given]! <= loader) held -= rows[given++ % layers.length]!;
        const fit = Math.min(left, shape.ringWords - held);
        loader = fit === 0 ? done[given]! : beats.take(fit * perRow, loader);
        held += fit;
        left -= fit;
      }
      const start = Math.max(before, loader) + 2;
      let end = start + mapClocks(layer, shape, rate);
      if (layer.descriptor.operation === 'handover') {
        const free = released[handed.length - 2] ?? 0;
        end += Math.max(0, free - start);
        handed.push(end);
      }
      clocks.push({ waits: Math.round(start - before), clocks: Math.ceil(end - start) });
      done.push(end);
      before = end;
      if (layer.descriptor.vacates) vacant = end;
    });
    loader = beats.take(1, loader);
    before = Math.max(before, loader) + 2;
    ends.push(before);
    all.push(clocks);
  }
  return { all, handed, ends };
}

function vectorsOf(
  layers: readonly VectorLayer[],
  shape: EngineShape,
  rate: number,
  frames: number,
  handed: readonly number[],
  mapEnds: readonly number[],
) {
  const beats = new Beats(rate);
  const [all, released, ends, started]: [LayerClocks[][], number[], number[], number[]] = [[], [], [], [0, 0]];
  const beatsOfFrame = 1 + layers.reduce((sum, { entries }) => sum + 1 + entries.length / vectorBeatBytes(shape), 0);
  let now = 0;
  for (let frame = 0; frame < frames; frame++) {
    const clocks: LayerClocks[] = [];
    for (const layer of layers) {
      const before = now;
      now = beats.take(1, now);
      if (isDense(layer)) {
        const own = layer.descriptor.from !== undefined;
        const start = Math.max(now, own ? 0 : (handed[released.length] ?? 0)) + begins;
        const taken = beats.take(layer.entries.length / vectorBeatBytes(shape), start);
        now = Math.max(taken, start + streamClocks(layer, shape, 1)) + settles;
        if (!own) released.push(now);
        clocks.push({ waits: Math.round(start - before), clocks: Math.ceil(now - start) });
      } else {
        const start = now;
        now = Math.max(now, mapEnds[frame]!);
        clocks.push({ waits: Math.round(start - before), clocks: Math.ceil(now - start) });
      }
    }
    now = Math.max(beats.take(1, now), mapEnds[frame]!) + answers;
    ends.push(now);
    all.push(clocks);
    // The frame behind the next one can be started when the ports have taken the next one's job, and no more than four
    // are under way.
    started[frame + 2] = Math.max(started[frame + 2] ?? 0, beats.asked((frame + 1) * beatsOfFrame) + restarts);
    started[frame + engine.numbers.framesMost.value] = now + restarts;
  }
  return { all, released, ends, started };
}

/** @param rate beats that each machine's ports bring a clock, at most 1 · @param inputBeats of the frame */
export function machineClocks(
  maps: readonly EngineLayer[],
  vectors: readonly VectorLayer[],
  shape: EngineShape,
  rate: number,
  inputBeats: number,
  frames: number,
): MachineClocks {
  // Maps wait for banks, vectors for what is handed over: each depends on earlier frames of the other only.
  let known: Pick<ReturnType<typeof vectorsOf>, 'released' | 'started'> = { released: [], started: [] };
  for (;;) {
    const first = mapsOf(maps, shape, rate, inputBeats, frames, known);
    const second = vectorsOf(vectors, shape, rate, frames, first.handed, first.ends);
    const same = (['released', 'started'] as const).every((what) =>
      second[what].every((at, i) => at === known[what][i]),
    );
    if (same) return { maps: first.all, vectors: second.all, ends: second.ends };
    known = second;
  }
}
