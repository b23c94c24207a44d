// SPDX-License-Identifier: Apache-2.0
/** Toggles of a design in an output folder, LUT by LUT, over whole frames once they flow. */
import { readSources } from '../../generator/verilog/read-sources.ts';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { topName } from '../../generator/design/architecture.ts';
import { fail } from '../../generator/errors/errors.ts';
import type { StreamDesign } from '../../generator/stream-top/design.ts';
import { workFolder } from '../../generator/processes/work-folder.ts';
import { cacheFolder } from '../cache.ts';
import { benchText, buildSimulator, duts, passed, runSimulator } from '../simulator.ts';
import { timeLimits } from '../runs.ts';
import { writeVectors } from '../vectors.ts';
import { elaborate, type Elaborated } from './elaboration.ts';
import { parseActivity, scopeAt, type Activity, type Scope } from './trace.ts';
import { windowOf } from './window.ts';
import { call } from '../../generator/project/call.ts';

export interface Measured extends Pick<Activity, 'duration'> {
  /** Frames in the window. */
  readonly frames: number;
  /** Clocks of the window. */
  readonly clocks: number;
  /** The design's top. */
  readonly top: Scope;
  readonly modules: ReadonlyMap<string, Elaborated>;
}

export interface MeasureOptions {
  readonly folder: string;
  /** Pixels, all of them counted. */
  readonly frames: readonly Uint8Array[];
  readonly onProgress?: (text: string) => void;
}

/**
 * The frames come over and over. The window reaches from the clock after the last beat of one to that of the same one a
 * round later, while
 * every engine works on some round of them: a frame for every engine before the window fills the pipeline, as many
 * behind it keep
 * the first engines busy. Nothing is stalled. NN041 when a beat differs from the golden model, or an engine does not
 * finish as many frames in the window as leave the design: such a design has no energy worth knowing.
 */
export async function measureActivity(
  design: StreamDesign,
  { folder, frames, onProgress = () => {} }: MeasureOptions,
): Promise<Measured> {
  const [dut] = duts([design]);
  const { edges } = dut!;
  const data = workFolder('run', cacheFolder('vectors'));
  try {
    const around = edges.length;
    const fed = Array.from({ length: around + frames.length + around }, (_, i) => frames[i % frames.length]!);
    onProgress(`golden model: ${fed.length} frames`);
    writeVectors(dut!, fed, data);
    onProgress('building the simulator that counts toggles');
    const sources = readSources(folder);
    const program = await buildSimulator(sources, benchText([dut!]), { toggles: true, lutLevel: true });
    const limits = timeLimits(design, 0, fed.length);
    const options = { memoryFolder: join(folder, 'mem'), dataFolder: data, stall: 0, ...limits };
    onProgress('simulating');
    const free = await runSimulator(program, options);
    if (!passed(free))
      fail({
        code: 'NN041',
        where: 'simulation',
        got: 'the design differs from the golden model',
        fix: `${call('verify')} says where`,
      });
    const { before, to, unsteady } = windowOf(free.frames.slice(0, edges.length), around, frames.length);
    if (unsteady)
      fail({
        code: 'NN041',
        where: 'simulation',
        got:
          `${edges[unsteady.engine]!.engine} finished ${unsteady.count} frames while ${frames.length} left the ` +
          'design',
        fix: 'more --frames',
      });
    onProgress('counting toggles');
    const file = join(data, 'toggles.txt');
    await runSimulator(program, { ...options, wave: { file, from: before + 1, to } });
    const { duration, root } = parseActivity(readFileSync(file, 'utf8'));
    const modules = await elaborate(sources, topName(design));
    return {
      frames: frames.length,
      clocks: to - before,
      duration,
      top: scopeAt(root, 'TOP', 'bench', 'dut_0'),
      modules,
    };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
