// SPDX-License-Identifier: Apache-2.0
/** Every library cell is clean in every tool at several parameter points, and says no to illegal ones by name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellFolders, cellPaths, cellText } from '../generator/hardware/cell-library.ts';
import { withLine } from '../sim/mutant.ts';
import { illegal, points } from './cells-points.ts';
import type { IllegalPoint, Parameters } from './parameter-points.ts';

const primitives = fileURLToPath(new URL('../templates/vivado/primitives', import.meta.url));
const library = [...cellFolders, primitives].flatMap((folder) => ['-y', folder]);
const cells = [...cellPaths.keys()];
/** `one`, and `one` with a lane's number. */
const images = ['one.mem', ...Array.from({ length: 6 }, (_, lane) => `one00${lane}.mem`)];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cells-'));
  for (const image of images) writeFileSync(join(folder, image), '0\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Why the tool cannot be asked, or undefined. */
async function missing(tool: string): Promise<string | undefined> {
  const { exitCode, failed } = await execa(tool, ['-V'], { reject: false });
  return exitCode === undefined && failed ? `skipped: what needs ${tool}, which is not on PATH` : undefined;
}

const noVerilator = await missing('verilator');
const noIcarus = await missing('iverilog');
for (const reason of [noVerilator, noIcarus]) if (reason) console.warn(reason);

const literal = (value: string | number) => (typeof value === 'string' ? `"${value}"` : `${value}`);

const texts = new Map(cells.map((cell) => [cell, cellText(cell)]));
const textOf = (cell: string) => texts.get(cell)!;
const differs = new Set(cells.filter((cell) => [...partsOf(cell)].some((part) => textOf(part).includes('SYNTHESIS'))));

/** A cell and all that it is made of. */
function partsOf(cell: string, found = new Set<string>()): Set<string> {
  found.add(cell);
  for (const [name] of textOf(cell).matchAll(/\bnn_\w+/g))
    if (cells.includes(name) && !found.has(name)) partsOf(name, found);
  return found;
}

/** What synthesis sees of some cells differs from what simulators see: both are read. */
const viewsOf = (cell: string) => (differs.has(cell) ? [[], ['-DSYNTHESIS']] : [[]]);

const verilatorArgs = ['--lint-only', '-Wall', ...library];

/**
 * Everything Verilator says about a cell at all of its points, '' when it is clean.
 * @param text of the cell, where it is not the library's
 */
async function verilatorAll(cell: string, text?: string): Promise<string> {
  const place = mkdtempSync(join(folder, `${cell}-`));
  const top = join(place, 'top.v');
  // Cells have inputs that nothing is connected to, and lie in one file where one is not the library's.
  writeFileSync(
    top,
    `/* verilator lint_off PINMISSING */\n${topOf([cell])}/* verilator lint_on PINMISSING */\n${text ?? ''}`,
  );
  const args = [...verilatorArgs, '-Wno-DECLFILENAME', '--top-module', 'top', top];
  const said = await Promise.all(
    viewsOf(cell).map((view) => execa('verilator', [...view, ...args], { cwd: folder, reject: false, all: true })),
  );
  return said.map(({ all }) => all).join('');
}

/** A module of instances of cells, one per point, nothing connected: one run of a tool reads them all. */
const topOf = (these: readonly string[]): string =>
  topWith(these.flatMap((cell) => points[cell]!.map((parameters) => ({ cell, parameters }))));

function topWith(these: readonly { readonly cell: string; readonly parameters: Parameters }[]): string {
  const instances = these.map(({ cell, parameters }, i) => {
    const values = Object.entries(parameters).map(([name, value]) => `.${name}(${literal(value)})`);
    return `  ${cell} #(${values.join(', ')}) u_${cell}_${i} ();`;
  });
  return `module top;\n${instances.join('\n')}\nendmodule\n`;
}

const icarusArgs = ['-g2005', '-Wall', '-t', 'null', ...library, '-s', 'top'];

/** Everything Icarus says about a cell at all of its points, but for the inputs that nothing is connected to. */
async function icarusAll(cell: string): Promise<string> {
  const file = join(folder, `${cell}_top.v`);
  writeFileSync(file, topOf([cell]));
  const args = [...icarusArgs, file];
  const said = await Promise.all(
    viewsOf(cell).map((view) => execa('iverilog', [...view, ...args], { cwd: folder, reject: false, all: true })),
  ).then((runs) => runs.map(({ all }) => all).join(''));
  return said
    .split('\n')
    .filter((line) => !/top\.v:\d+: warning: Instantiating module \w+ with dangling input port/.test(line))
    .join('\n');
}

/**
 * Illegal points that one run can judge: no point's cell is a part of another's, so that a check's name can only come
 * from the point that is there for it.
 */
function apart(): IllegalPoint[][] {
  const parts = new Map(cells.map((cell) => [cell, partsOf(cell)]));
  const clash = (a: IllegalPoint, b: IllegalPoint) => parts.get(a.cell)!.has(b.cell) || parts.get(b.cell)!.has(a.cell);
  const groups: IllegalPoint[][] = [];
  for (const point of illegal) {
    const group = groups.find((others) => !others.some((other) => clash(point, other)));
    if (group) group.push(point);
    else groups.push([point]);
  }
  return groups;
}

/**
 * Checks by whose name a tool refuses the point that is there for them. It may stop before it has come to all of a
 * group's: those are asked one by one, and last as synthesis sees them.
 */
async function refused(tool: string, args: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const ask = async (these: readonly IllegalPoint[], view: readonly string[] = []) => {
    if (these.length === 0) return;
    const file = join(mkdtempSync(join(folder, 'illegal-')), 'top.v');
    writeFileSync(file, topWith(these));
    const { all } = await execa(tool, [...view, ...args, file], { cwd: folder, reject: false, all: true });
    const words = new Set(all.match(/\w+/g));
    for (const { check } of these) if (words.has(check)) found.add(check);
  };
  const left = (these: readonly IllegalPoint[]) => these.filter(({ check }) => !found.has(check));
  for (const group of apart()) {
    await ask(group);
    for (const point of left(group)) await ask([point]);
    for (const point of left(group)) await ask([point], ['-DSYNTHESIS']);
  }
  return found;
}

/** Elaborates instances of all cells, one per point, and gives what Yosys says about errors and warnings. */
async function yosys(): Promise<string> {
  const files = {
    'top.v': topOf(cells),
    ...Object.fromEntries(images.map((image) => [image, '0\n'])),
    ...Object.fromEntries(cells.map((name) => [`${name}.v`, textOf(name)])),
  };
  const script =
    `read_verilog -lib +/xilinx/cells_sim.v; read_verilog -defer ${cells.map((name) => `${name}.v`).join(' ')} ` +
    'top.v; hierarchy -check -top top; proc -noopt; select -assert-none t:$dlatch';
  if (await missing('yosys')) {
    const { runYosys } = await import('@yowasp/yosys');
    let said = '';
    const listen = (bytes: Uint8Array | null) => {
      if (bytes) said += new TextDecoder().decode(bytes);
    };
    await runYosys(['-q', '-p', script], files, { stdout: listen, stderr: listen });
    return said;
  }
  const place = mkdtempSync(join(folder, 'yosys-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
  const { all } = await execa('yosys', ['-q', '-p', script], { cwd: place, reject: false, all: true });
  return all;
}

/** Legal parameters of a cell that has fewer than five. */
const allPoints: Readonly<Record<string, number>> = { nn_xilinx_compress: 2 };

it('every cell that has parameters has at least five points, or all there are', () => {
  expect(Object.keys(points).sort()).toEqual(cells.sort());
  const parameterised = Object.entries(points).filter(([cell]) => /^\s*parameter\b/m.test(textOf(cell)));
  for (const [cell, list] of parameterised)
    expect(new Set(list.map((p) => JSON.stringify(p))).size, cell).toBeGreaterThanOrEqual(allPoints[cell] ?? 5);
});

it('every check in the library has a test', () => {
  const checks = cells.flatMap((cell) => [...textOf(cell).matchAll(/(\w+) u_error\(\)/g)].map((m) => m[1]!));
  expect(illegal.map((one) => one.check).sort()).toEqual(checks.sort());
});

describe.skipIf(noVerilator !== undefined).concurrent('verilator --lint-only -Wall', () => {
  for (const cell of Object.keys(points))
    it(`${cell} is clean`, async () => {
      expect(await verilatorAll(cell)).toBe('');
    });

  it.each([
    ['UNUSEDSIGNAL', 'wire odd = clk;'],
    ['UNDRIVEN', 'wire odd; reg even; always @(posedge clk) even <= odd; wire unused_even = even;'],
    ['WIDTH', 'wire [1:0] odd = clk; wire unused_odd = |odd;'],
    ['LATCH', 'reg odd; always @(*) if (rst) odd = clk; wire unused_odd = odd;'],
    ['CMPCONST', "wire [1:0] odd = {clk, rst}; wire unused_odd = odd > 2'd3;"],
  ])('says %s where it is so', async (warning, fault) => {
    expect(await verilatorAll('nn_fifo', withLine(textOf('nn_fifo'), fault))).toContain(`%Warning-${warning}`);
  });

  let checks: ReadonlySet<string>;
  beforeAll(async () => {
    checks = await refused('verilator', [
      ...verilatorArgs,
      '-Wno-DECLFILENAME',
      '--error-limit',
      '999',
      '--top-module',
      'top',
    ]);
  });
  for (const { check } of illegal) it(`refuses: ${check}`, () => expect(checks).toContain(check));
});

describe.skipIf(noIcarus !== undefined).concurrent('iverilog -g2005 -Wall', () => {
  for (const cell of Object.keys(points))
    it(`${cell} is clean`, async () => {
      expect(await icarusAll(cell)).toBe('');
    });

  let checks: ReadonlySet<string>;
  beforeAll(async () => {
    checks = await refused('iverilog', icarusArgs);
  });
  for (const { check } of illegal) it(`refuses: ${check}`, () => expect(checks).toContain(check));
});

describe('yosys', () => {
  it('elaborates every cell', async () => expect(await yosys()).not.toMatch(/ERROR|must/));
});
