// SPDX-License-Identifier: Apache-2.0
/**
 * The integer network beside the float one that it was folded from. The float network runs once on its own, for its
 * classes, and once with
 * every sign as the golden model has it: then each real value must lie within its roundings of the golden integer, and
 * a sign may differ only
 * where the value lies within them of its threshold. So a class that differs has its cause in named bits, or in scores
 * that rounding may swap.
 */
import type { Tensor4D } from '@tensorflow/tfjs';
import type { FixedPoint } from '../index.ts';
import { interpreter } from '../golden/interpret.ts';
import { elementAt, expectInts, type Tensor } from '../tensor/tensor.ts';
import { nodeByName, type TypedGraph } from '../ir/graph.ts';
import type { Int } from '../ir/types.ts';
import type { Tensorflow } from '../train/tensorflow.ts';
import { scoreUnits, withFoldedConstants } from './fold.ts';
import { disposeStatistics, firstMaximum, pixelsOf, scoresOf, type Labelled } from './judge.ts';
import type { Probe } from './forward.ts';
import { modelOf } from './model.ts';
import type { ResidualNet } from './residual-net.ts';

export interface Difference {
  readonly image: number;
  readonly float: number;
  readonly golden: number;
  /** Bits that rounding turned, and the layer of the first. */
  readonly turned: number;
  readonly first: string | null;
}

export interface Comparison {
  readonly images: number;
  /** Class of the golden model by image. */
  readonly classes: readonly number[];
  readonly differing: readonly Difference[];
  /** Bits of all images that rounding turned. */
  readonly turned: number;
  /** Values and bits that no rounding explains. */
  readonly unexplained: number;
}

/** What 32-bit floats lose of a value of some units. */
const floatError = 1e-4;

/**
 * Units of 2^−fraction by which an affine map may miss: its own rounding, half a unit of factor and term, and 1 where
 * it saturates, for the greatest integer is one short of the reach.
 */
function affineBound(graph: TypedGraph, name: string): number {
  const { inputTypes, parameters } = nodeByName(graph, name);
  const { min, max } = inputTypes[0]!.element as Int;
  return 1.5 + (0.5 * Math.max(Math.abs(min), Math.abs(max)) + 0.5) / 2 ** parameters['shift']!.data[0]!;
}

/** Real bound of every term of the stream, of the stream before each block, and of 1 times the stream at the end. */
function boundsOf(
  graph: TypedGraph,
  net: ResidualNet,
  { fraction }: FixedPoint,
): { of: Record<string, number>; end: number } {
  const of: Record<string, number> = {};
  const affine = (name: string) => (of[name] = affineBound(graph, name) * 2 ** -fraction + floatError);
  let stream = affine('bn0');
  for (const { name, projection } of net.blocks) {
    of[`${name}_s`] = stream;
    of[`${name}_t1`] = floatError;
    stream = (projection ? affine(`${name}_bnp`) : stream) + affine(`${name}_bn2`);
    of[`${name}_add`] = stream += 2 ** -fraction;
  }
  return { of, end: stream };
}

/** ±1 [images, height, width, channels]. */
function signsOf(tf: Tensorflow, tensors: readonly Tensor[]): Tensor4D {
  const { height, width, channels } = tensors[0]!;
  const values = new Float32Array(tensors.length * height * width * channels);
  let at = 0;
  for (const tensor of tensors)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) values[at++] = 2 * elementAt(tensor, y, x, c) - 1;
  return tf.tensor4d(values, [tensors.length, height, width, channels]);
}

/** Images that are compared at once. */
const batch = 50;

type Trace = ReadonlyMap<string, Tensor>;

/** What the golden model's values and the float ones show, image by image. */
class Tally {
  /** Bits that rounding turned, and the layer of the first. */
  readonly turned: { bits: number; first: string | null }[];
  /** Class of the golden model by image. */
  readonly classes: number[] = [];
  unexplained = 0;
  private readonly bounds: ReturnType<typeof boundsOf>;
  private readonly reach: readonly number[];
  private readonly unit: number;
  private readonly scoreUnit: number;

