/** Frames for verify: the user's images, the network's own samples, or random pixels that say so. */
import { readImages } from '../images/index.ts';
import { randomFrom } from '../passes/random.ts';
import type { Prepared } from './prepare.ts';

export interface Frames {
  readonly frames: readonly Uint8Array[];
  /** Where they come from, for people. */
  readonly describe: string;
}

export async function framesFor({ design, module }: Prepared, path: string | undefined, count: number): Promise<Frames> {
  const { height, width, channels } = design.typed.nodes[0]!.type;
  const size = height * width * channels;
  if (path === undefined && !module.samples) {
    const random = randomFrom(`pixels of ${design.name}`);
    const frames = Array.from({ length: count }, () => Uint8Array.from({ length: size }, () => Math.floor(random() * 256)));
    return { frames, describe: 'random pixels' };
  }
  const set = path !== undefined ? readImages(path, { height, width, channels }, { limit: count }) : await module.samples!();
  const available = Math.min(count, set.count);
  const frames = Array.from({ length: available }, (_, i) => set.pixels.subarray(i * size, (i + 1) * size));
  return { frames, describe: path ?? `${design.name}'s samples` };
}
