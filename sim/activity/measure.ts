/** Toggles of a design in an output folder, LUT by LUT, over whole frames once they flow. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { topName } from '../../generator/emit/verilog-top.ts';
import { fail } from '../../generator/errors.ts';
import type { Design } from '../../generator/pipeline.ts';
import { cacheFolder } from '../cache.ts';
import { benchText, buildSimulator, duts, passed, runSimulator } from '../simulator.ts';
import { readSources, timeLimits, warmupFrames, writeVectors } from '../verify.ts';
import { elaborate, type Elaborated } from './elaboration.ts';
import { parseActivity, scopeAt, type Activity, type Scope } from './trace.ts';

export interface Measured extends Pick<Activity, 'duration'> {
  /** Frames in the window: those before it fill the pipeline. */
  readonly frames: number;
  /** Clocks of the window. */
  readonly clocks: number;
  /** The design's top. */
  readonly top: Scope;
  readonly modules: ReadonlyMap<string, Elaborated>;
}

export interface MeasureOptions {
  readonly folder: string;
  /** Pixels: the first `warmupFrames` are not counted. */
  readonly frames: readonly Uint8Array[];
  readonly onProgress?: (text: string) => void;
}

/**
 * The window reaches from the clock after the last warm-up frame's last beat to that of the last frame: whole frames, nothing stalled.
 * NN041 when a beat differs from the golden model: such a design has no energy worth knowing.
 */
export async function measureActivity(design: Design, { folder, frames, onProgress = () => {} }: MeasureOptions): Promise<Measured> {
  const [dut] = duts([design]);
  const { edges } = dut!;
  const data = mkdtempSync(join(cacheFolder('vectors'), 'run-'));
  try {
    onProgress(`golden model: ${frames.length} frames`);
    writeVectors(dut!, frames, data);
    onProgress('building the simulator that counts toggles');
    const sources = readSources(folder);
    const program = await buildSimulator(sources, benchText([dut!]), { toggles: true, lutLevel: true });
    const options = { memoryFolder: join(folder, 'mem'), dataFolder: data, stall: 0, ...timeLimits(design, 0) };
    onProgress('simulating');
    const free = await runSimulator(program, options);
    if (!passed(free)) fail({ code: 'NN041', where: 'simulation', got: 'the design differs from the golden model', fix: 'npm run verify says where' });
    const completed = free.frames[edges.length - 1]!;
    const [before, to] = [completed[warmupFrames - 1]!, completed.at(-1)!];
    onProgress('counting toggles');
    const file = join(data, 'toggles.txt');
    await runSimulator(program, { ...options, wave: { file, from: before + 1, to } });
    const { duration, root } = parseActivity(readFileSync(file, 'utf8'));
    const modules = await elaborate(sources, topName(design));
    return { frames: completed.length - warmupFrames, clocks: to - before, duration, top: scopeAt(root, 'TOP', 'bench', 'dut_0'), modules };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
