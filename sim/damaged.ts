// SPDX-License-Identifier: Apache-2.0
/** Runs with trouble: frames that TLAST ends too early, too late or not at all, and resets in mid-frame. */
import { beatBits, beatsPerFrame } from '../generator/hardware/hardware.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { inputOf } from './edges.ts';
import type { Run } from './runs.ts';

/** A frame as it is sent: beats up to its TLAST, where a good one has `n`. */
interface Sent {
  readonly beats: (n: number) => number;
  readonly how: string;
}

const good: Sent = { beats: (n) => n, how: 'good' };
/**
 * Each kind of damage with a good frame behind it, which it must not touch. While the first frame is filled up,
 * TLAST of the second one waits at the entrance.
 */
const damaged: readonly Sent[] = [
  { beats: (n) => Math.max(1, n >> 1), how: 'cut short' },
  { beats: () => 1, how: 'cut to a beat' },
  good,
  { beats: (n) => n + 1, how: 'ended a beat late' },
  good,
  { beats: (n) => 2 * n, how: 'without an end of its own' },
  good,
];

/** A run on frames of its own. */
export interface Disturbance extends Run {
  /** Bytes of each frame as sent: of the images in turn, those behind following where a frame is too long. */
  readonly sent: readonly Uint8Array[];
  /** Number and fate of a frame, for people: `frame 2, cut short`. */
  readonly nameOf: (frame: number) => string;
}

function sentFrames(design: StreamDesign, images: readonly Uint8Array[], frames: readonly Sent[]): Uint8Array[] {
  const n = beatsPerFrame(inputOf(design));
  const bytes = beatBits(inputOf(design)) / 8;
  return frames.map(({ beats }, i) => {
    const sent = new Uint8Array(beats(n) * bytes);
    for (let at = 0, image = i; at < sent.length; at += n * bytes, image++)
      sent.set(images[image % images.length]!.subarray(0, sent.length - at), at);
    return sent;
  });
}

/**
 * A run with damaged frames, whose results go to an end that waits for tvalid; and one with two resets of a clock each,
 * the first while the first frame comes in, the second when the output is blocked and all cells are full: what a reset
 * forgets to empty comes out behind it.
 */
export function disturbances(design: StreamDesign, images: readonly Uint8Array[]): Disturbance[] {
  const nameOf = (frames: readonly Sent[]) => (frame: number) => `frame ${frame}, ${frames[frame]!.how}`;
  const whole = Array<Sent>(4).fill(good);
  const resetAt = 5 + (beatsPerFrame(inputOf(design)) >> 1);
  const resetStill = design.placement.intervalAtMost + 200;
  return [
    {
      label: 'damaged frames',
      options: { stall: 30, patient: true },
      sent: sentFrames(design, images, damaged),
      nameOf: nameOf(damaged),
    },
    {
      label: 'reset in mid-frame',
      options: { stall: 30, resetAt, resetFor: 1, resetStill },
      sent: sentFrames(design, images, whole),
      nameOf: nameOf(whole),
    },
  ];
}
