// SPDX-License-Identifier: Apache-2.0
/**
 * An output folder in the hands of people who have nothing of bitloom: Yosys' own scripts and Verilator's lint take it
 * as it stands. BITLOOM_PLAIN=all runs the scripts to their end, in every Yosys that is there (make plain).
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { buildShared } from '../generator/architectures/shared-array/index.ts';
import { buildSparse } from '../generator/architectures/sparse/index.ts';
import { kc705 } from '../generator/boards/kc705.ts';
import type { Board } from '../generator/boards/board.ts';
import { xc7z100 } from '../generator/boards/xc7z100.ts';
import { zcu104 } from '../generator/boards/zcu104.ts';
import type { Design } from '../generator/design/architecture.ts';
import { planFiles } from '../generator/emit/plan.ts';
import {
  decide,
  input,
  intConv2d,
  intDense,
  network,
  quantise,
  requantise,
  signedPixels,
  synthetic,
} from '../generator/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { isOnPath } from '../generator/processes/run-tool.ts';
import tinyNetwork from '../networks/tiny.ts';
import { openYosys, type YosysBuild } from '../generator/synth/yosys.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'plain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tiny = typecheck(tinyNetwork);
type Files = ReadonlyMap<string, string | Uint8Array>;

const filesOf = (design: Design): Files => planFiles(design, { network: design.name, defaulted: false });

const target = (board: Board, inPrimitives: boolean) => ({
  board,
  clockMhz: 200,
  primitives: inPrimitives ? board.family : undefined,
});

const weights = synthetic(5, { density: 0.5 });
const pruned = typecheck(
  network('pruned', () => {
    const x = quantise('quant', input('pixels', { height: 9, width: 8, channels: 2 }), signedPixels());
    const y = requantise('relu', intConv2d('conv', x, { filters: 5, kernel: 3, stride: 2, bias: true, weights }), {
      min: 0,
      max: 127,
      weights,
    });
    return decide('class', intDense('fc', y, { units: 3, weights }), { classes: 3 });
  }),
);
/** As small as the engine can be. */
const engine = {
  lanes: 8,
  groups: 2,
  slots: 4,
  ringWords: 64,
  vectorWords: 64,
  ownWords: 16,
  mapPorts: 2,
  vectorPorts: 2,
};

/** Each form in a design as small as it comes: wired layers with a folded one, folded alone, early, shared, sparse. */
const forms: Readonly<Record<string, (board: Board, inPrimitives: boolean) => Files>> = {
  wired: (...of) => filesOf(buildDataflow(tiny, { ...target(...of), fps: 200_000, reuse: 'auto' })),
  folded: (...of) => filesOf(buildDataflow(tiny, { ...target(...of), fps: 200_000, reuse: 'off' })),
  early: (...of) => filesOf(buildDataflow(tiny, { ...target(...of), fps: 1000, early: 'on' })),
  shared: (...of) => filesOf(buildShared(tiny, { ...target(...of), fps: 1 })),
  unshared: (...of) => filesOf(buildShared(tiny, { ...target(...of), fps: 1, unshared: true })),
  sparse: (...of) => filesOf(buildSparse(pruned, { ...target(...of), fps: 'max' }, engine)),
};

const everything = process.env['BITLOOM_PLAIN'] === 'all';

function write(files: Files): string {
  const place = mkdtempSync(join(folder, 'design-'));
  for (const [path, data] of files) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), data);
  }
  return place;
}

/** Everything Verilator says about a folder, from within. */
async function lint(place: string, ...more: string[]): Promise<string> {
  const args = ['--lint-only', '-Wall', '-f', 'filelist.f', ...more];
  const { stdout, stderr } = await run('verilator', args, { cwd: place }).catch((error: unknown) => error as never);
  return `${stdout}${stderr}`;
}

const noVerilator = isOnPath('verilator') ? undefined : 'verilator is not on PATH: no folder is linted';
if (noVerilator) console.warn(noVerilator);

