// SPDX-License-Identifier: Apache-2.0
/**
 * Both popcounts against counts made here, one vector a clock, at every small size and where levels begin; and what
 * Yosys makes of one.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from './absent.ts';
import { cellFolders, cellPath } from '../generator/hardware/cell-library.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { root } from './command-line.ts';

const primitives = join(root, 'templates/vivado/primitives');
const most = 1024;
const sizes = [...Array.from({ length: 47 }, (_, i) => i + 2), 63, 64, 65, 85, 86, 99, 127, 128, 130, 144, 169, 170];
/** Icarus takes time by the square of these: fewer vectors. */
const large = [256, 288, 394, 576, most];

/** Latencies as the headers of the cells say them. */
const latencies = {
  nn_xnor_popcount: (n: number) => Math.floor((Math.ceil(Math.log2(n + 1)) - 1) / 2) + 2,
  nn_xilinx_xnor_popcount: (n: number) => [8, 30, 86, 170, 394, 889, 2060].filter((from) => n >= from).length + 2,
};
type PopcountCell = keyof typeof latencies;

const random = randomFrom('popcounts');
/** Shares of agreeing pairs: all, none, few, most, half; then one pair alone, and all but one. */
const vectors = Array.from({ length: 30 }, (_, v) => {
  const share = [1, 0, 0.05, 0.95, 0.5, 0.5][v % 6]!;
  const odd = Math.floor(random() * 20);
  return Array.from({ length: most }, (_, i) => {
    const agree = v >= 18 && v % 6 < 2 ? (i === odd) !== (share === 1) : random() < share;
    const x = random() < 0.5;
    return { x, w: x === agree };
  });
});

/** $readmemh word of `most` bits. */
function word(bits: readonly boolean[]): string {
  const digit = (i: number) => [0, 1, 2, 3].reduce((sum, b) => sum + (bits[i + b] ? 1 << b : 0), 0).toString(16);
  return Array.from({ length: most / 4 }, (_, i) => digit(most - 4 - 4 * i)).join('');
}

const agreements = (v: number, n: number) => vectors[v]!.slice(0, n).filter(({ x, w }) => x === w).length;

/** A check beside each instance: the count of the vector that went in `latency` clocks ago. */
function bench(
  instances: readonly {
    readonly n: number;
    readonly module: string;
    readonly latency: number;
    readonly parameters: string;
  }[],
  length = vectors.length,
): string {
  const checks = instances.map(
    ({ n, module, latency, parameters }, i) => `
    wire [${Math.ceil(Math.log2(n + 1)) - 1}:0] count_${i};
    reg [31:0] expected_${i} [0:${vectors.length - 1}];
    initial $readmemh("counts_${n}.mem", expected_${i});
    ${module} ${parameters} u_${i} (.clk(clk), .x(x[${n - 1}:0]), .w(w[${n - 1}:0]), .count(count_${i}));
    always @(posedge clk) if (t >= ${latency} && t < ${length + latency}) begin
        checked = checked + 1;
        if (count_${i} !== expected_${i}[t - ${latency}])
            $display("${module} N = ${n}: %0d, not %0d", count_${i}, expected_${i}[t - ${latency}]);
    end`,
  );
  return `module bench;
    reg clk = 0;
    integer t = 0, checked = 0;
    reg [${most - 1}:0] xs [0:${vectors.length - 1}], ws [0:${vectors.length - 1}];
    wire [${most - 1}:0] x = xs[t], w = ws[t];
    initial begin $readmemh("x.mem", xs); $readmemh("w.mem", ws); end
    always #1 clk = !clk;
    always @(negedge clk) begin
        t = t + 1;
        if (t == ${length + 12}) begin $display("checked %0d", checked); $finish(0); end
    end
${checks.join('\n')}
endmodule
`;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'popcounts-'));
  const lines = (file: string, words: readonly string[]) => writeFileSync(join(folder, file), `${words.join('\n')}\n`);
  lines(
    'x.mem',
    vectors.map((pairs) => word(pairs.map(({ x }) => x))),
  );
  lines(
    'w.mem',
    vectors.map((pairs) => word(pairs.map(({ w }) => w))),
  );
  for (const n of [...sizes, ...large])
    lines(
      `counts_${n}.mem`,
      vectors.map((_, v) => agreements(v, n).toString(16)),
    );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function simulate(name: string, text: string, sources: readonly string[]): Promise<string> {
  writeFileSync(join(folder, `${name}.v`), text);
  await execa('iverilog', ['-g2005', '-s', 'bench', '-o', `${name}.vvp`, ...sources, `${name}.v`], { cwd: folder });
  return (await execa('vvp', [`${name}.vvp`], { cwd: folder })).stdout.trim();
}

const instance = (module: PopcountCell, n: number, carry = '') => ({
  n,
  module,
  latency: latencies[module](n),
  parameters: `#(.N(${n})${carry})`,
});
const rtl = [...cellFolders, primitives].flatMap((folder) => ['-y', folder]);

const [noIcarus, noYosys] = [lacks('iverilog'), lacks('yosys')];

describe.skipIf(noIcarus)('popcounts', () => {
  test.each([
    ['nn_xnor_popcount', 'portable', []],
    ['nn_xilinx_xnor_popcount', 'LUT by LUT', ['-DSYNTHESIS']],
    ['nn_xilinx_xnor_popcount', 'as simulators see it', []],
  ] as const)('%s, %s, counts with the latency that its header says', async (module, _, view) => {
    for (const [list, length] of [
      [sizes, vectors.length],
      [large, 6],
    ] as const) {
      const text = bench(
        list.map((n) => instance(module, n)),
        length,
      );
      expect(await simulate(module, text, [...view, ...rtl])).toBe(`checked ${list.length * length}`);
    }
  });

  test('in CARRY8 as well', async () => {
    const some = [2, 3, 7, 8, 9, 29, 30, 31, 64, 85, 86, 99];
    const text = bench(some.map((n) => instance('nn_xilinx_xnor_popcount', n, ', .CARRY_W(8)')));
    expect(await simulate('carry8', text, ['-DSYNTHESIS', ...rtl])).toBe(`checked ${some.length * vectors.length}`);
  });

  test.skipIf(noYosys)('a netlist of LUT6_2 and CARRY4 counts as the RTL does', async () => {
    const n = 99;
    const cells = ['carry', 'compress', 'add3', 'popcount', 'xnor_popcount'].map((cell) =>
      cellPath(`nn_xilinx_${cell}`),
    );
    const top = 'nn_xilinx_xnor_popcount';
    await execa(
      'yosys',
      [
        '-q',
        '-p',
        [
          'read_verilog -lib +/xilinx/cells_sim.v',
          `read_verilog -defer ${cells.join(' ')}`,
          `hierarchy -check -top ${top} -chparam N ${n}`,
          `synth_xilinx -run prepare: -noiopad -flatten -family xc7 -top ${top}`,
          `rename -top netlist`,
          'write_verilog -noattr netlist.v',
        ].join('; '),
      ],
      { cwd: folder },
    );
    const { stdout } = await execa('yosys-config', ['--datdir'], { reject: false });
    const vendor = join(stdout || '/usr/share/yosys', 'xilinx/cells_sim.v');
    const text = bench([{ n, module: 'netlist', latency: latencies[top](n), parameters: '' }]);
    expect(await simulate('after', text, ['netlist.v', vendor])).toBe(`checked ${vectors.length}`);
  });
});
