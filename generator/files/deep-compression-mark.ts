// SPDX-License-Identifier: Apache-2.0
/** How a file of SqueezeNet v1.0 by Deep Compression begins: generator/import/deep-compression.ts reads the rest. */

export interface StoredShape {
  readonly name: string;
  readonly filters: number;
  readonly kernel: number;
  readonly channels: number;
}

const fires = [16, 16, 32, 32, 48, 48, 64, 64];

/** Layers in the file's order: every fire module squeezes to s channels and expands to 4s of 1×1 and 4s of 3×3. */
export const layers: readonly StoredShape[] = [
  { name: 'conv1', filters: 96, kernel: 7, channels: 3 },
  ...fires.flatMap((squeeze, i): StoredShape[] => {
    const [name, expand] = [`fire${i + 2}`, 4 * squeeze];
    return [
      { name: `${name}_squeeze`, filters: squeeze, kernel: 1, channels: i === 0 ? 96 : 8 * fires[i - 1]! },
      { name: `${name}_expand1`, filters: expand, kernel: 1, channels: squeeze },
      { name: `${name}_expand3`, filters: expand, kernel: 3, channels: squeeze },
    ];
  }),
  { name: 'conv_final', filters: 1000, kernel: 1, channels: 512 },
];

/** Weights of a layer, stored or not. */
export const sizeOf = ({ filters, kernel, channels }: StoredShape) => filters * kernel * kernel * channels;

export const headBytes = 4 * layers.length;

/**
 * True where a file starts with the counts of such a network: each layer has some weights, and no more than there are
 * places for them. Most of them are enough, so that a damaged file is called by its name; no other file has so many
 * small figures there.
 */
export function looksLikeDeepCompression(file: Uint8Array): boolean {
  if (file.length < headBytes) return false;
  const plausible = counts(file).filter((stored, i) => stored >= 1 && stored <= sizeOf(layers[i]!));
  return plausible.length >= layers.length - 4;
}

/** Stored weights by layer. */
export function counts(file: Uint8Array): number[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return layers.map((_, i) => view.getUint32(4 * i, true));
}
