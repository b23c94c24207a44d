// SPDX-License-Identifier: Apache-2.0
/** Sums over windows of several maps as one convolution: the maps' vectors, one behind the other. */
import { fail } from '../../../errors/errors.ts';
import { reachOf, type Convolution, type InputVector } from './convolution.ts';
import type { Layout } from './layout.ts';
import { inInt32, offsetsOf } from './offsets.ts';
import type { Operation, Operations, Term, Value } from './operation.ts';
import type { RoleOf } from '../layer/role.ts';
import type { LineMap } from '../program/shape.ts';

/** A map by itself: every filter is the channel of its number. */
const itself = (channels: number): RoleOf<'windows'> => ({
  role: 'windows',
  kernel: 1,
  stride: 1,
  pad: 0,
  groups: channels,
  weights: new Int8Array(channels).fill(1),
  bias: new Int32Array(channels),
});

/** Vectors of a term, and what every filter multiplies them with. */
function termVectors(
  { windows, left }: Term,
  input: Value,
  from: LineMap,
  filters: number,
): { vectors: InputVector[]; weights: Int32Array; bias: Float64Array } {
  const { kernel, stride, pad, groups, weights, bias } = windows ?? itself(filters);
  const phases = input.spread?.phases ?? [[0, 0]];
  const channels = input.channels / phases.length;
  const depth = channels / groups;
  const share = filters / groups;
  const phaseAt = new Map(phases.map(([y, x], i) => [`${y} ${x}`, i]));
  const taps = Array.from({ length: kernel * kernel }, (_, k) => {
    const [y, x] = [Math.floor(k / kernel) - pad, (k % kernel) - pad];
    const phase = phaseAt.get(`${((y % stride) + stride) % stride} ${((x % stride) + stride) % stride}`)!;
    return { phase, offset: Math.floor(y / stride) * from.pitch + Math.floor(x / stride) };
  });
  // Channels of the convolution's groups in turn: filters of all groups have work at any time.
  const inTurn = Array.from({ length: channels }, (_, i) => (i % groups) * depth + Math.floor(i / groups));
  const vectors = inTurn.flatMap((c) =>
    taps.map(({ phase, offset }, k) => ({
      map: from,
      channel: phase * channels + c,
      offset,
      group: Math.floor(c / depth),
      at: { tap: k * depth + (c % depth) },
    })),
  );
  const ours = new Int32Array(vectors.length * filters);
  for (let f = 0; f < filters; f++)
    for (let c = 0; c < depth; c++)
      for (let k = 0; k < taps.length; k++)
        ours[((c * groups + Math.floor(f / share)) * taps.length + k) * filters + f] =
          weights[(f * taps.length + k) * depth + c]! * 2 ** left;
  return { vectors, weights: ours, bias: Float64Array.from(bias, (term) => term * 2 ** left) };
}

/** Vectors of all terms, one behind the other. NN006 where sums, or terms behind them, need more than 32 bits. */
export function convolutionOf(
  { name, terms, bytes }: Operation & { readonly type: 'windows' },
  { values }: Operations,
  maps: Layout['maps'],
): Convolution {
  const { a, shift, min, max } = bytes;
  const output = maps.get(name)!;
  const filters = output.channels;
  const parts = terms.map((term) => termVectors(term, values.get(term.input)!, maps.get(term.input)!, filters));
  const ofTerm = (term: number) => (vector: InputVector) => ({ ...vector, at: { term, ...vector.at } });
  const vectors = parts.flatMap((part, i) => (parts.length === 1 ? part.vectors : part.vectors.map(ofTerm(i))));
  const weights = new Int32Array(vectors.length * filters);
  let at = 0;
  for (const part of parts) {
    weights.set(part.weights, at);
    at += part.weights.length;
  }
  const bias = Float64Array.from({ length: filters }, (_, f) => parts.reduce((sum, part) => sum + part.bias[f]!, 0));
  const convolution = {
    name,
    filters,
    weights,
    vectors,
    a,
    b: offsetsOf(`${name}, channel`, bytes, bias),
    shift,
    min,
    max,
    signed: values.get(terms[0]!.input)!.signed,
    output,
    firstChannel: 0,
  };
  const reach = reachOf(convolution) + bias.reduce((most, term) => Math.max(most, Math.abs(term)), 0);
  if (!inInt32(reach))
    fail({
      code: 'NN006',
      where: name,
      got: `sums that can reach ${reach}`,
      legal: '32-bit integers',
      fix: 'terms of units that are closer together, or more pruned weights',
    });
  return convolution;
}
