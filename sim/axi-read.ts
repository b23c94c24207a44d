// SPDX-License-Identifier: Apache-2.0
/** nn_axi_read by itself in Verilator (sim/axi/bench.sv). */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runBench } from './report-lines.ts';
import { buildSimulator, type CompileOptions, type VerilogSource } from './simulator.ts';

const textOf = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

export interface AxiReadResult {
  readonly jobs: number;
  readonly stops: number;
  /** Beats of another address, jobs without an end; the first of them in words. */
  readonly faults: number;
  readonly broken: number;
  readonly said: readonly string[];
}

export interface AxiReadBench {
  readonly program: string;
  /**
   * @param pause percentage of clocks in which the memory pauses
   * @param fault of cells that hold a choice of faults (one-of-mutants.ts)
   */
  run(pause: number, seed: number, fault?: number): Promise<AxiReadResult>;
}

/** @param cells the library's, or edited ones */
export async function axiReadBench(
  cells: readonly VerilogSource[],
  sizes: { readonly depth: number; readonly burst: number },
  options: CompileOptions = { quick: true },
): Promise<AxiReadBench> {
  const bench = `\`define DEPTH ${sizes.depth}\n\`define BURST ${sizes.burst}\n${textOf('./axi/bench.sv')}`;
  const sources = [...cells, { path: 'nn_axi_read_memory.sv', text: textOf('./sparse/nn_axi_read_memory.sv') }];
  const program = await buildSimulator(sources, bench, options);
  return {
    program,
    async run(pause, seed, fault = 0) {
      const { reports, done } = await runBench(
        program,
        { pause, seed, fault },
        { cwd: dirname(program), seconds: 120 },
      );
      const count = (name: string) => Number(done[name]);
      const said = reports.filter((report) => /^(FAULT|RULE)/.test(report));
      return { jobs: count('jobs'), stops: count('stops'), faults: count('faults'), broken: count('broken'), said };
    },
  };
}
