// SPDX-License-Identifier: Apache-2.0
/** One small network at one folding: what the sweep builds, runs and, when it fails, shows. */
import { kc705 } from '../../generator/boards/kc705.ts';
import type { Graph } from '../../generator/ir/graph.ts';
import { printGraph } from '../../generator/ir/print.ts';
import type { Pins } from '../../generator/architectures/dataflow/map/candidates.ts';
import { buildDataflow } from '../../generator/architectures/dataflow/index.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import type { StreamDesign } from '../../generator/stream-top/design.ts';
import { randomFrom } from '../../generator/passes/random.ts';
import { elementCount } from '../../generator/ir/types.ts';

export interface Case {
  /** Begins all its names: modules, layers and memory images of a batch share one space each. */
  readonly id: string;
  /** Arguments of `npm run sweep --` that run it alone. */
  readonly replay: string;
  readonly graph: Graph;
  /** By layer name; where nothing is pinned, the mapper takes the cheapest folding. */
  readonly pins: Pins;
}

export function designOf({ graph, pins }: Case): StreamDesign {
  return buildDataflow(typecheck(graph), { board: kc705, clockMhz: 200, fps: 1, pins });
}

/**
 * Random pixels, and every third frame all 0 or all 255: sums at the ends of their range, ties among the scores. The
 * same
 * network at another folding sees the same frames.
 */
export function framesOf({ id }: Case, design: StreamDesign, count: number): Uint8Array[] {
  const random = randomFrom(`frames of ${id.replace(/_(wired|(early)?pe\d+simd\d+pixels)\d+$/, '')}`);
  const pixels = elementCount(design.typed.nodes[0]!.type);
  return Array.from({ length: count }, (_, frame) => {
    if (frame % 3 === 1) return new Uint8Array(pixels).fill(frame % 2 ? 255 : 0);
    return Uint8Array.from({ length: pixels }, () => Math.floor(random() * 256));
  });
}

/** The network in the IR's own text (pixel tables cut short), its folding, and the command that runs it again. */
export function showCase(item: Case, design: StreamDesign): string {
  const folds = design.placement.engines
    .filter(({ lanes }) => lanes > 0)
    .map(({ name, fold }) => `${name}: PE ${fold.pe}, SIMD ${fold.simd}, ${fold.pixels} pixel(s)`);
  const text = printGraph(design.typed).replace(/values=\[([^\]]{0,24})[^\]]*\]/g, 'values=[$1…]');
  return `${text}${folds.join('; ')}\nagain: npm run sweep -- ${item.replay}`;
}
