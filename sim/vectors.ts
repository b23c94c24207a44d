// SPDX-License-Identifier: Apache-2.0
/** What goes into a design and what must come out at every edge, by the golden model, as files of the bench. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tiles } from '../generator/architectures/dataflow/layer/layer.ts';
import { interpreter } from '../generator/golden/interpret.ts';
import { beatsPerFrame } from '../generator/hardware/hardware.ts';
import { expectedBeats, inputOf, stimulusLines } from './edges.ts';
import type { Dut } from './simulator.ts';
import { tileModel } from './tiles.ts';

/**
 * Golden traces of all frames → stimulus_<dut>.txt and edge_<i>.txt in `folder`. The lowered graph must give the typed
 * graph's results.
 * @returns the tiles that the engines of `counting` must count meanwhile
 */
export function writeVectors(
  { design, edges, counting }: Pick<Dut, 'design' | 'edges' | 'counting'>,
  frames: readonly Uint8Array[],
  folder: string,
  dut = 0,
): readonly Tiles[] {
  const tiles = tileModel(counting);
  const typed = interpreter(design.typed);
  const lowered = interpreter(design.lowered);
  const beats = beatsPerFrame(inputOf(design));
  const stimulus: string[] = [];
  const expected: string[][] = edges.map(() => []);
  frames.forEach((pixels, index) => {
    const tensors = lowered.trace(pixels);
    const definition = typed.run(pixels).data;
    const last = tensors.get(design.lowered.nodes.at(-1)!.name)!.data;
    if (definition.join() !== last.join())
      throw new Error(`frame ${index}: the lowered graph differs from the network`);
    stimulus.push(...stimulusLines(design, pixels, beats, (beat) => beat === beats - 1));
    edges.forEach((edge, i) => expected[i]!.push(...expectedBeats(edge, tensors)));
    tiles.add(tensors);
  });
  writeFileSync(join(folder, `stimulus_${dut}.txt`), `${stimulus.join('\n')}\n`);
  edges.forEach((edge, i) => writeFileSync(join(folder, `edge_${edge.index}.txt`), `${expected[i]!.join('\n')}\n`));
  return tiles.totals;
}
