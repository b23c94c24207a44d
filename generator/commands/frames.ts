/** Frames for verify: the user's images, the network's own samples, or random pixels that say so. */
import { BitloomError, fail } from '../errors.ts';
import { readImages, type ImageSet } from '../images/index.ts';
import type { NetworkModule } from '../load-network.ts';
import { randomFrom } from '../passes/random.ts';
import type { Prepared } from './prepare.ts';

export interface Frames {
  readonly frames: readonly Uint8Array[];
  /** Where they come from, for people. */
  readonly describe: string;
}

/** What the network file brings, as foreign to this program as any other input. */
async function samplesOf({ samples }: NetworkModule, name: string, size: number): Promise<ImageSet> {
  const fault = (got: string) => fail({ code: 'NN004', where: `${name} › samples`, got, legal: `{ count, pixels }, ${size} bytes a frame` });
  try {
    const set = await samples!();
    return set?.pixels instanceof Uint8Array && set.count * size === set.pixels.length ? set : fault('no image set of this size');
  } catch (error) {
    if (error instanceof BitloomError) throw error;
    return fault(String(error));
  }
}

export async function framesFor({ design, module }: Prepared, path: string | undefined, count: number): Promise<Frames> {
  const { height, width, channels } = design.typed.nodes[0]!.type;
  const size = height * width * channels;
  if (path === undefined && !module.samples) {
    const random = randomFrom(`pixels of ${design.name}`);
    const frames = Array.from({ length: count }, () => Uint8Array.from({ length: size }, () => Math.floor(random() * 256)));
    return { frames, describe: 'random pixels' };
  }
  const set = path !== undefined ? readImages(path, { height, width, channels }, { limit: count }) : await samplesOf(module, design.name, size);
  const available = Math.min(count, set.count);
  const frames = Array.from({ length: available }, (_, i) => set.pixels.subarray(i * size, (i + 1) * size));
  return { frames, describe: path ?? `${design.name}'s samples` };
}
