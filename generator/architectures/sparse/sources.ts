// SPDX-License-Identifier: Apache-2.0
/** Files of a network on the sparse engine: its top, and the images for the board's memory. */
import { topName, type Sources } from '../../design/architecture.ts';
import { render } from '../../templates/render.ts';
import { cellText } from '../../hardware/cell-library.ts';
import type { CompiledNetwork } from './compile/compile.ts';
import { carryBits, type SparseDesign } from './design.ts';
import { estimateSparse } from './estimate.ts';
import { mapStream, portParts, vectorStream } from './stream.ts';

/** Ports of nn_sparse but clk, rst and irq, as its header declares them, with the widths of these parameters. */
function portsOf(
  header: string,
  sizes: Readonly<Record<string, number>>,
): { direction: string; range: string; name: string }[] {
  return [...header.matchAll(/^ {4}(input|output) +wire +(?:\[([^\]]+):0\] +)?(\w+),?(?: *\/\/.*)?$/gm)].flatMap(
    ([, direction, width, name]) => {
      if (['clk', 'rst', 'irq'].includes(name!)) return [];
      const msb = width
        ?.replace(/[A-Z]\w*/g, (parameter) => String(sizes[parameter]))
        .split('-')
        .map((product) => product.split('*').reduce((p, f) => p * Number(f), 1))
        .reduce((a, b) => a - b);
      return [
        { direction: `${direction} wire`.padEnd(11), range: msb === undefined ? '' : `[${msb}:0] `, name: name! },
      ];
    },
  );
}

/** Parameters of nn_sparse. */
export function engineParameters(design: SparseDesign): Readonly<Record<string, number>> {
  const { shape } = design.compiled;
  return {
    LANES: shape.lanes,
    GROUPS: shape.groups,
    SLOTS: shape.slots,
    ACC_W: shape.accumulatorBits,
    LINES: shape.lines,
    WORDS: shape.ringWords,
    BANK: shape.vectorWords,
    OWN: shape.ownWords,
    MAP_PORTS: shape.mapPorts,
    VECTOR_PORTS: shape.vectorPorts,
    ADDR_W: 40,
    CARRY_W: carryBits(design),
  };
}

function sparseTop(design: SparseDesign, header: readonly string[]): string {
  const { shape } = design.compiled;
  const sizes = engineParameters(design);
  return render('top/sparse-top.v.hbs', {
    top: topName(design),
    header: [...header],
    ports: portsOf(cellText('nn_sparse'), { ...sizes, PORTS: shape.mapPorts + shape.vectorPorts }),
    parameters: Object.entries(sizes).map(([parameter, value]) => ({ parameter, value })),
  });
}

/** The stream of one machine, and the same with padding, as its ports read it. */
interface MachineStream {
  readonly stream: Uint8Array;
  readonly image: Uint8Array;
}

/** Both streams: megabytes, which several questions ask for. */
const streams = new WeakMap<CompiledNetwork, Readonly<Record<'maps' | 'vectors', MachineStream>>>();

export function streamsOf(compiled: CompiledNetwork): Readonly<Record<'maps' | 'vectors', MachineStream>> {
  const known = streams.get(compiled);
  if (known) return known;
  const { shape } = compiled;
  const maps = mapStream(
    compiled.maps.map(({ layer }) => layer),
    shape,
  );
  const vectors = vectorStream(
    compiled.vectors.map(({ layer }) => layer),
    shape,
  );
  const made = {
    maps: { stream: maps, image: portParts(maps, shape.mapPorts) },
    vectors: { stream: vectors, image: portParts(vectors, shape.vectorPorts) },
  };
  streams.set(compiled, made);
  return made;
}

export function sparseReport(design: SparseDesign) {
  const { maps, vectors } = streamsOf(design.compiled);
  return estimateSparse(design, maps.stream.length + vectors.stream.length, Buffer.concat([maps.image, vectors.image]));
}

export function sparseSources(design: SparseDesign, header: readonly string[]): Sources {
  const { maps, vectors } = streamsOf(design.compiled);
  return {
    rtl: new Map([[`${topName(design)}.v`, sparseTop(design, header)]]),
    memories: new Map([
      ['maps.bin', maps.image],
      ['vectors.bin', vectors.image],
    ]),
    // The images lie in the board's memory: the project has none.
    initialises: false,
    others: new Map(),
    estimate: sparseReport(design),
  };
}
