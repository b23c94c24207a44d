// SPDX-License-Identifier: Apache-2.0
/** Frames of a network: the user's images, the network's own samples, or random pixels that say so. */
import { BitloomError, fail } from '../errors/errors.ts';
import { readImages, type ImageSet, type ImageShape } from '../images/index.ts';
import { classCount, type TypedGraph } from '../ir/graph.ts';
import { elementCount, type TensorType } from '../ir/types.ts';
import type { NetworkModule } from '../network-file/load-network.ts';
import { randomFrom } from '../passes/random.ts';

export interface Frames {
  readonly frames: readonly Uint8Array[];
  /** Where they come from, for people. */
  readonly describe: string;
}

/** What the network file brings, as foreign to this program as any other input. */
async function samplesOf({ samples }: NetworkModule, name: string, size: number): Promise<ImageSet> {
  const fault = (got: string) =>
    fail({ code: 'NN004', where: `${name} › samples`, got, legal: `{ count, pixels }, ${size} bytes a frame` });
  try {
    const set = await samples!();
    const isSet = set?.pixels instanceof Uint8Array && set.count * size === set.pixels.length;
    if (!isSet) return fault('no image set of this size');
    return set.count > 0 ? set : fault('0 images');
  } catch (error) {
    if (error instanceof BitloomError) throw error;
    return fault(String(error));
  }
}

export function randomFrames(seed: string, count: number, size: number): Uint8Array[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => Uint8Array.from({ length: size }, () => Math.floor(random() * 256)));
}

/** The first `count` frames, or as many as there are. */
function framesOf({ count: available, pixels }: ImageSet, count: number, size: number): Uint8Array[] {
  return Array.from({ length: Math.min(count, available) }, (_, i) => pixels.subarray(i * size, (i + 1) * size));
}

type Typed = { readonly type: TensorType };

/** What images of a network are: of its input's shape, with labels that its result can name. */
export function imagesWanted(nodes: readonly Typed[]): { readonly shape: ImageShape; readonly classes: number } {
  const { height, width, channels } = nodes[0]!.type;
  return { shape: { height, width, channels }, classes: classCount(nodes) };
}

/** The first `limit` images of a file, or as many as it has. */
export function readFrames(path: string, nodes: readonly Typed[], limit: number): Uint8Array[] {
  const { shape, classes } = imagesWanted(nodes);
  return framesOf(readImages(path, shape, { limit, classes }), limit, shape.height * shape.width * shape.channels);
}

export async function framesFor(
  { name, nodes }: TypedGraph,
  module: NetworkModule,
  path: string | undefined,
  count: number,
): Promise<Frames> {
  const { type } = nodes[0]!;
  const size = elementCount(type);
  if (path !== undefined) return { frames: readFrames(path, nodes, count), describe: path };
  if (!module.samples) return { frames: randomFrames(`pixels of ${name}`, count, size), describe: 'random pixels' };
  return { frames: framesOf(await samplesOf(module, name, size), count, size), describe: `${name}'s samples` };
}
