// SPDX-License-Identifier: Apache-2.0
import { randomFrames, readFrames } from '../../frames/frames.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import { elementCount } from '../../ir/types.ts';
import type { CalibrationFrames } from './map/calibration.ts';

/** Frames that early decision goes by: the user's images, else random pixels. */
export function calibrationFrames(
  { name, nodes }: TypedGraph,
  path: string | undefined,
  count: number,
): CalibrationFrames {
  if (path !== undefined) return { frames: readFrames(path, nodes, count), path };
  return { frames: randomFrames(`calibration of ${name}`, count, elementCount(nodes[0]!.type)), path };
}
