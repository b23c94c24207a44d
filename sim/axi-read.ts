/** nn_axi_read by itself in Verilator (sim/axi/bench.sv). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
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
  /** @param pause percentage of clocks in which the memory pauses */
  run(pause: number, seed: number): Promise<AxiReadResult>;
}

/** @param cells the library's, or edited ones */
export async function axiReadBench(cells: readonly VerilogSource[], sizes: { readonly depth: number; readonly burst: number }, options: CompileOptions = { quick: true }): Promise<AxiReadBench> {
  const bench = `\`define DEPTH ${sizes.depth}\n\`define BURST ${sizes.burst}\n${textOf('./axi/bench.sv')}`;
  const sources = [...cells, { path: 'nn_axi_read_memory.sv', text: textOf('./sparse/nn_axi_read_memory.sv') }];
  const program = await buildSimulator(sources, bench, options);
  return {
    program,
    async run(pause, seed) {
      const { stdout } = await execa(program, [`+pause=${pause}`, `+seed=${seed}`, '+verilator+rand+reset+2', `+verilator+seed+${seed}`], { timeout: 120_000 });
      const lines = stdout.split('\n');
      const done = Object.fromEntries((lines.find((line) => line.startsWith('DONE')) ?? '').split(' ').slice(1).map((pair) => pair.split('=')));
      return { jobs: Number(done.jobs), stops: Number(done.stops), faults: Number(done.faults), broken: Number(done.broken), said: lines.filter((line) => /^(FAULT|RULE)/.test(line)) };
    },
  };
}