  constructor(graph: TypedGraph, net: ResidualNet, format: FixedPoint, images: number) {
    this.turned = Array.from({ length: images }, () => ({ bits: 0, first: null }));
    this.bounds = boundsOf(graph, net, format);
    this.reach = reachOf(net);
    this.unit = 2 ** format.fraction;
    this.scoreUnit = scoreUnits(net, format).scores;
  }

  /** Values of the float network in one layer, beside the golden ones. */
  sees(name: string, values: ArrayLike<number>, images: readonly number[], traces: readonly Trace[]): void {
    const size = values.length / images.length;
    const bound = this.bounds.of[name]!;
    traces.forEach((tensors, i) => {
      const golden = tensors.get(name)!;
      const { width, channels } = golden;
      const turned = this.turned[images[i]!]!;
      for (let e = 0; e < size; e++) {
        const value = values[i * size + e]!;
        if (golden.form === 'ints') {
          if (Math.abs(value - golden.data[e]! / this.unit) > bound) this.unexplained++;
        } else if (
          (value >= 0 ? 1 : 0) !==
          elementAt(golden, Math.floor(e / channels / width), Math.floor(e / channels) % width, e % channels)
        ) {
          if (Math.abs(value) > bound) this.unexplained++;
          turned.bits++;
          turned.first ??= name;
        }
      }
    });
  }

  /** Scores of the next image. */
  scores(golden: ArrayLike<number>, real: readonly number[]): void {
    for (let k = 0; k < golden.length; k++)
      if (Math.abs(golden[k]! / this.scoreUnit - real[k]!) > this.bounds.end * this.reach[k]! + floatError)
        this.unexplained++;
    this.classes.push(firstMaximum(golden));
  }
}

/** Compares both on all images of the set. */
export function compare(
  tf: Tensorflow,
  net: ResidualNet,
  graph: TypedGraph,
  format: FixedPoint,
  set: Labelled,
): Comparison {
  const folded = modelOf(tf, withFoldedConstants(net, format), 'binary');
  const given = folded.given();
  const float = scoresOf(tf, folded, given, set, net.input).map(firstMaximum);
  const { trace } = interpreter(graph);
  const bytes = set.pixels.length / set.count;
  const tally = new Tally(graph, net, format, set.count);
  for (let from = 0; from < set.count; from += batch) {
    const images = Array.from({ length: Math.min(batch, set.count - from) }, (_, i) => from + i);
    const traces = images.map((i) => trace(set.pixels.subarray(i * bytes, (i + 1) * bytes)));
    const goldenOf = (name: string) => traces.map((tensors) => tensors.get(name)!);
    const probe: Probe = {
      sees: (name, values) => tally.sees(name, values.dataSync(), images, traces),
      signs: (name) => signsOf(tf, goldenOf(name)),
    };
    const logits = tf.tidy(() => {
      const pixels = pixelsOf(tf, set, net.input, Uint32Array.from(images));
      return folded.forward(pixels, given, probe).logits;
    });
    const real = logits.arraySync();
    logits.dispose();
    goldenOf('fc').forEach((scores, i) => tally.scores(expectInts(scores).data, real[i]!));
  }
  disposeStatistics(tf, given);
  folded.dispose();
  const { classes, turned, unexplained } = tally;
  const differing = float.flatMap((c, image) => {
    const [golden, { bits, first }] = [classes[image]!, turned[image]!];
    return c === golden ? [] : [{ image, float: c, golden, turned: bits, first }];
  });
  return {
    images: set.count,
    classes,
    differing,
    turned: turned.reduce((sum, { bits }) => sum + bits, 0),
    unexplained,
  };
}

/** Σ |w| of every class: what an error of every feature does to its score, at most. */
function reachOf({ classifier: { weights, bias } }: ResidualNet): number[] {
  return Array.from(bias, (_, k) => weights.reduce((sum, w, i) => sum + (i % bias.length === k ? Math.abs(w) : 0), 0));
}

/** Share of images that both give one class. */
export function agreement({ images, differing }: Pick<Comparison, 'images' | 'differing'>): number {
  return 1 - differing.length / images;
}
