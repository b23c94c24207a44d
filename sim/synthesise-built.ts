// SPDX-License-Identifier: Apache-2.0
/** A design that was only built: generated in a temporary folder, synthesised there, and forgotten. */
import { instancesOf } from '../generator/stream-top/instances.ts';
import { planFiles } from '../generator/emit/plan.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import type { Choice } from '../generator/stream-top/engine.ts';
import type { Board } from '../generator/boards/board.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { synthesiseDesign, type SynthesisedDesign } from '../generator/synth/index.ts';
import type { YosysBuild } from '../generator/synth/yosys.ts';
import { inFolder } from '../generator/emit/in-folder.ts';

export async function designAt(
  network: string,
  board: Board,
  fps: number | 'max',
  reuse: Choice = 'off',
): Promise<StreamDesign> {
  const typed = typecheck((await loadNetwork(network)).graph);
  return buildDataflow(typed, {
    board,
    clockMhz: board.clockMhz,
    fps,
    primitives: board.family,
    reuse,
  });
}

export function synthesiseBuilt(
  design: StreamDesign,
  yosys: YosysBuild,
  onProgress: (text: string) => void,
): Promise<SynthesisedDesign> {
  return inFolder(planFiles(design, { network: design.name, defaulted: false }), (folder) =>
    synthesiseDesign(instancesOf(design), folder, {
      target: design.options.board.toolchain.synthesis(design.options.board.family),
      build: yosys,
      onProgress: ({ done, total, name }) => onProgress(`Yosys: ${done} of ${total} distinct modules (${name})`),
    }),
  );
}
