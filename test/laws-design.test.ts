// SPDX-License-Identifier: Apache-2.0
/**
 * Generated designs as the tools of others read them: Verilator, Icarus, Yosys and Tcl, started from a foreign folder.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runYosys } from '@yowasp/yosys';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { boardNamed } from '../generator/boards/index.ts';
import { gen } from '../cli/commands/gen.ts';
import { networkFile, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const elsewhere = join(folder, 'elsewhere');
const primitives = fileURLToPath(new URL('../templates/vivado/primitives', import.meta.url));
const silent = { warn: () => {}, progress: () => {} };

/**
 * Legal names that are keywords, or look like the generator's own: beside `u_fc` with its converter, `u_fc_x1`, a layer
 * named as another one's memory, and a network named as a Verilog word.
 */
const awkward = networkFile(
  folder,
  [
    "const a = d.batchNormSign('reg', d.binaryConv2d('wire', pixels, { filters: 6, kernel: 3, weights }), { " +
      'weights });',
    "const b = d.batchNormSign('fc_x6', d.binaryDense('u_fc', a, { units: 4, weights }), { weights });",
    "const c = d.batchNormSign('wire_weights', d.binaryDense('fc', b, { units: 3, weights }), { weights });",
    "return d.decide('clk', d.binaryDense('u_fc_x1', c, { units: 2, weights }), { classes: 2 });",
  ].join(' '),
  { name: 'module' },
);

const designs = [
  { name: 'mnist', network: 'mnist', board: 'kc705', fps: '2000', clock: undefined, reuse: 'off' },
  // Wired layers: of primitives here, portable there.
  { name: 'mnist', network: 'mnist', board: 'xc7z100', fps: '100000', clock: undefined, reuse: 'on' },
  { name: 'tiny', network: 'tiny', board: 'zcu104', fps: '2000', clock: undefined, reuse: 'on' },
  // Early decision: with the pool, and with wired layers before it.
  { name: 'mnist', network: 'mnist', board: 'zcu104', fps: '2000', clock: undefined, reuse: 'off', early: 'on' },
  { name: 'cnv', network: 'cnv', board: 'zcu104', fps: '2000', clock: 150, reuse: 'auto' },
  // Fast, so that there are converters between the layers.
  { name: 'module', network: awkward, board: 'xc7z100', fps: '2000000', clock: undefined, reuse: 'auto' },
] as const;

const pathOf = (design: (typeof designs)[number]) => join(folder, `${design.name}-${design.board}`);

beforeAll(async () => {
  mkdirSync(elsewhere);
  for (const { network, board, fps, clock, reuse, ...rest } of designs)
    await gen({ network, board, fps, clock, reuse, ...rest, out: folder }, silent);
});

function sourcesOf(path: string): string[] {
  return readFileSync(join(path, 'filelist.f'), 'utf8').trim().split('\n');
}

async function lint(path: string, top: string): Promise<string> {
  const args = [
    '--lint-only',
    '-Wall',
    '--top-module',
    top,
    '-y',
    primitives,
    ...sourcesOf(path).map((file) => join(path, file)),
  ];
  // What simulators see, and what synthesis does.
  const said = await Promise.all(
    [[], ['-DSYNTHESIS']].map((view) =>
      execa('verilator', [...view, ...args], { cwd: elsewhere, reject: false, all: true }),
    ),
  );
  return said.map(({ all }) => all).join('');
}

async function icarus(path: string, top: string): Promise<string> {
  const { all } = await execa(
    'iverilog',
    ['-g2005', '-t', 'null', '-s', top, '-y', primitives, ...sourcesOf(path).map((file) => join(path, file))],
    { cwd: elsewhere, reject: false, all: true },
  );
  return all;
}

/** What Yosys complains about when it reads the design and builds the hierarchy with all parameters and memories. */
async function yosys(path: string, top: string): Promise<string[]> {
  const files: Record<string, string> = {};
  for (const file of sourcesOf(path)) files[basename(file)] = readFileSync(join(path, file), 'utf8');
  const verilog = Object.keys(files).join(' ');
  for (const file of readdirSync(join(path, 'mem'))) files[file] = readFileSync(join(path, 'mem', file), 'utf8');
  let log = '';
  const stdout = (bytes: Uint8Array | null) => {
    if (bytes) log += new TextDecoder().decode(bytes);
  };
  try {
    await runYosys(
      ['-p', `read_verilog -lib +/xilinx/cells_sim.v; read_verilog -defer ${verilog}; hierarchy -check -top ${top}`],
      files,
      { stdout, stderr: stdout },
    );
  } catch (error) {
    log += `\nERROR: ${String(error)}`;
  }
  return log.split('\n').filter((line) => /warning|error/i.test(line));
}

interface TclCall {
  readonly command: string;
  readonly args: readonly string[];
}

