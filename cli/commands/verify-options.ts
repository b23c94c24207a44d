// SPDX-License-Identifier: Apache-2.0
/** Options of verify, and the frames that they choose. */
import { fail } from '../../generator/errors/errors.ts';
import { mostStall } from '../../sim/harness/index.ts';
import type { TypedGraph } from '../../generator/ir/graph.ts';
import type { NetworkModule } from '../../generator/network-file/load-network.ts';
import { framesFor, type Frames } from '../../generator/frames/frames.ts';
import type { DesignOptions } from './prepare.ts';

/** Stimulus and expected beats of all frames are held in memory. */
const mostFrames = 100_000;

export interface VerifyCommandOptions extends DesignOptions {
  readonly frames?: number | undefined;
  readonly stall?: string | undefined;
  readonly shard: string;
  readonly images?: string | undefined;
  readonly lutLevel?: boolean | undefined;
  readonly wave?: string | undefined;
}

export function stalls(text: string): number[] {
  const values = text.split(',');
  if (values.every((v) => /^\d{1,2}$/.test(v) && Number(v) <= mostStall)) return values.map(Number);
  return fail({
    code: 'NN001',
    where: '--stall',
    got: JSON.stringify(text),
    legal: `percentages 0..${mostStall}, comma-separated`,
    fix: '--stall 0,30,80',
  });
}

/** `i/n`: every n-th frame from the i-th (1-based). */
function shard(text: string): { index: number; of: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match && index >= 1 && index <= of) return { index, of };
  return fail({
    code: 'NN001',
    where: '--shard',
    got: JSON.stringify(text),
    legal: 'i/n with 1 ≤ i ≤ n',
    fix: '--shard 1/4',
  });
}

/** Frames of this shard. @param byDefault how many where nobody says */
export async function chosenFrames(
  typed: TypedGraph,
  module: NetworkModule,
  options: VerifyCommandOptions,
  byDefault: number,
  warn: (text: string) => void,
): Promise<Frames> {
  const part = shard(options.shard);
  const count = options.frames ?? byDefault;
  if (!Number.isInteger(count) || count < 1 || count > mostFrames)
    fail({ code: 'NN001', where: '--frames', got: String(count), legal: `1..${mostFrames}` });
  const images = await framesFor(typed, module, options.images, count);
  const { length: found } = images.frames;
  if (options.frames !== undefined && found < count)
    warn(`--frames ${count}: ${images.describe} has ${found}, and ${found} are run`);
  const frames = images.frames.filter((_, i) => i % part.of === part.index - 1);
  if (frames.length === 0)
    fail({
      code: 'NN001',
      where: '--shard',
      got: `${options.shard} of ${images.frames.length} frames is empty`,
      fix: 'fewer shards or more frames',
    });
  return { ...images, frames };
}
