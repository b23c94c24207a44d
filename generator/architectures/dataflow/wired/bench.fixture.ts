// SPDX-License-Identifier: Apache-2.0
/** For tests: random wired layers, windows that decide, and Icarus to compare RTL with integers, one window a clock. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { cellFolders, cellPath } from '../../../hardware/cell-library.ts';
import { randomFrom } from '../../../passes/random.ts';
import type { WiredWeights } from './layer.ts';
import { topNetlist, type Netlist } from '../../../toolchain/netlist.ts';
import { wiredCells, type VerilogFile, type WiredStyle } from './verilog.ts';

/** Icarus and Verilator find cells of the library by name. */
export const library = cellFolders.flatMap((folder) => ['-y', folder]);
export const models = fileURLToPath(new URL('../../../../templates/vivado/primitives/', import.meta.url));

/** Thresholds around where agreements lie, at both edges and beyond. */
export function randomLayer(taps: number, filters: number, seed: string): WiredWeights {
  const random = randomFrom(seed);
  const share = [0.5, 0.5, 0.1, 0.9][Math.floor(random() * 4)]!;
  const weights = Uint8Array.from({ length: taps * filters }, () => (random() < share ? 1 : 0));
  const thresholds = Array.from({ length: filters }, (_, k) => {
    const edges = [0, 1, taps, taps + 1, -3, taps + 900];
    return k % 4 === 3
      ? edges[Math.floor(random() * edges.length)]!
      : Math.round(taps / 2 + (random() - 0.5) * Math.sqrt(taps) * 2);
  });
  // A copy and a complement of the first kernel.
  if (filters > 4) {
    weights.copyWithin(2 * taps, 0, taps);
    for (let i = 0; i < taps; i++) weights[4 * taps + i] = 1 - weights[i]!;
  }
  return { taps, weights, thresholds };
}

/**
 * Random windows, all zeros and ones, and for every kernel one with exactly as many agreements as its threshold, and
 * one with one fewer.
 */
export function decidingWindows(
  { taps, weights, thresholds }: WiredWeights,
  randoms: number,
  seed: string,
): Uint8Array[] {
  const random = randomFrom(seed);
  const windows = [new Uint8Array(taps), new Uint8Array(taps).fill(1)];
  for (let i = 0; i < randoms; i++) windows.push(Uint8Array.from({ length: taps }, () => (random() < 0.5 ? 1 : 0)));
  for (let k = 0; k < thresholds.length; k++) {
    for (const agreements of [thresholds[k]!, thresholds[k]! - 1]) {
      if (agreements < 0 || agreements > taps) continue;
      const window = weights.slice(k * taps, (k + 1) * taps);
      const order = Array.from({ length: taps }, (_, i) => ({ i, at: random() })).sort((a, b) => a.at - b.at);
      for (const { i } of order.slice(agreements)) window[i] = 1 - window[i]!;
      windows.push(window);
    }
  }
  return windows;
}

/** The definition. */
export function expected({ taps, weights, thresholds }: WiredWeights, window: Uint8Array): Uint8Array {
  return Uint8Array.from(thresholds, (threshold, k) => {
    let agreements = 0;
    for (let i = 0; i < taps; i++) if (weights[k * taps + i] === window[i]) agreements += 1;
    return agreements >= threshold ? 1 : 0;
  });
}

export interface Run {
  readonly module: string;
  readonly files: readonly VerilogFile[];
  readonly latency: number;
  readonly windows: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
  /** SYNTHESIS defined: LUT by LUT. */
  readonly lutLevel?: boolean;
  /** Verilog files in place of library and models. */
  readonly netlist?: readonly string[];
}

/** `checked <windows>`, and a line for every clock with a wrong output before it. */
export async function simulate({ module, files, latency, windows, outputs, lutLevel, netlist }: Run): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'wired-'));
  try {
    mkdirSync(join(folder, 'rtl'));
    for (const { path, text } of files) writeFileSync(join(folder, 'rtl', path), text);
    const memory = (name: string, rows: readonly Uint8Array[]) =>
      writeFileSync(join(folder, name), `${rows.map((row) => [...row].reverse().join('')).join('\n')}\n`);
    memory('windows.mem', windows);
    memory('outputs.mem', outputs);
    writeFileSync(
      join(folder, 'bench.v'),
      benchText(module, latency, windows.length, windows[0]!.length, outputs[0]!.length),
    );
    const sources = netlist ?? [...library, '-y', models];
    await execa(
      'iverilog',
      [
        '-g2005',
        ...(lutLevel ? ['-DSYNTHESIS'] : []),
        '-s',
        'bench',
        '-o',
        'bench.vvp',
        ...sources,
        '-y',
        'rtl',
        'bench.v',
      ],
      { cwd: folder },
    );
    return (await execa('vvp', ['bench.vvp'], { cwd: folder })).stdout.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What Yosys makes of the files, in `folder`: as JSON, read, and as `netlist.v` with module `netlist`. */
export async function netlistOf(
  files: readonly VerilogFile[],
  top: string,
  folder: string,
  style: WiredStyle = 'xc7',
): Promise<Netlist> {
  const cells = wiredCells(style).map(cellPath);
  for (const { path, text } of files) writeFileSync(join(folder, path), text);
  await execa(
    'yosys',
    [
      '-q',
      '-p',
      [
        'read_verilog -lib +/xilinx/cells_sim.v',
        `read_verilog -defer ${[...cells, ...files.map(({ path }) => path)].join(' ')}`,
        `hierarchy -check -top ${top}`,
        `synth_xilinx -run prepare: -family ${style === 'xcup' ? 'xcup' : 'xc7'} -noiopad -noclkbuf -nosrl ` +
          `-flatten -top ${top}`,
        'delete */t:$scopeinfo',
        'json -o netlist.json',
        'rename -top netlist',
        'write_verilog -noattr netlist.v',
      ].join('; '),
    ],
    { cwd: folder },
  );
  return { ...topNetlist(readFileSync(join(folder, 'netlist.json'), 'utf8')), name: top };
}

/** The netlist and the models of its cells, as `simulate` takes them. */
export async function netlistSources(folder: string): Promise<string[]> {
  const { stdout } = await execa('yosys-config', ['--datdir'], { reject: false });
  return [join(folder, 'netlist.v'), join(stdout || '/usr/share/yosys', 'xilinx/cells_sim.v')];
}

function benchText(module: string, latency: number, count: number, taps: number, filters: number): string {
  return `module bench;
    reg clk = 0;
    integer t = 0, checked = 0;
    reg [${taps - 1}:0] windows [0:${count - 1}];
    reg [${filters - 1}:0] outputs [0:${count - 1}];
    wire [${filters - 1}:0] y;
    wire [${taps - 1}:0] window = windows[t < ${count} ? t : 0];
    initial begin $readmemb("windows.mem", windows); $readmemb("outputs.mem", outputs); end
    ${module} dut (.clk(clk), .window(window), .y(y));
    always #1 clk = !clk;
    always @(posedge clk) if (t >= ${latency} && t < ${count + latency}) begin
        checked = checked + 1;
        if (y !== outputs[t - ${latency}])
            $display("window %0d: differing outputs %b", t - ${latency}, y ^ outputs[t - ${latency}]);
    end
    always @(negedge clk) begin
        t = t + 1;
        if (t == ${count + latency + 1}) begin $display("checked %0d", checked); $finish(0); end
    end
endmodule
`;
}
