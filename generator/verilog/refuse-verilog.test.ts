// SPDX-License-Identifier: Apache-2.0
/** What a proof must not run is refused by name; what the library and generated designs are made of is not. */
import { readSources } from './read-sources.ts';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { planFiles, textsOf } from '../emit/plan.ts';
import type { BitloomError } from '../errors/errors.ts';
import { libraryCells } from '../../sim/early.ts';
import { refuse, refusedIn } from './refuse-verilog.ts';
import { residualSpecimens } from '../../sim/specimens-residual.ts';
import { sharedSpecimens } from '../../sim/specimens-shared.ts';
import { specimens, wiredSpecimens } from '../../sim/specimens.ts';

const cell = (body: string) => `module nn_cell (input wire clk, output reg q);\n    ${body}\nendmodule\n`;
const found = (text: string) => refusedIn({ path: 'rtl/nn_cell.v', text }).map(({ got }) => got);

/** What stands in the second line of a cell. */
const refused: readonly (readonly [body: string, said: RegExp])[] = [
  ['always @(a) y = a ^ b;', /a list of signals/],
  ['initial $display("DONE cycle=1");', /^\$display is no hardware/],
  ['always @(posedge clk) $finish;', /^\$finish/],
  ['initial $stop;', /^\$stop/],
  ['initial $system("touch /tmp/x");', /^\$system/],
  ['initial $c("exit(0);");', /^\$c is/],
  ['integer f; initial f = $fopen("edge_0.txt", "w");', /^\$fopen/],
  ['initial $fwrite(1, "DONE");', /^\$fwrite/],
  ['initial $writememh("x.mem", m);', /^\$writememh/],
  ['initial if ($test$plusargs("dir")) q = 1;', /^\$test\$plusargs/],
  ['initial if ($value$plusargs("dir=%s", s)) q = 1;', /^\$value\$plusargs/],
  ['always @(posedge clk) q <= $random;', /^\$random/],
  ['always @(posedge clk) q <= $urandom % 2;', /^\$urandom/],
  ['always @(posedge clk) q <= $time > 100;', /^\$time/],
  ['wire x = $root.bench.rst;', /^\$root/],
  ['import "DPI-C" function string nn_nonce();', /^import calls functions/],
  ['export "DPI-C" function f;', /^export/],
  ['bind nn_monitor nn_spy u_spy (.clk(clk));', /^bind puts cells/],
  ['initial force q = 1;', /^force overrides/],
  ['initial release q;', /^release/],
  ['defparam bench.edge_0.DATA_W = 1;', /^defparam/],
  ['wire x = nn_report::nonce() == "";', /^nn_report:: is of another file/],
  ['wire x = referee.report;', /^referee\.report reaches out of its module/],
  ['always @(posedge clk) bench.edge_0.faults <= 0;', /^bench\.edge_0\.faults reaches out/],
  ['always @(posedge clk) q <= nn_monitor.expected[0];', /^nn_monitor\.expected\[0\]? ?reaches|^nn_monitor\.expected/],
  ['nn_other u_other (.clk(clk)); wire x = u_other.state;', /^u_other\.state reaches out/],
  // A block that is not there, or that cannot be seen from here: the simulator would look further up.
  ['generate if (0) begin : referee wire report; end endgenerate wire x = referee.report;', /^referee\.report/],
  ['generate if (1) begin : a if (0) begin : edge_3 end end endgenerate wire x = edge_3.done;', /^edge_3\.done/],
  ['generate if (1) begin : a begin : b end end endgenerate wire x = b.done;', /^b\.done reaches out/],
  ['wire x = (q) .done;', /reaches out of its module/],
  ['`define DOLLAR $\n    initial `DOLLAR display("x");', /^`define hides/],
  ['`include "evil.vh"', /^`include hides/],
  ['initial `CALL', /^`CALL hides/],
  ['`systemc_header\n#include <cstdlib>\n`verilog', /^`systemc_header hides/],
  ['`ifdef VERILATOR\n    assign q = 1;\n`endif', /^`ifdef VERILATOR makes another design/],
  ['`ifndef SIMULATION\n`endif', /^`ifndef SIMULATION/],
  ['reg a /*verilator public_flat_rw*/;', /verilator public_flat_rw\*\/ changes/],
  ['// verilator tracing_off', /tracing_off changes/],
  ['// synthesis translate_off', /^translate_off makes another design for synthesis/],
  ['/* pragma synthesis_on */', /^synthesis_on makes/],
  ['(* parallel_case *) case (q) endcase', /^parallel_case makes/],
  ['(* BLACK_BOX = "yes" *) nn_other u_other (.clk(clk));', /^BLACK_BOX makes/],
  ['reg m [0:1]; initial $readmemh("../../secret", m);', /names a file elsewhere/],
  ['reg m [0:1]; initial $readmemh("/dev/zero", m);', /"\/dev\/zero" names a file elsewhere/],
  ['wire \\a"b = 1;', /^character/],
  ['wire a\u2028= 1;', /^character/],
  ['initial \\$display ("x");', /^character/],
  ['// a comment \r initial $finish;', /^\$finish/],
  ['/* a comment that does not end: initial $finish;', /^\$finish/],
];

describe('in a cell', () => {
  test.each(refused)('%s', (body, said) => {
    const issues = refusedIn({ path: 'rtl/nn_cell.v', text: cell(body) });
    expect(issues.map(({ got }) => got)).toContainEqual(expect.stringMatching(said));
    for (const { code, where, legal, fix } of issues) {
      expect([code, where]).toEqual(['NN043', expect.stringMatching(/^rtl\/nn_cell\.v:\d+$/)]);
      expect([legal, fix]).toEqual([expect.any(String), expect.any(String)]);
    }
  });

  test.each([
    ['initial $readmemh("table.mem", m);'],
    ['// $display("DONE") in a comment, /*verilator public*/ in another'],
    ['/* $finish; */ reg [3:0] a; // verilator lint_off UNUSED'],
    ['localparam TEXT = "$finish `define a.b";'],
    ['generate if (1) begin : g_a wire b; end endgenerate wire x = g_a.b; wire y = g_a.b;'],
    ['generate for (i = 0; i < 2; i = i + 1) begin : g_a if (i > 0) begin assign b = g_a[i-1].b; end end endgenerate'],
    ["wire [7:0] a = 8'hff + 1.5; nn_other #(.A(1), .B(2)) u_other (.clk(clk), .q(q));"],
    ['`ifdef SYNTHESIS\n    wire x = $signed(q) > $clog2(3);\n`else\n`endif'],
  ])('not: %s', (body) => expect(found(cell(body))).toEqual([]));

  test('the line is named, and all of a file at once, a few at most', () => {
    const text = cell('\n\ninitial $stop; initial $finish;');
    expect(refusedIn({ path: 'rtl/a.v', text }).map(({ where }) => where)).toEqual(['rtl/a.v:4', 'rtl/a.v:4']);
    expect(found(cell('$a '.repeat(100)))).toHaveLength(8);
  });
});

describe('in a file', () => {
  test.each([
    ['a function for all', `function f; f = 1; endfunction\n${cell('')}`, 'function outside of modules'],
    ['a package', 'package nn_report; endpackage\n', 'package outside of modules'],
    ['the bench', 'module bench (input wire clk);\nendmodule\n', 'module bench is one of the bench'],
    ['a part of the bench', 'module nn_random_stall ();\nendmodule\n', 'module nn_random_stall is one of the bench'],
    [
      'a memory of a bench',
      'module nn_axi_read_memory ();\nendmodule\n',
      'module nn_axi_read_memory is one of the bench',
    ],
    ['a primitive', 'module LUT6_2 ();\nendmodule\n', 'module LUT6_2 is one of the bench'],
  ])('%s', (_, text, said) => expect(found(text)).toContain(said));

  test('an attribute before a module is none of them', () => {
    expect(found(`(* keep = "yes" *) ${cell('')}`)).toEqual([]);
  });
});

describe('by its name', () => {
  const paths = ['rtl/a.cpp', 'a.v', '-CFLAGS', 'rtl/../main.v', '../main.cpp', 'rtl/a.vlt', '/etc/a.v', 'rtl/a b.v'];
  test.each(paths)('%s', (path) => {
    expect(() => refuse([{ path, text: cell('') }])).toThrow(/^NN043 .*filelist\.f/);
  });
  test('rtl/nn_cell.v is legal', () => expect(() => refuse([{ path: 'rtl/nn_cell.v', text: cell('') }])).not.toThrow());
});

test('a module that is there twice, in one file or in two', () => {
  const twice = /^NN043 .*rtl\/b\.v.*module nn_cell is in rtl\/(a|b)\.v too/m;
  const file = (path: string, text: string) => ({ path, text });
  expect(() => refuse([file('rtl/a.v', cell('')), file('rtl/b.v', cell(''))])).toThrow(twice);
  expect(() => refuse([file('rtl/b.v', cell('') + cell(''))])).toThrow(twice);
  expect(() => refuse([file('rtl/a.v', `// module nn_cell\n${cell('')}`)])).not.toThrow();
});

describe('nothing is refused', () => {
  test('of the library', () => {
    for (const { path, text } of libraryCells()) expect([path, refusedIn({ path, text })]).toEqual([path, []]);
  });
  const designs = [...specimens(), ...wiredSpecimens(), ...residualSpecimens(), ...sharedSpecimens()];
  test.each(designs.map((design) => [design.name, design] as const))('of %s', (_, design) => {
    const files = [...textsOf(planFiles(design, { network: design.name, defaulted: false }))];
    const sources = files.map(([path, text]) => ({ path, text })).filter(({ path }) => path.startsWith('rtl/'));
    expect(() => refuse(sources)).not.toThrow();
  });
});

test('every file of a folder is looked at where its sources are read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'refused-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'rtl'));
  writeFileSync(join(folder, 'filelist.f'), 'rtl/a.v\nrtl/b.v\n');
  writeFileSync(join(folder, 'rtl/a.v'), cell('initial $system("true");'));
  writeFileSync(join(folder, 'rtl/b.v'), cell('initial $finish;').replace('nn_cell', 'nn_other'));
  let issues: BitloomError['issues'] = [];
  try {
    readSources(folder);
  } catch (error) {
    issues = (error as BitloomError).issues;
  }
  expect(issues.map(({ code, where }) => [code, where])).toEqual([
    ['NN043', 'rtl/a.v:2'],
    ['NN043', 'rtl/b.v:2'],
  ]);
});
