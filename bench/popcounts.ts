// SPDX-License-Identifier: Apache-2.0
/** Yosys LUTs per lane of the popcounts, portable and in primitives. */
import { cellPaths, cellText } from '../generator/hardware/cell-library.ts';
import { synthesise } from '../generator/synth/index.ts';
import { vivado } from '../generator/toolchains/vivado/index.ts';

const sizes = [8, 16, 32, 64, 128, 144, 256, 288, 576, 1024];
const tops = { portable: 'nn_xnor_popcount', primitives: 'nn_xilinx_xnor_popcount' };

export interface PopcountCost {
  readonly n: number;
  readonly style: keyof typeof tops;
  /** Yosys LUTs, shift registers and route-throughs among them. */
  readonly lut: number;
  readonly ff: number;
  readonly carry4: number;
  readonly levels: number | null;
}

export async function popcountCosts(): Promise<PopcountCost[]> {
  const sources = [...cellPaths.keys()]
    .filter((cell) => /popcount|xilinx/.test(cell))
    .map((cell) => ({ path: `${cell}.v`, text: cellText(cell) }));
  const asked = sizes.flatMap((n) =>
    (Object.keys(tops) as (keyof typeof tops)[]).map((style) => ({ n, style, name: `${style} ${n}` })),
  );
  const modules = asked.map(({ n, style, name }) => ({
    name,
    top: tops[style],
    parameters: { N: n },
    sources,
    memories: [],
  }));
  const results = await synthesise(modules, { target: vivado.synthesis('xc7') });
  return asked.map(({ n, style, name }) => {
    const { lut, ff, cells, logicLevels } = results.get(name)!;
    return { n, style, lut, ff, carry4: cells['CARRY4'] ?? 0, levels: logicLevels.ffToFf };
  });
}
