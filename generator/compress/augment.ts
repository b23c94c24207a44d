// SPDX-License-Identifier: Apache-2.0
/** Natural images seen from either side: the cheapest way to have more of them. */
import type { ImageShape } from '../images/image-set.ts';
import type { Random } from '../train/random.ts';

/** Images [n, h, w, c], each as it is or left for right. @param random one draw an image */
export function mirrored(images: Float32Array, { height, width, channels }: ImageShape, random: Random): Float32Array {
  const result = images.slice();
  const [row, size] = [width * channels, height * width * channels];
  for (let image = 0; image < images.length; image += size) {
    if (random.uniform() < 0.5) continue;
    for (let from = image; from < image + size; from += row)
      for (let x = 0; x < width; x++)
        result.set(images.subarray(from + x * channels, from + (x + 1) * channels), from + (width - 1 - x) * channels);
  }
  return result;
}
