// SPDX-License-Identifier: Apache-2.0
/** What a graph gives on calibration frames, evaluated when it is first asked for. */
import { createHash } from 'node:crypto';
import { interpreter } from '../../../golden/interpret.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import type { TypedGraph } from '../../../ir/graph.ts';
import type { Calibration } from '../../../stream-top/engine.ts';

/** Frames of pixels that early decision is ordered and priced by. */
export interface CalibrationFrames {
  readonly frames: readonly Uint8Array[];
  /** The file that they come from; undefined for random pixels. */
  readonly path: string | undefined;
}

/** Frames where nobody says how many. */
export const defaultCalibrationFrames = 64;

export function calibrationHash({ frames }: CalibrationFrames): string {
  const hash = createHash('sha256');
  for (const frame of frames) hash.update(frame);
  return hash.digest('hex');
}

/** `64 frames of cifar.bin`, for people. */
export function describeCalibration({ frames, path }: CalibrationFrames): string {
  return `${frames.length} frames of ${path ?? 'random pixels'}`;
}

/** The first frames that are evaluated, and the tiles that may be looked at to find one engine's orders. */
export interface Effort {
  readonly frames: number;
  readonly tiles: number;
}

export function calibrationOf(
  graph: TypedGraph,
  { frames }: CalibrationFrames,
  { frames: most, tiles }: Effort,
): Calibration {
  let traced: Map<string, Tensor[]> | undefined;
  const trace = () => {
    const bits = new Map<string, Tensor[]>();
    const { trace: evaluate } = interpreter(graph);
    for (const frame of frames.slice(0, most))
      for (const [name, tensor] of evaluate(frame))
        if (tensor.form === 'bits') bits.set(name, [...(bits.get(name) ?? []), tensor]);
    return bits;
  };
  return { tiles, maps: (node) => (traced ??= trace()).get(node)! };
}
