// SPDX-License-Identifier: Apache-2.0
/** ImageSet as every reader returns them: one byte a value, one record a frame. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface ImageSet {
  readonly count: number;
  /** count x height x width x channels bytes, NHWC. */
  readonly pixels: Uint8Array;
  /** One class index a frame, where the source holds them. */
  readonly labels?: Uint8Array;
}

/** Images of a file. */
export interface ReadImages extends ImageSet {
  /** How many the file holds; `count` of them were asked for. */
  readonly available: number;
}

export function bytesPerImage(shape: ImageShape): number {
  return shape.height * shape.width * shape.channels;
}

export function shapeText(shape: ImageShape): string {
  return `${shape.height} x ${shape.width} x ${shape.channels}`;
}