/** Runs a script in plain Tcl, Vivado's commands recorded instead of carried out. */
async function tcl(script: string): Promise<TclCall[]> {
  const harness = join(elsewhere, 'harness.tcl');
  writeFileSync(harness, 'proc unknown args { puts [join $args "\\x1f"]; return {} }\nsource [lindex $argv 0]\n');
  const { stdout } = await execa('tclsh', [harness, script], { cwd: elsewhere });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [command, ...args] = line.split('\x1f');
      return { command: command!, args };
    });
}

describe.each(designs)('$name on $board', (design) => {
  const path = pathOf(design);
  const top = `${design.name}_top`;
  const { part, clockMhz } = boardNamed(design.board);

  test('lint-clean under verilator -Wall', async () => {
    expect(await lint(path, top)).toBe('');
  });

  test('read by Icarus', async () => {
    expect(await icarus(path, top)).toBe('');
  });

  test('read by Yosys', async () => {
    expect(await yosys(path, top)).toEqual([]);
  });

  test('its Tcl names files that are there, its top and its part', async () => {
    const calls = await tcl(join(path, 'vivado', 'ooc.tcl'));
    const of = (command: string) => calls.filter((call) => call.command === command).map((call) => call.args);
    expect(of('create_project')).toEqual([['-in_memory', '-part', part]]);
    expect(of('read_verilog')).toEqual(sourcesOf(path).map((file) => [join(path, file)]));
    expect(of('add_files')).toEqual(
      readdirSync(join(path, 'mem'))
        .sort()
        .map((file) => ['-norecurse', join(path, 'mem', file)]),
    );
    expect(of('read_xdc')).toEqual([['-mode', 'out_of_context', join(path, 'vivado', 'clock.xdc')]]);
    expect(of('synth_design')).toEqual([['-top', top, '-part', part, '-mode', 'out_of_context']]);
    for (const stage of ['opt_design', 'place_design', 'route_design', 'report_timing_summary'])
      expect(calls.map((call) => call.command)).toContain(stage);
    for (const file of calls
      .flatMap((call) => call.args)
      .filter((arg) => /\.(v|mem|xdc)$/.test(arg) && !arg.startsWith('*')))
      expect(() => readFileSync(file)).not.toThrow();
    expect(readFileSync(join(path, 'vivado', 'ooc.tcl'), 'utf8')).toContain('NOT YET RUN IN VIVADO');
  });

  test('its power report reads the routed design and the activity, and says what is missing', async () => {
    const script = join(path, 'vivado', 'power.tcl');
    await expect(tcl(script)).rejects.toThrow(/post_route\.dcp is not there: vivado\/ooc\.tcl makes it/);
    const [out, activity] = [join(path, 'vivado', 'out'), join(path, 'vivado', 'activity.saif')];
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'post_route.dcp'), '');
    await expect(tcl(script)).rejects.toThrow(/activity\.saif is not there: bitloom energy makes it/);
    writeFileSync(activity, '');
    expect(await tcl(script)).toEqual([
      { command: 'open_checkpoint', args: [join(out, 'post_route.dcp')] },
      { command: 'read_saif', args: ['-strip_path', top, '-out_file', join(out, 'unmatched_nets.txt'), activity] },
      { command: 'report_power', args: ['-file', join(out, 'power.txt')] },
    ]);
  });

  test('its clock constraint says the period of the clock', async () => {
    const calls = await tcl(join(path, 'vivado', 'clock.xdc'));
    const period = (1000 / (design.clock ?? clockMhz)).toFixed(3);
    expect(calls).toEqual([
      { command: 'get_ports', args: ['clk'] },
      { command: 'create_clock', args: ['-period', period, '-name', 'clk', ''] },
    ]);
  });
});

describe('the tools would say so', () => {
  const path = join(folder, 'faulty');
  beforeAll(() => {
    mkdirSync(join(path, 'rtl'), { recursive: true });
    mkdirSync(join(path, 'mem'));
    writeFileSync(join(path, 'filelist.f'), 'rtl/faulty.v\n');
    writeFileSync(
      join(path, 'rtl', 'faulty.v'),
      "module faulty (output wire [3:0] y);\n    assign y = 5'd1;\n    absent u_absent ();\nendmodule\n",
    );
  });

  test('Verilator, Icarus, Yosys', async () => {
    expect(await lint(path, 'faulty')).toMatch(/WIDTH|MODMISSING|absent/);
    expect(await icarus(path, 'faulty')).toMatch(/absent/);
    expect((await yosys(path, 'faulty')).join('\n')).toMatch(/absent/);
  });

  test('Tcl', async () => {
    writeFileSync(join(path, 'broken.tcl'), 'create_project {\n');
    await expect(tcl(join(path, 'broken.tcl'))).rejects.toThrow(/missing close-brace/);
  });
});
