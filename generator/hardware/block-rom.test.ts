// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { blockRomCost, uramCost } from './block-rom.ts';
import { countCells } from '../synth/count-cells.ts';
import type { Netlist } from '../toolchain/netlist.ts';
import { openYosys } from '../synth/yosys.ts';
import { vivado } from '../toolchains/vivado/index.ts';

const ROM = `
module rom #(parameter W = 1, D = 1, IMAGE = "", A = $clog2(D))
    (input wire clk, input wire [A-1:0] addr, output reg [W-1:0] q);
    (* rom_style = "block" *) reg [W-1:0] image [0:D-1];
    reg [W-1:0] word;
    initial $readmemh(IMAGE, image);
    always @(posedge clk) begin word <= image[addr]; q <= word; end
endmodule
module ram #(parameter W = 1, D = 1, A = $clog2(D))
    (input wire clk, we, input wire [A-1:0] waddr, addr, input wire [W-1:0] d, output reg [W-1:0] q);
    (* ram_style = "ultra" *) reg [W-1:0] store [0:D-1];
    always @(posedge clk) begin if (we) store[waddr] <= d; q <= store[addr]; end
endmodule
`;

/** Words that leave Yosys nothing to share: a multiplicative hash, long enough for the width. */
function image(width: number, depth: number): string {
  const words = Array.from({ length: depth }, (_, word) => {
    let bits = '';
    for (let i = 0; bits.length < width; i++) {
      const mixed = Math.imul(Math.imul(word * 97 + i + 1, 0x9e3779b1) ^ (word >>> 3), 0x85ebca6b) >>> 0;
      bits += mixed.toString(2).padStart(32, '0');
    }
    return BigInt(`0b${bits.slice(0, width)}`).toString(16);
  });
  return words.join('\n');
}

/** Synthesises one memory per shape in a single run, each as a module of its own, and counts them. */
async function measured(kind: 'rom' | 'ram', family: string, shapes: [number, number][]) {
  const files: Record<string, string> = { 'memories.v': ROM };
  const lines = shapes.map(([w, d], i) => {
    if (kind === 'rom') files[`${w}x${d}.mem`] = image(w, d);
    const imageOf = kind === 'rom' ? `, .IMAGE("${w}x${d}.mem")` : '';
    return `(* keep *) ${kind} #(.W(${w}), .D(${d})${imageOf}) u${i} ();`;
  });
  files['top.v'] = `module top;\n${lines.join('\n')}\nendmodule\n`;
  const script = `read_verilog -defer memories.v top.v\nhierarchy -top top
synth_xilinx -family ${family} -noiopad -noclkbuf -uram\ndelete */t:$scopeinfo\nwrite_json netlist.json\n`;
  const yosys = await openYosys('wasm');
  try {
    const { netlist, log } = await yosys.run({ script, files });
    if (netlist === null) throw new Error(log);
    const { modules } = JSON.parse(netlist) as { modules: Record<string, Netlist> };
    return shapes.map((_, i) => countCells(modules[modules['top']!.cells[`u${i}`]!.type]!, vivado.synthesis(family)));
  } finally {
    yosys.close();
  }
}

// Half a RAMB36, one more word than fits, one more bit than fits, several side by side, a read multiplexer of
// more than four inputs (7 × 2056, where the LUTs are a bound) and of fewer (5 × 2056).
const SHAPES: [number, number][] = [
  [8, 16],
  [36, 512],
  [36, 513],
  [37, 300],
  [73, 64],
  [144, 32],
  [9, 2048],
  [7, 2056],
  [5, 2056],
];

test('the shape model of block ROMs says what Yosys says', async () => {
  const counts = await measured('rom', 'xc7', SHAPES);
  SHAPES.forEach(([width, depth], i) => {
    const { bram36, ff, lut } = counts[i]!;
    const model = blockRomCost(width, depth);
    expect({ width, depth, bram36, ff }).toEqual({ width, depth, bram36: model.bram36, ff: model.ff });
    if (width === 7) expect(model.lut).toBeGreaterThanOrEqual(lut);
    else expect({ width, depth, lut }).toEqual({ width, depth, lut: model.lut });
  });
});

test('the shape model of URAM says what Yosys says', async () => {
  const shapes: [number, number][] = [
    [72, 4096],
    [100, 4096],
    [36, 8192],
    [72, 5000],
    [30, 4097],
  ];
  const counts = await measured('ram', 'xcup', shapes);
  expect(counts.map((count) => count.uram)).toEqual(shapes.map(([width, depth]) => uramCost(width, depth)));
});

test('figures known from larger syntheses', () => {
  expect(blockRomCost(512, 1024)).toEqual({ bram36: 14.5, lut: 0, ff: 512, ffToFf: 0 });
  expect(blockRomCost(2304, 1024)).toMatchObject({ bram36: 64, lut: 0 });
  expect(blockRomCost(2048, 1152)).toMatchObject({ bram36: 85.5, lut: 2048 });
  expect(uramCost(512, 4096)).toBe(8);
  expect(() => blockRomCost(0, 16)).toThrow(RangeError);
});
