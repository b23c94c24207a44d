// SPDX-License-Identifier: Apache-2.0
/** Lines of activation memory from values: what the driver writes of a frame, and what layers are to leave there. */
import type { CompiledNetwork } from './compile/compile.ts';
import { linesOf, type LineMap } from './program/shape.ts';

/** Value (c, y, x) of the whole network's tensors, as bytes of the lines of `count` channels from `first` on. */
export function channelLines(
  lanes: number,
  map: LineMap,
  first: number,
  count: number,
  at: (c: number, y: number, x: number) => number,
): Uint8Array {
  const bytes = new Uint8Array(count * map.span * lanes);
  for (let c = 0; c < count; c++)
    for (let y = 0; y < map.height; y++)
      for (let x = 0; x < map.width; x++) bytes[c * map.span * lanes + y * map.pitch + x] = at(first + c, y, x);
  return bytes;
}

/**
 * All lines of a frame: pixels (y, x, channel) through the table of the network, every phase of them a channel of its
 * own where
 * the first convolution has a stride.
 */
export function frameLines(
  { shape, network, layout }: CompiledNetwork,
  pixels: Uint8Array,
  size: { readonly height: number; readonly width: number; readonly channels: number },
): Uint8Array {
  const { table, value } = network.frame;
  const map = layout.maps.get(value)!;
  const { stride, phases } = network.values.get(value)!.spread ?? { stride: 1, phases: [[0, 0] as const] };
  const { height, width, channels } = size;
  const lines = channelLines(shape.lanes, map, 0, map.channels, (c, i, j) => {
    const [top, left] = phases[Math.floor(c / channels)]!;
    const [y, x] = [i * stride + top, j * stride + left];
    if (y >= height || x >= width) return 0;
    const pixel = pixels[(y * width + x) * channels + (c % channels)]!;
    return table ? table[pixel]! : pixel;
  });
  if (map.line !== 0 || lines.length !== linesOf(map) * shape.lanes) throw new Error('a frame begins at line 0');
  return lines;
}
