// SPDX-License-Identifier: Apache-2.0
/**
 * The Yosys job of one module: its sources, black boxes for its block ROMs, so that megabits of weights need no
 * synthesis, and the toolchain's script around them. ROMs of any other style are synthesised with their contents, which
 * become logic.
 */
import { basename } from 'node:path';
import { BitloomError, fail } from '../errors/errors.ts';
import type { SynthesisTarget } from '../toolchain/synthesis.ts';
import { BLOCK_ROM, LOGIC_ROM_NOTE } from './rom-boxes.ts';
import type { YosysJob } from './yosys.ts';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}
export interface MemoryImage {
  readonly name: string;
  readonly text: string;
}

/** One distinct module: a Verilog module with its parameters and the memory images that they name. */
export interface SynthModule {
  /** Key of the result, unique in a call; several may share a Verilog module. */
  readonly name: string;
  /** Verilog module to synthesise. */
  readonly top: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  /** At least the files below `top`; others are ignored. */
  readonly sources: readonly SourceFile[];
  /** `$readmemh` files by bare name; those that `top` does not name are ignored. */
  readonly memories: readonly MemoryImage[];
}

const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ROM = 'nn_rom';
/**
 * Cells that stand in an engine hundreds of times, with the same parameters, between registers of their own. They are
 * mapped once and put in flat, cell by cell, before anything is counted: nothing is multiplied, and what a flat mapping
 * could have shared across their edges is counted, not saved.
 */
const mappedOnce = ['nn_xnor_popcount', 'nn_xilinx_xnor_popcount', 'nn_signed_dot'];
/** So are the wired kernels of a layer, by their groups: as many copies as windows at once. */
const wiredKernels = /_wired(_\d+)?$/;

/**
 * The job that synthesises one module. Throws NN032 for names that may not reach a script, NN004 for a top or
 * parameter that the sources do not have, NN042 for a memory image that a *_FILE parameter names and nobody
 * supplies.
 */
export function flowOf(module: SynthModule, target: SynthesisTarget): YosysJob {
  const sources = reachable(module);
  checkNames(module, sources);
  const memories = namedMemories(module, sources);
  const files: Record<string, string> = {};
  for (const source of sources) files[basename(source.path)] = source.text;
  const verilog = Object.keys(files);
  const rom = sources.find((source) => definedModules(source.text).includes(ROM));
  const boxes: string[] = [];
  let timedBoxes = '';
  if (rom) {
    const standIn = romStandIn(rom, target.delays?.blockRomArcs ?? '');
    files[basename(rom.path)] = `${standIn.contents}\n${standIn.shell}`;
    files['bitloom_boxes.v'] = standIn.boxes;
    boxes.push('read_verilog -lib bitloom_boxes.v');
    timedBoxes = standIn.timedBoxes;
  }
  for (const memory of memories) files[memory.name] = memory.text;
  const parameters = Object.entries(module.parameters).map(([name, value]) => ` -chparam ${name} ${constant(value)}`);
  const defined = sources.flatMap((source) => definedModules(source.text));
  const repeated = defined.filter(
    (name) => name !== module.top && (mappedOnce.includes(name) || wiredKernels.test(name)),
  );
  const delays = target.delays?.step(timedBoxes) ?? { files: {}, script: [] };
  // The attribute keeps delays in flip-flops; Yosys knows it for whole modules only.
  const keepsDelays = sources.some((s) => s.text.includes('shreg_extract = "no"'));
  const script = [
    ...target.libraries,
    ...boxes,
    `read_verilog -defer ${verilog.join(' ')}`,
    `hierarchy -check -top ${module.top}${parameters.join('')}`,
    ...repeated.map((name) => `setattr -mod -set keep_hierarchy 1 *${name}*`),
    ...target.map(module.top, keepsDelays),
    ...repeated.map((name) => `setattr -mod -unset keep_hierarchy *${name}*`),
    ...(repeated.length > 0 ? ['flatten'] : []),
    'delete */t:$scopeinfo',
    'json -o netlist.json A:top',
    ...delays.script,
  ];
  return { script: `${script.join('\n')}\n`, files: { ...files, ...delays.files } };
}

/** Names of the modules that a Verilog text defines. */
export function definedModules(text: string): string[] {
  return [...text.matchAll(/^\s*(?:\(\*.*?\*\)\s*)?module\s+(\w+)/gm)].map((match) => match[1]!);
}

/** Sources below the top, by the module names that occur as words in them: never too few, seldom too many. */
function reachable(module: SynthModule): SourceFile[] {
  const byModule = new Map(module.sources.flatMap((s) => definedModules(s.text).map((name) => [name, s] as const)));
  const top = byModule.get(module.top);
  if (!top) fail({ code: 'NN004', where: module.name, got: `no source defines module ${module.top}` });
  for (const parameter of Object.keys(module.parameters)) {
    // Yosys only warns, and the default would be measured instead.
    if (!new RegExp(`\\b${parameter}\\b`).test(top.text)) {
      fail({ code: 'NN004', where: module.name, got: `module ${module.top} has no parameter ${parameter}` });
    }
  }
  const found = new Set([top]);
  for (const source of found) {
    for (const word of new Set(source.text.match(/\b[A-Za-z_]\w*/g))) {
      const other = byModule.get(word);
      if (other) found.add(other);
    }
  }
  return module.sources.filter((source) => found.has(source));
}

