/** A design that was only built: generated in a temporary folder, synthesised there, and forgotten. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instancesOf } from '../generator/emit/instances.ts';
import { planFiles } from '../generator/emit/plan.ts';
import { writePlan } from '../generator/emit/write.ts';
import { loadNetwork } from '../generator/load-network.ts';
import type { Choice } from '../generator/layers/layer-kind.ts';
import type { Board } from '../generator/boards/board.ts';
import { primitivesOf } from '../generator/boards/index.ts';
import { build, typecheck, type Design } from '../generator/pipeline.ts';
import { synthesiseDesign, type SynthesisedDesign } from '../generator/synth/index.ts';
import type { YosysBuild } from '../generator/synth/yosys.ts';

export async function designAt(network: string, board: Board, fps: number | 'max', reuse: Choice = 'off'): Promise<Design> {
  const typed = typecheck((await loadNetwork(network)).graph);
  return build(typed, { board, architecture: 'dataflow', clockMhz: board.clockMhz, fps, primitives: primitivesOf(board), reuse });
}

export async function synthesiseBuilt(design: Design, yosys: YosysBuild, onProgress: (text: string) => void): Promise<SynthesisedDesign> {
  const parent = mkdtempSync(join(tmpdir(), 'bitloom-synth-'));
  try {
    const folder = writePlan(planFiles(design, { network: design.name, defaulted: false }), parent, design.name);
    return await synthesiseDesign(instancesOf(design), folder, {
      family: design.options.board.family,
      build: yosys,
      onProgress: ({ done, total, name }) => onProgress(`Yosys: ${done} of ${total} distinct modules (${name})`),
    });
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}
