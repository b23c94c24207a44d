// SPDX-License-Identifier: Apache-2.0
/**
 * nn_sparse_registers by itself in Verilator (sim/registers/), and copies of it with a fault each, in one simulator.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fields, runBench } from './report-lines.ts';
import { buildSimulator, type CompileOptions, type VerilogSource } from './simulator.ts';

const textOf = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

export interface RegistersResult {
  /** Rules that the registers broke. */
  readonly faults: number;
  /** The first of them, in words; empty when there is none. */
  readonly said: string;
  /** How often the bench met each situation that it is there for. */
  readonly met: Readonly<Record<string, number>>;
}

const module = 'nn_sparse_registers';

/** The ports of the registers as `.name(name)`, for they are named alike on both sides. */
const portsOf = (cell: string) =>
  [...cell.matchAll(/^ {4}(?:input|output)\s+(?:wire|reg)\s+(?:\[[^\]]+\]\s+)?(\w+)/gm)].map(([, port]) => port!);

/** A module that is variant WHICH, so that a generate loop of the bench can name it. */
function variantsText(cell: string, count: number): string {
  const ports = portsOf(cell);
  const from = cell.indexOf(`module ${module} (`);
  const header = cell.slice(from, cell.indexOf(');', from) + 2);
  const connections = ports.map((port) => `.${port}(${port})`).join(', ');
  const choices = Array.from(
    { length: count },
    (_, i) => `if (WHICH == ${i}) begin : g ${module}_${i} u (${connections}); end`,
  );
  const variant = header
    .replace(`module ${module} (`, 'module nn_registers_variant #(parameter WHICH = 0) (')
    .replaceAll('output reg ', 'output wire');
  return `${variant}
generate ${choices.join(' else ')} endgenerate
endmodule
`;
}

/**
 * @param cells the library's
 * @param variants texts of nn_sparse_registers
 * @returns what each of them did, in order
 */
export async function runRegisters(
  cells: readonly VerilogSource[],
  variants: readonly string[],
  seed: number,
  options: CompileOptions = { quick: true, loops: true },
): Promise<RegistersResult[]> {
  const sources = [
    ...cells.filter(({ path }) => path === 'nn_fifo.v'),
    ...variants.map((text, i) => ({
      path: `${module}_${i}.v`,
      text: text.replace(`module ${module} `, `module ${module}_${i} `),
    })),
    { path: 'nn_registers_variant.v', text: variantsText(variants[0]!, variants.length) },
    { path: 'nn_registers_driver.sv', text: textOf('./registers/nn_registers_driver.sv') },
  ];
  const bench = `\`define VARIANTS ${variants.length}\n${textOf('./registers/bench.sv')}`;
  const program = await buildSimulator(sources, bench, options);
  const { reports } = await runBench(program, { seed }, { cwd: dirname(program), seconds: 60 });
  const of = (word: string, which: number) => reports.find((report) => report.startsWith(`${word} which=${which} `));
  return variants.map((_text, which) => {
    const { faults, which: _, ...met } = { ...fields(of('VARIANT', which)!), ...fields(of('STALLS', which)!) };
    return {
      faults: Number(faults),
      said: of('FAULT', which)?.replace(/^FAULT which=\d+ /, '') ?? '',
      met: Object.fromEntries(Object.entries(met).map(([name, count]) => [name, Number(count)])),
    };
  });
}
