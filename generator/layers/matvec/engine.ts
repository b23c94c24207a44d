/** A convolution or dense layer as nn_conv sees it: a dense layer is a 1×1 convolution on a 1×1 map of all inputs. */
import type { TypedNode } from '../../ir/graph.ts';
import { bitsOf, elementCount } from '../../ir/types.ts';
import type { Fold } from '../layer-kind.ts';

export type MemoryStyle = 'block' | 'distributed';

export interface ConvEngine {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padSize: number;
  readonly padValue: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly rows: number;
  readonly weightDepth: number;
  readonly weightStyle: MemoryStyle;
  readonly bufferDepth: number;
  readonly bufferStyle: MemoryStyle;
}

/** Below this depth a RAMB36 wastes most of itself and LUTs are cheaper. */
const leastBlockDepth = 65;

function style(width: number, depth: number): MemoryStyle {
  return depth >= leastBlockDepth && width * depth >= 4096 ? 'block' : 'distributed';
}

/** Geometry and memories of the engine at a folding (memories at fold 1 when none is given). */
export function convEngine(node: TypedNode, fold: Fold = { pe: 1, simd: 1, pixels: 1 }): ConvEngine {
  const input = node.inputTypes[0]!;
  const a = node.attributes as { filters?: number; kernel?: number; stride?: number; padSize?: number; padValue?: number };
  const spatial = a.kernel !== undefined;
  const height = spatial ? input.height : 1;
  const width = spatial ? input.width : 1;
  const channels = spatial ? input.channels : elementCount(input);
  const kernel = a.kernel ?? 1;
  const stride = a.stride ?? 1;
  const filters = node.type.channels;
  // Twice the kernel: the first rows of the next frame arrive while the last row of this one is worked on.
  const rows = Math.max(2 * kernel, kernel + stride);
  const weightDepth = (filters / fold.pe) * ((kernel * kernel * channels) / fold.simd);
  // One bank a pixel; the last column may be partly used.
  const bufferDepth = (rows * Math.ceil(width / fold.pixels) * channels) / fold.simd;
  return {
    height, width, channels, filters, kernel, stride,
    padSize: a.padSize ?? 0,
    padValue: a.padValue ?? 0,
    outHeight: node.type.height,
    outWidth: node.type.width,
    rows,
    weightDepth,
    weightStyle: style(fold.pe * fold.simd, weightDepth),
    bufferDepth,
    bufferStyle: style(fold.simd * bitsOf(input.element), bufferDepth),
  };
}
