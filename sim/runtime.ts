// SPDX-License-Identifier: Apache-2.0
/**
 * What Verilator's programs have in common: its runtime library as objects, and its headers as the compiler has read
 * them.
 */
import { copyFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BitloomError } from '../generator/errors/errors.ts';
import { runTool } from '../generator/processes/run-tool.ts';
import { buildFaults } from './build-faults.ts';
import { cacheFolder } from './cache.ts';
import { cachedFolder } from '../generator/files/content-cache.ts';
import { processor } from './processor.ts';

const header = 'verilated_common.h';

/** Flags with which the objects of a program are made. */
export interface Flags {
  /** Of Verilator, those that the runtime library depends on (traces). */
  readonly verilator: readonly string[];
  /** Of the compiler, for code that runs in every clock and for the rest. */
  readonly fast: string;
  readonly slow: string;
}

/** With what every bench needs of the library: standard functions, and functions of C for its reports. */
const program = `import "DPI-C" function string nn_nonce();
module bench(input wire clk);
always @(posedge clk) $display("%s", nn_nonce());
endmodule
`;

/** One header for each set of flags: the compiler takes the one that fits, and reads the text where none does. */
const makefile = `include Vbench.mk
runtime: $(VK_GLOBAL_OBJS) ${header}.gch/fast ${header}.gch/slow
${header}.gch/%: ${header}
	mkdir -p ${header}.gch
	$(CXX) $(CXXFLAGS) $(CPPFLAGS) $(OPT_$*) -x c++-header -o $@ $<
`;

/**
 * A tool of the build; throws why it did not do its work. @param names file as the tool knows it → file of the design
 */
export async function step(
  tool: string,
  args: readonly string[],
  cwd: string,
  names?: ReadonlyMap<string, string>,
): Promise<void> {
  // The compiler leaves its temporary files when it is killed: here they go with the folder.
  const ended = await runTool(tool, args, { cwd, env: { TMPDIR: cwd } });
  if (ended.exitCode !== 0) throw new BitloomError(buildFaults(tool, ended, cwd, names));
}

async function build(folder: string, { verilator, fast, slow }: Flags): Promise<void> {
  writeFileSync(join(folder, 'bench.sv'), program);
  writeFileSync(join(folder, header), '#include "verilated.h"\n');
  writeFileSync(join(folder, 'runtime.mk'), makefile);
  await step(
    'verilator',
    ['--cc', '--top-module', 'bench', '--prefix', 'Vbench', '--Mdir', '.', ...verilator, 'bench.sv'],
    folder,
  );
  await step('make', ['-f', 'runtime.mk', '-j2', `OPT_fast=${fast}`, `OPT_slow=${slow}`, 'runtime'], folder);
}

const precompiled = ['fast', 'slow'].map((flags) => `${header}.gch/${flags}`);

/** Folder of the objects and headers, made when these flags are new. NN040/NN041 where a tool is missing or fails. */
async function runtime(version: string, flags: Flags): Promise<string> {
  return cachedFolder(cacheFolder('runtime'), [version, processor, flags, program, makefile], async (work) => {
    await build(work, flags);
    const objects = readdirSync(work).filter((file) => file.endsWith('.o'));
    return new Map([...objects, header, ...precompiled].map((name) => [name, join(work, name)]));
  });
}

/**
 * Compiles what Verilator left in `objects`, by target `Vbench`. NN040/NN041 where a tool is missing or fails.
 * @param extra variables of make
 */
export async function makeProgram(
  objects: string,
  version: string,
  flags: Flags,
  extra: readonly string[],
): Promise<void> {
  const from = await runtime(version, flags);
  for (const file of readdirSync(from)) if (file.endsWith('.o')) copyFileSync(join(from, file), join(objects, file));
  for (const name of [header, `${header}.gch`]) symlinkSync(join(from, name), join(objects, name));
  const common = `-include ${header}`;
  const optimisation = [`OPT_FAST=${flags.fast} ${common}`, `OPT_SLOW=${flags.slow} ${common}`];
  await step('make', ['-f', 'Vbench.mk', '-j2', ...optimisation, ...extra, 'Vbench'], objects);
}
