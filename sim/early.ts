// SPDX-License-Identifier: Apache-2.0
/** nn_early by itself in Verilator: its output beats against given maps, its counters, the cycles of its frames. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cellSources } from '../generator/hardware/cell-library.ts';
import { render } from '../generator/templates/render.ts';
import { elementAt, type BitTensor } from '../generator/tensor/tensor.ts';
import {
  earlyImages,
  earlyParameters,
  memoriesOf,
  type EarlyMemories,
  type EarlyOptions,
} from '../generator/architectures/dataflow/early/images.ts';
import type { EarlyPlan } from '../generator/architectures/dataflow/early/layer.ts';
import { hexWord, type ParameterValue } from '../generator/hardware/hardware.ts';
import { workFolder } from '../generator/processes/work-folder.ts';
import {
  buildSimulator,
  runSimulator,
  type CompileOptions,
  type RunOptions,
  type SimulationResult,
  type VerilogSource,
} from './simulator.ts';

/** An engine in the bench. */
export interface EarlyDut {
  readonly plan: EarlyPlan;
  readonly options: EarlyOptions;
  readonly memories?: EarlyMemories;
  readonly inputs: readonly BitTensor[];
  readonly outputs: readonly BitTensor[];
}

/** All cells of the library, side by side. */
export function libraryCells(): VerilogSource[] {
  return cellSources();
}

function verilog(value: ParameterValue): string {
  if (typeof value === 'string') return `"${value}"`;
  return typeof value === 'number' ? `${value}` : `${value.bits}'h${value.hex}`;
}

/** A map as beats of `lanes` channels. */
export function beatsOf(map: BitTensor, lanes: number): string[] {
  const beats: string[] = [];
  for (let y = 0; y < map.height; y++)
    for (let x = 0; x < map.width; x++)
      for (let first = 0; first < map.channels; first += lanes)
        beats.push(hexWord(lanes, (i) => elementAt(map, y, x, first + i)));
  return beats;
}

const nameOf = (index: number) => `early${index}`;
const memoriesIn = (dut: EarlyDut) => dut.memories ?? memoriesOf(dut.plan);

function benchText(duts: readonly EarlyDut[]): string {
  return render('top/early-bench.sv.hbs', {
    dutMsb: duts.length - 1,
    duts: duts.map((dut, index) => {
      const parameters = earlyParameters(nameOf(index), dut.plan, memoriesIn(dut), { ...dut.options, count: true });
      const { height, width } = dut.outputs[0]!;
      const { pe, simd } = dut.plan.fold;
      return {
        index,
        inMsb: simd - 1,
        outMsb: pe - 1,
        beats: (height * width * dut.plan.layer.filters) / pe,
        parameters: Object.entries(parameters)
          .map(([name, value]) => `.${name}(${verilog(value)})`)
          .join(', '),
      };
    }),
  });
}

/** A compiled bench in a folder of its own. */
export interface EarlyBench {
  readonly program: string;
  run(options?: Partial<RunOptions>): Promise<SimulationResult>;
  close(): void;
}

/** @param sources the library's cells, or edited ones */
export async function earlyBench(
  duts: readonly EarlyDut[],
  sources: readonly VerilogSource[] = libraryCells(),
  options: CompileOptions = { quick: true },
): Promise<EarlyBench> {
  const folder = workFolder('early');
  const [mem, data] = [join(folder, 'mem'), join(folder, 'data')];
  for (const path of [mem, data]) mkdirSync(path);
  duts.forEach((dut, index) => {
    const { plan, inputs, outputs } = dut;
    for (const { file, words } of earlyImages(nameOf(index), plan, memoriesIn(dut)))
      writeFileSync(join(mem, file), `${words.join('\n')}\n`);
    const fed = inputs.flatMap((map) => beatsOf(map, plan.fold.simd)).map((beat) => `${beat} 0\n`);
    const expected = outputs.flatMap((map) => beatsOf(map, plan.fold.pe));
    writeFileSync(join(data, `stimulus_${index}.txt`), fed.join(''));
    writeFileSync(join(data, `edge_${index}.txt`), `${expected.join('\n')}\n`);
  });
  const program = await buildSimulator(sources, benchText(duts), options);
  return {
    program,
    run: (options) =>
      runSimulator(program, {
        memoryFolder: mem,
        dataFolder: data,
        stall: 0,
        watchdog: 20_000,
        drain: 2_000,
        ...options,
      }),
    close: () => rmSync(folder, { recursive: true }),
  };
}
