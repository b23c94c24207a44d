/** Wired layers against the definition: small ones of every kind, a real one, and what Yosys makes of them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../images/shared-data.ts';
import { openWeights } from '../import/index.ts';
import { countCells } from '../synth/count-cells.ts';
import { portLevels } from '../synth/logic-levels.ts';
import { topNetlist } from '../synth/netlist.ts';
import { decidingWindows, expected, library, randomLayer, simulate } from './bench.fixture.ts';
import { emitWired, estimateWired, latencyOf, wireLayer, wiredCells, type WiredLayer, type WiredStyle, type WiredWeights } from './index.ts';

const { failed: noIcarus } = await execa('iverilog', ['-V'], { reject: false });
const { failed: noYosys } = await execa('yosys', ['-V'], { reject: false });
if (noIcarus) console.warn('iverilog is not on PATH: wired layers are not simulated');
if (noYosys) console.warn('yosys is not on PATH: wired layers are not synthesised');

const filesOf = (layer: WiredLayer, style: WiredStyle) => emitWired(layer, { prefix: 'some', origin: 'a test', style });

async function compared(weights: WiredWeights, layer: WiredLayer, style: WiredStyle, lutLevel = false, randoms = 60): Promise<{ said: string; wanted: string }> {
  const windows = decidingWindows(weights, randoms, 'windows');
  const outputs = windows.map((window) => expected(weights, window));
  const said = await simulate({ module: 'some_wired', files: filesOf(layer, style), latency: latencyOf(layer), windows, outputs, lutLevel });
  return { said, wanted: `checked ${windows.length}` };
}

const shapes = [[5, 1], [1, 3], [7, 2], [9, 6], [13, 5], [27, 16], [31, 20], [50, 9], [64, 3], [72, 12], [99, 7], [100, 20]] as const;
const views = [['portable', false], ['xilinx', false], ['xilinx', true]] as const;

describe.skipIf(noIcarus)('random layers do what their weights say', () => {
  test.each(shapes.flatMap(([taps, filters]) => views.map(([style, lutLevel]) => [taps, filters, style, lutLevel] as const)))(
    '%i taps, %i kernels, %s, LUT by LUT: %s',
    async (taps, filters, style, lutLevel) => {
      for (let seed = 0; seed < 3; seed++) {
        const weights = randomLayer(taps, filters, `${taps} ${filters} ${seed}`);
        for (const groupSize of seed === 0 ? [undefined, 1, 4] : [undefined]) {
          const { said, wanted } = await compared(weights, wireLayer(weights, groupSize), style, lutLevel);
          expect(said).toBe(wanted);
        }
      }
    },
  );
});
