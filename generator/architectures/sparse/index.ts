// SPDX-License-Identifier: Apache-2.0
/** An engine for pruned int8 networks: weights in the board's memory, without their zeros. */
export type { SparseDesign } from './design.ts';
import type { Architecture, Target } from '../../design/architecture.ts';
import { fail } from '../../errors/errors.ts';
import { usage } from '../../hardware/fit.ts';
import { mostFramesPerSecond } from '../../hardware/rate.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import { hashGraph } from '../../ir/print.ts';
import { primitives, requireTarget } from '../../options/target.ts';
import { compile } from './compile/compile.ts';
import { carryBits, engineSize, modelledClocks, type SparseDesign } from './design.ts';
import { cellTable, describeSparse } from './describe.ts';
import { sparseFacts } from './facts.ts';
import { betweenCells, sparseInstances } from './instances.ts';
import { resources } from './resources.ts';
import { sparseReport, sparseSources } from './sources.ts';
import { streamImages } from './stream-places.ts';

/** Its memories are URAMs. */
const needsUram = ({ board }: Target) => {
  if (board.resources.uram === 0)
    fail({
      code: 'NN001',
      where: '--arch',
      got: `sparse on ${board.name}`,
      legal: 'a board with URAM: zcu104',
      fix: '--board zcu104',
    });
};

/** NN015 where the rate is out of reach: there is one engine, and it is as fast as it is. */
function requireRate({ name, options: { fps, clockMhz }, interval }: SparseDesign): void {
  if (fps === 'max' || fps * interval <= clockMhz * 1e6) return;
  const most = mostFramesPerSecond(clockMhz, interval);
  const left = Math.floor((clockMhz * 1e6) / fps);
  fail({
    code: 'NN015',
    where: `${name} at ${clockMhz} MHz`,
    got: `${fps} frames/s leave ${left} clocks a frame; the sparse engine takes ${interval}`,
    legal: `up to ${most} frames/s`,
    fix: `--fps ${most} or less, or a faster --clock`,
  });
}

/** NN006 where the engine cannot run the network. @param size of the engine */
export function buildSparse(typed: TypedGraph, options: Target, size = engineSize): SparseDesign {
  requireTarget(options);
  const compiled = compile(typed, size);
  return {
    name: typed.name,
    architecture: sparse,
    options,
    typed,
    compiled,
    usage: usage(resources(compiled.shape, carryBits({ options })), options.board),
    interval: modelledClocks(compiled).interval,
    irHash: hashGraph(typed),
  };
}

export const sparse: Architecture = {
  name: 'sparse',
  help: 'the engine for pruned int8 networks, on zcu104',
  interface: 'memory',
  isOneSize: true,
  options: [primitives],
  usual: { fps: 'max' },
  own: { zcu104: {} },
  suffix: () => 'sparse',
  design(typed, target) {
    needsUram(target);
    const design = buildSparse(typed, target);
    requireRate(design);
    return design;
  },
  worst: () => [],
  sources: (design: SparseDesign, _, header) => sparseSources(design, header),
  facts: (design: SparseDesign) => sparseFacts(design),
  images: (design: SparseDesign) => streamImages(design),
  instances: (design: SparseDesign) => ({
    instances: sparseInstances(design.compiled.shape, carryBits(design)),
    whole: 'engine',
    between: betweenCells,
  }),
  report: (design: SparseDesign) => sparseReport(design),
  describe: (design: SparseDesign, report) => describeSparse(design, report),
  synthesisTable: (design: SparseDesign, synthesised) => cellTable(design, synthesised),
};
