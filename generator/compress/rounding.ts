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
  const bounds = boundsOf(graph, net, format);
  const unit = 2 ** format.fraction;
  const { scores: scoreUnit } = scoreUnits(net, format);
  const bytes = set.pixels.length / set.count;
  const turned = float.map(() => ({ bits: 0, first: null as string | null }));
  const classes: number[] = [];
  let unexplained = 0;

  const judge = (images: readonly number[]) => {
    const traces = images.map((i) => trace(set.pixels.subarray(i * bytes, (i + 1) * bytes)));
    const bound = (name: string) => bounds.of[name]!;
    /** Compares values of the float network, image by image, with the golden ones. */
    const sees = (name: string, values: Tensor4D) => {
      const all = values.dataSync();
      const size = all.length / images.length;
      traces.forEach((tensors, i) => {
        const golden = tensors.get(name)!;
        const { width, channels } = golden;
        for (let e = 0; e < size; e++) {
          const value = all[i * size + e]!;
          if (golden.form === 'ints') {
            if (Math.abs(value - golden.data[e]! / unit) > bound(name)) unexplained++;
          } else if (
            (value >= 0 ? 1 : 0) !==
            elementAt(golden, Math.floor(e / channels / width), Math.floor(e / channels) % width, e % channels)
          ) {
            if (Math.abs(value) > bound(name)) unexplained++;
            turned[images[i]!]!.bits++;
            turned[images[i]!]!.first ??= name;
          }
        }
      });
    };
    const logits = tf.tidy(() => {
      const pixels = pixelsOf(tf, set, net.input, Uint32Array.from(images));
      return folded.forward(pixels, given, {
        sees,
        signs: (name) =>
          signsOf(
            tf,
            traces.map((tensors) => tensors.get(name)!),
          ),
      }).logits;
    });
    const real = logits.arraySync();
    logits.dispose();
    const reach = reachOf(net);
    traces.forEach((tensors, i) => {
      const scores = expectInts(tensors.get('fc')!).data;
      scores.forEach((score, k) => {
        if (Math.abs(score / scoreUnit - real[i]![k]!) > bounds.end * reach[k]! + floatError) unexplained++;
      });
      classes.push(firstMaximum(scores));
    });
  };
  const at = 50;
  for (let from = 0; from < set.count; from += at)
    judge(Array.from({ length: Math.min(at, set.count - from) }, (_, i) => from + i));
  disposeStatistics(tf, given);
  folded.dispose();
  const differing = float.flatMap((c, image) =>
    c === classes[image]
      ? []
      : [{ image, float: c, golden: classes[image]!, turned: turned[image]!.bits, first: turned[image]!.first }],
  );
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
