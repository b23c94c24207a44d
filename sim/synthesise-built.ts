// SPDX-License-Identifier: Apache-2.0
/** A design that was only built: generated in a temporary folder, synthesised there, and forgotten. */
import { instancesOf } from '../generator/stream-top/instances.ts';
import { planFiles } from '../generator/emit/plan.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import type { Choice } from '../generator/layer-kind/layer-kind.ts';
import type { Board } from '../generator/boards/board.ts';
import { build, typecheck, type Design } from '../generator/pipeline.ts';
import { synthesiseDesign, type SynthesisedDesign } from '../generator/synth/index.ts';
import type { YosysBuild } from '../generator/synth/yosys.ts';
import { inFolder } from './in-folder.ts';

export async function designAt(
  network: string,
  board: Board,
  fps: number | 'max',
  reuse: Choice = 'off',
): Promise<Design> {
  const typed = typecheck((await loadNetwork(network)).graph);
  return build(typed, {
    board,
    architecture: 'dataflow',
    clockMhz: board.clockMhz,
    fps,
    primitives: board.family,
    reuse,
  });
}

export function synthesiseBuilt(
  design: Design,
  yosys: YosysBuild,
  onProgress: (text: string) => void,
): Promise<SynthesisedDesign> {
  return inFolder(planFiles(design, { network: design.name, defaulted: false }), (folder) =>
    synthesiseDesign(instancesOf(design), folder, {
      family: design.options.board.family,
      build: yosys,
      onProgress: ({ done, total, name }) => onProgress(`Yosys: ${done} of ${total} distinct modules (${name})`),
    }),
  );
}