describe.skipIf(noVerilator !== undefined)('verilator --lint-only -Wall -f filelist.f is silent', () => {
  // A board of each device family, and portable Verilog once: it does not know the board. All of all with make plain.
  const boards = everything ? [kc705, xc7z100, zcu104] : [kc705, zcu104];
  const cases = Object.keys(forms).flatMap((form) =>
    boards
      .filter((board) => form !== 'sparse' || board.resources.uram > 0)
      .flatMap((board) =>
        (everything || board === zcu104 ? [true, false] : [true]).map((inPrimitives) => ({
          form,
          board,
          inPrimitives,
        })),
      ),
  );
  for (const { form, board, inPrimitives } of cases)
    test(`${form} on ${board.name}, ${inPrimitives ? 'in primitives' : 'portable'}`, async () => {
      const place = write(forms[form]!(board, inPrimitives));
      expect(await Promise.all([lint(place), lint(place, '-DSYNTHESIS')])).toEqual(['', '']);
    });

  test('a folder without the models of its primitives is not', async () => {
    const files = new Map(forms['wired']!(kc705, true));
    expect([...files.keys()].filter((path) => !path.includes('/'))).toEqual([
      'CARRY4.v',
      'LUT6_2.v',
      'filelist.f',
      'manifest.json',
    ]);
    files.delete('LUT6_2.v');
    expect(await lint(write(files), '-DSYNTHESIS')).toMatch(/Cannot find file containing module: 'LUT6_2'/);
  });

  test('nor is one where a cell that synthesis alone uses is no library cell: it would be a second top', async () => {
    const files = new Map(forms['wired']!(kc705, true));
    const cell = 'rtl/nn_xilinx_popcount.v';
    files.set(cell, String(files.get(cell)).replaceAll(/`(?:end)?celldefine\n/g, ''));
    expect(await lint(write(files))).toMatch(/MULTITOP/);
  });
});

const builds: readonly YosysBuild[] = isOnPath('yosys') ? (everything ? ['native', 'wasm'] : ['native']) : ['wasm'];

/** Yosys' own scripts; with the primitives of a family, or portable. */
const scripts = [
  { script: 'synth_xilinx', inPrimitives: true, board: kc705 },
  { script: 'synth_xilinx -family xcup', inPrimitives: true, board: zcu104 },
  { script: 'synth_ice40', inPrimitives: false, board: kc705 },
  { script: 'synth_ecp5', inPrimitives: false, board: kc705 },
];

/** Up to where memories have found their place, which is where scripts stop that cannot map one. */
const memories = (script: string): string => `${script} -run begin:map_ffram`;

async function synthesised(files: Files, script: string, yosys: YosysBuild): Promise<string> {
  const { top } = JSON.parse(String(files.get('manifest.json'))) as { top: string };
  const sources = String(files.get('filelist.f')).trim().split('\n');
  const inputs = [...files].filter(([path]) => sources.includes(path) || path.endsWith('.mem'));
  const open = await openYosys(yosys);
  try {
    const { netlist, log } = await open.run({
      script:
        `read_verilog -defer ${sources.map((path) => path.slice(4)).join(' ')}\n${script} -top ${top}\njson -o ` +
        `netlist.json\n`,
      files: Object.fromEntries(inputs.map(([path, text]) => [path.slice(4), String(text)])),
    });
    return netlist === null ? log : '';
  } finally {
    open.close();
  }
}

/** Without make plain: the device that has neither LUT-RAM nor UltraRAM takes all, each other script one form. */
const tried = (form: string, script: string): boolean =>
  everything ||
  script === 'synth_ice40' ||
  ['wired: synth_xilinx', 'sparse: synth_xilinx -family xcup', 'shared: synth_ecp5'].includes(`${form}: ${script}`);

describe.each(builds)('plain scripts of Yosys (%s)', (yosys) => {
  for (const { script, inPrimitives, board } of scripts)
    for (const form of Object.keys(forms).filter((form) => tried(form, script)))
      test(`${form}: ${script}${everything ? '' : ', memories'}`, async () => {
        const place = form === 'sparse' ? zcu104 : board;
        const files = forms[form]!(place, inPrimitives);
        expect(await synthesised(files, everything ? script : memories(script), yosys)).toBe('');
      });

  test('a memory that must be LUT-RAM is what ice40 has no place for', async () => {
    const files = new Map(forms['folded']!(kc705, false));
    const cell = 'rtl/nn_fifo.v';
    files.set(cell, String(files.get(cell)).replace('ram_block = "auto", ', ''));
    expect(await synthesised(files, memories('synth_ice40'), yosys)).toMatch(/no valid mapping found for memory/);
  });
});

test('no source asks Yosys alone for anything: verify refuses what knows where it runs', () => {
  const texts = [...forms['shared']!(kc705, true)].filter(([path]) => path.startsWith('rtl/')).map(([, text]) => text);
  for (const text of texts) expect(String(text)).not.toMatch(/`ifn?def\s+(?!SYNTHESIS)/);
  expect(readFileSync(new URL('../generator/verilog/refuse-verilog.ts', import.meta.url), 'utf8')).toContain(
    "['SYNTHESIS']",
  );
});
