/** What Verilator's programs have in common: its runtime library as objects, and its headers as the compiler has read them. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from './cache.ts';

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

async function build(folder: string, { verilator, fast, slow }: Flags): Promise<void> {
  writeFileSync(join(folder, 'bench.sv'), program);
  writeFileSync(join(folder, header), '#include "verilated.h"\n');
  writeFileSync(join(folder, 'runtime.mk'), makefile);
  await execa('verilator', ['--cc', '--top-module', 'bench', '--prefix', 'Vbench', '--Mdir', '.', ...verilator, 'bench.sv'], { cwd: folder });
  await execa('make', ['-f', 'runtime.mk', '-j2', `OPT_fast=${fast}`, `OPT_slow=${slow}`, 'runtime'], { cwd: folder });
}

/** Folder of the objects and headers, made when these flags are new. Throws what the tools threw. */
async function runtime(version: string, flags: Flags): Promise<string> {
  const parent = cacheFolder('runtime');
  const hash = createHash('sha256').update(JSON.stringify([version, flags, program, makefile]));
  const target = join(parent, hash.digest('hex').slice(0, 24));
  if (existsSync(target)) return target;
  const work = mkdtempSync(join(parent, 'build-'));
  try {
    await build(work, flags);
    // Another process may have been as quick.
    if (!existsSync(target)) renameSync(work, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}

/**
 * Compiles what Verilator left in `objects`, by target `Vbench`.
 * @param extra variables of make
 */
export async function makeProgram(objects: string, version: string, flags: Flags, extra: readonly string[]): Promise<void> {
  const from = await runtime(version, flags);
  for (const file of readdirSync(from)) if (file.endsWith('.o')) copyFileSync(join(from, file), join(objects, file));
  for (const name of [header, `${header}.gch`]) symlinkSync(join(from, name), join(objects, name));
  const common = `-include ${header}`;
  await execa('make', ['-C', objects, '-f', 'Vbench.mk', '-j2', `OPT_FAST=${flags.fast} ${common}`, `OPT_SLOW=${flags.slow} ${common}`, ...extra, 'Vbench']);
}
