// SPDX-License-Identifier: Apache-2.0
/**
 * A run in which frames go wrong, for verify of the sparse architecture: errors on the buses, corrupt streams, cut
 * ones, and a reset in mid-frame (docs/streams.md). Most of its frames are of a small network of its own, on the
 * engine:
 * they take hundreds of clocks, however large the network is that is verified. Frames of that one fail at their first
 * beats, but for the last frame, which ends well.
 */
import {
  decide,
  input,
  intConv2d,
  intDense,
  maxPool,
  network,
  quantise,
  requantise,
  signedPixels,
  synthetic,
} from '../generator/index.ts';
import { compile, type CompiledNetwork } from '../generator/architectures/sparse/compile/compile.ts';
import { modelledClocks } from '../generator/architectures/sparse/design.ts';
import { portBytes } from '../generator/architectures/sparse/program/shape.ts';
import { pageBytes } from '../generator/architectures/sparse/stream.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { networkFrames } from './sparse-network.ts';
import { failures } from './sparse-failures.ts';
import { sparseFaults, type SparseResult } from './sparse-report.ts';
import type { Beats, DrivenFrame, RunOptions } from './sparse.ts';

/** One layer of every kind, as short as it can be. */
function probe(shape: CompiledNetwork['shape']): { readonly compiled: CompiledNetwork; readonly frame: DrivenFrame } {
  const weights = synthetic(1, { density: 0.5 });
  const [height, width, channels] = [6, 5, 3];
  const graph = typecheck(
    network('probe', () => {
      const pixels = quantise('quant', input('pixels', { height, width, channels }), signedPixels());
      const conv = requantise('relu', intConv2d('conv', pixels, { filters: 7, kernel: 3, pad: 1, weights }), {
        min: 0,
        max: 127,
        shift: 8,
        weights,
      });
      const pooled = maxPool('pool', conv, { size: 3, stride: 2 });
      const first = requantise('fc1_8', intDense('fc1', pooled, { units: 20, weights }), {
        min: -128,
        max: 127,
        shift: 8,
        weights,
      });
      return decide('class', intDense('fc2', first, { units: 10, weights }), { classes: 10 });
    }),
  );
  const compiled = compile(graph, shape);
  const random = randomFrom('pixels of the probe');
  const pixels = Uint8Array.from({ length: height * width * channels }, () => random() * 256);
  return { compiled, frame: networkFrames(graph, compiled, [pixels])[0]! };
}

/** The first beats of a stream as they lie in memory, or others in their place. */
function head({ bytes, count }: Beats, ports: number, beats: number, edit = (_first: Uint8Array) => {}): Beats {
  const kept = Math.min(count, beats);
  const part = Math.ceil((kept * portBytes) / pageBytes) * pageBytes;
  const cut = new Uint8Array(part * ports);
  for (let port = 0; port < ports; port++)
    cut.set(
      bytes.subarray((port * bytes.length) / ports, (port * bytes.length) / ports + kept * portBytes),
      port * part,
    );
  edit(cut);
  return { bytes: cut, count: kept };
}

/** Frames of a network that fail at their first beats. A flipped bit makes a descriptor none. */
function early(
  { mapPorts, vectorPorts }: CompiledNetwork['shape'],
  good: DrivenFrame,
): (readonly [what: string, frame: DrivenFrame])[] {
  const flipped = (bytes: Uint8Array) => void (bytes[4]! ^= 1);
  return [
    ['the first read of the frame', { ...good, code: 1, readError: { of: 'frame', port: mapPorts - 1, beat: 1 } }],
    ['maps.bin with a flipped bit', { ...good, code: 3, maps: head(good.maps, mapPorts, 2, flipped) }],
    ['maps.bin cut off', { ...good, code: 4, maps: head(good.maps, mapPorts, good.maps.count > 2 ? 2 : 1) }],
    ['vectors.bin with a flipped bit', { ...good, code: 3, vectors: head(good.vectors, vectorPorts, 2, flipped) }],
  ];
}

/** As many as the engine takes. */
const framesAtOnce = 4;

export interface Damage {
  readonly frames: readonly DrivenFrame[];
  /** What is wrong with each; undefined with good ones. */
  readonly what: readonly (string | undefined)[];
  readonly reset: NonNullable<RunOptions['reset']>;
  /** Clocks that the longest frame takes, and more than all of them. */
  readonly latency: number;
  readonly clocks: number;
}

/** Of the failures of a program, those that verify drives: each code, each port, each check of what streams say. */
const driven = [
  'a read that fails at once',
  'a read of maps that fails',
  'the last read of maps',
  'a read of vectors that fails',
  'a write that fails',
  'the last write',
  'maps: no descriptor',
  'maps: a stream that stops in its rows',
  'maps: beats behind the end',
  'lists without an end',
  'a class that only the table of the layer before has',
  'a slot that is not there',
  'vectors: no descriptor',
  'vectors: a stream that stops in its entries',
  'vectors: beats behind the end',
  'rows without an end',
  'a class of rows that only the table of the layer before has',
  'an index beyond the vector',
  'a set of no beats',
  'a vector of another length',
  'a vector that no layer takes',
];

/**
 * The frames of the run: four that are under way when the reset comes, then a good one in front of each that fails, one
 * behind the last, and `good`.
 * @param good a frame of the network, which ends well
 */
export function damage(compiled: CompiledNetwork, good: DrivenFrame, pause: number): Damage {
  const { shape } = compiled;
  const small = probe(shape);
  const { maps, vectors } = small.compiled;
  const all = new Map(
    failures({
      shape,
      maps: maps.map(({ layer }) => layer),
      vectors: vectors.map(({ layer }) => layer),
      good: small.frame,
    }),
  );
  const failing = [
    ...driven.map((what) => [what, all.get(what)!] as const),
    ...early(shape, good).map(([what, frame]) => [`${what}, of the network`, frame] as const),
  ];
  const well = (frame: DrivenFrame) => [undefined, frame] as const;
  const frames = [
    ...Array.from({ length: framesAtOnce }, () => well(small.frame)),
    ...failing.flatMap((failure) => [well(small.frame), failure]),
    well(small.frame),
    well(good),
  ];
  const latencyOf = (compiled: CompiledNetwork) => modelledClocks(compiled, 1 - pause / 100).latency;
  const [short, long] = [latencyOf(small.compiled), latencyOf(compiled)];
  return {
    frames: frames.map(([, frame]) => frame),
    what: frames.map(([what]) => what),
    // The first frame's vectors run, the next one's maps.
    reset: { inFrame: framesAtOnce - 1, after: Math.round(short / 2) },
    latency: Math.max(short, long),
    // Each is started twice at most. Of the network, four fail early.
    clocks: 2 * frames.length * short + 3 * long,
  };
}

/** What is wrong with the run, said of the frame that it was. */
export function damageFaults(result: SparseResult, { frames, what, reset }: Damage): string[] {
  const kindOf = (i: number) => what[i] ?? (i === frames.length - 1 ? 'good, of the network' : 'good');
  const named = (fault: string) => fault.replace(/^frame (\d+)/, (all, i: string) => `${all} (${kindOf(Number(i))})`);
  const found = sparseFaults(result, frames).map(named);
  // A reset that cuts no frames short shows nothing.
  const cut = result.resets.map(({ from, to }) => to - from);
  if (cut.length !== 1 || cut[0]! < 2)
    found.push(`a reset was to cut frames short in frame ${reset.inFrame}, ${cut.join(', ') || 'none'} were`);
  return found;
}