function checkNames(module: SynthModule, sources: readonly SourceFile[]): void {
  const bad = [
    ...sources.map((s) => basename(s.path)).filter((name) => !FILE_NAME.test(name)),
    ...module.memories.map((memory) => memory.name).filter((name) => !FILE_NAME.test(name)),
    ...[module.top, ...Object.keys(module.parameters)].filter((name) => !IDENTIFIER.test(name)),
  ];
  if (bad.length > 0) {
    throw new BitloomError(
      bad.map((name) => ({
        code: 'NN032' as const,
        where: module.name,
        got: `'${name}'`,
        legal: 'letters, digits, _ . -',
      })),
    );
  }
}

/**
 * Images that a parameter or a source of the module names; the ROM checks of synthesise.ts see that they
 * suffice.
 */
function namedMemories(module: SynthModule, sources: readonly SourceFile[]): MemoryImage[] {
  const supplied = module.memories.map((memory) => memory.name);
  const values = Object.entries(module.parameters).filter(
    ([name, value]) => /(^|_)(FILE|PREFIX)$/.test(name) && value !== '',
  );
  // A prefix names all files that begin with it: one for each lane of a cell.
  const named = ([name, value]: (typeof values)[number]) =>
    supplied.filter((file) => (name.endsWith('PREFIX') ? file.startsWith(String(value)) : file === value));
  const missing = values.filter((value) => named(value).length === 0);
  if (missing.length > 0) {
    throw new BitloomError(missing.map(([name, value]) => missingImage(module.name, `${name} = '${value}'`)));
  }
  const wanted = new Set(values.flatMap(named));
  const text = sources.map((source) => source.text).join('\n');
  return module.memories.filter((memory) => wanted.has(memory.name) || text.includes(`"${memory.name}"`));
}

/** The issue of a ROM without its contents, which would synthesise to nothing and look like a saving. */
export function missingImage(where: string, got: string): { code: 'NN042'; where: string; got: string; fix: string } {
  return { code: 'NN042', where, got, fix: 'generate the design again: mem/ lacks the file, or words in it' };
}

/**
 * Splits nn_rom in two: the module as written, renamed, for contents that become logic, and a shell with the
 * same header that picks it or the black box (a single word is a constant in any style). Either way a cell of
 * the final netlist tells which file was meant.
 */
function romStandIn(
  rom: SourceFile,
  arcs: string,
): { contents: string; shell: string; boxes: string; timedBoxes: string } {
  const header = new RegExp(`module\\s+${ROM}\\b[\\s\\S]*?\\)\\s*;`).exec(rom.text.replace(/\/\/.*$/gm, ''))?.[0];
  if (header === undefined) fail({ code: 'NN041', where: rom.path, got: `the header of ${ROM} cannot be read` });
  const wires = header.replace(/\boutput\s+reg\b/g, 'output wire');
  const ports = [...wires.matchAll(/\b(?:input|output)\s+wire\s*(?:\[[^\]]*\]\s*)?(\w+)/g)].map((match) => match[1]!);
  const named = (names: readonly string[]): string => names.map((name) => `.${name}(${name})`).join(', ');
  const parameters = named(['DATA_W', 'DEPTH', 'STYLE', 'INIT_FILE']);
  const note = 'parameter DATA_W = 1, parameter DEPTH = 1, parameter STYLE = "", parameter INIT_FILE = ""';
  const noteBox = `module ${LOGIC_ROM_NOTE} #(${note}) (); endmodule\n`;
  return {
    contents: rom.text.replace(new RegExp(`\\bmodule\\s+${ROM}\\b`), `module ${ROM}_contents`),
    shell: [
      wires,
      `generate if (STYLE == "block" && DEPTH > 1) begin : g_box`,
      `    ${BLOCK_ROM} #(${parameters}) box (${named(ports)});`,
      'end else begin : g_contents',
      `    (* keep *) ${LOGIC_ROM_NOTE} #(${parameters}) note ();`,
      `    ${ROM}_contents #(${parameters}) rom (${named(ports)});`,
      'end endgenerate',
      'endmodule',
      '',
    ].join('\n'),
    boxes: `${wires.replace(ROM, BLOCK_ROM)} endmodule\n${noteBox}`,
    timedBoxes: `${wires.replace(ROM, BLOCK_ROM)} ${arcs} endmodule\n${noteBox}`,
  };
}

/**
 * A parameter value for -chparam. Text goes as a bit vector: quotes do not survive every Yosys' script
 * reader.
 */
function constant(value: number | string): string {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value === '' ? '\0' : value, 'latin1');
    return `${bytes.length * 8}'h${bytes.toString('hex')}`;
  }
  if (value < 0) return `32'sh${(value >>> 0).toString(16)}`;
  return value < 2 ** 31 ? `${value}` : `64'd${value}`;
}
