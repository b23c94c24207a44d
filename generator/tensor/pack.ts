// SPDX-License-Identifier: Apache-2.0
/** Tensor ⇄ beats: the only place where bit order lives (docs/streams.md). */
import { beatsPerFrame, hexFields, type HardwareStream } from '../hardware/hardware.ts';
import { elementAt, type Tensor } from './tensor.ts';

/** Position of an element in its frame. */
export interface Position {
  readonly y: number;
  readonly x: number;
  readonly channel: number;
}

/** First element of a beat: pixels in row-major order, `channels / lanes` beats a pixel group. */
export function beatOrigin(stream: HardwareStream, beat: number): { pixel: number; channel: number } {
  const fold = stream.type.channels / stream.lanes;
  return { pixel: Math.floor(beat / fold) * stream.pixels, channel: (beat % fold) * stream.lanes };
}

/** Where field i of a beat stands in the frame. */
export function positionOf(stream: HardwareStream, beat: number, field: number): Position {
  const origin = beatOrigin(stream, beat);
  const pixel = origin.pixel + Math.floor(field / stream.lanes);
  return {
    y: Math.floor(pixel / stream.type.width),
    x: pixel % stream.type.width,
    channel: origin.channel + (field % stream.lanes),
  };
}

/** One frame as hex beats: field i of a beat in bits i·w … i·w+w−1, channels innermost, then pixels. */
export function toBeats(tensor: Tensor, stream: HardwareStream): string[] {
  const beats: string[] = [];
  const fields = new Int32Array(stream.lanes * stream.pixels);
  for (let beat = 0; beat < beatsPerFrame(stream); beat++) {
    for (let i = 0; i < fields.length; i++) {
      const { y, x, channel } = positionOf(stream, beat, i);
      fields[i] = elementAt(tensor, y, x, channel);
    }
    beats.push(hexFields(fields, stream.elementBits));
  }
  return beats;
}

/** The fields of a hex beat, sign-extended when `signed`. */
export function fromBeat(
  hex: string,
  stream: Pick<HardwareStream, 'lanes' | 'pixels' | 'elementBits'>,
  signed: boolean,
): number[] {
  const word = BigInt(`0x${hex.trim()}`);
  const bits = BigInt(stream.elementBits);
  return Array.from({ length: stream.lanes * stream.pixels }, (_, i) => {
    const field = (word >> (BigInt(i) * bits)) & ((1n << bits) - 1n);
    return Number(signed ? BigInt.asIntN(Number(bits), field) : field);
  });
}
