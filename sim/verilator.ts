// SPDX-License-Identifier: Apache-2.0
/** Which Verilator there is. */
import { fail } from '../generator/errors/errors.ts';
import { isOnPath, runTool } from '../generator/processes/run-tool.ts';
import { endOf } from './build-faults.ts';

export const installTools = 'apt-get install verilator g++ make, or: make setup';

/**
 * The first one whose programs have a context of their own (VerilatedContext, in main.cpp), as its list of changes
 * says.
 */
const oldest = 4.2;
const legal = 'Verilator 4.200 or later; bitloom is tested with 5.006';

/** `Verilator 5.006`; NN040 when it is not installed, NN041 when it does not work or is too old. */
export async function verilatorVersion(): Promise<string> {
  if (!isOnPath('verilator')) fail({ code: 'NN040', where: 'verilator', got: 'not found on PATH', fix: installTools });
  const ended = await runTool('verilator', ['--version']);
  const [version, number] = /^Verilator (\d+\.\d+)/.exec(ended.stdout) ?? [];
  if (ended.exitCode !== 0 || version === undefined)
    fail({
      code: 'NN041',
      where: 'verilator',
      got: `verilator --version ${endOf(ended)}`,
      legal,
      fix: `mend the installation, or: ${installTools}`,
    });
  if (Number(number) < oldest)
    fail({ code: 'NN041', where: 'verilator', got: version, legal, fix: 'install a newer one' });
  return version;
}
