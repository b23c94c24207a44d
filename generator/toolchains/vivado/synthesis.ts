// SPDX-License-Identifier: Apache-2.0
/**
 * `synth_xilinx` without abc9, which raised LUTs by a fifth, and started after its library step, which reads more cells
 * than counting needs.
 */
import { blockRomCost } from '../../hardware/block-rom.ts';
import type { SynthesisTarget } from '../../toolchain/synthesis.ts';
import { cells } from './cells.ts';
import { delays } from './delays.ts';
import type { Family } from './primitives.ts';

/** Yosys' options for a family; the second library has UltraScale+'s memories and DSPs, and is slow to read. */
const families: Readonly<Record<Family, { readonly options: string; readonly libraries: readonly string[] }>> = {
  xc7: { options: '-family xc7', libraries: ['cells_sim'] },
  xcup: { options: '-family xcup -uram', libraries: ['cells_sim', 'cells_xtra'] },
};

export function synthesis(family: string): SynthesisTarget {
  const known = families[family as Family] as (typeof families)[Family] | undefined;
  if (!known) throw new Error(`the toolchain has no device family ${family}`);
  return {
    libraries: known.libraries.map((name) => `read_verilog -lib +/xilinx/${name}.v`),
    map: (top, keepsDelays) => [
      // "auto" lets plain scripts of any family choose; here the cell's own style counts, as it does in Vivado.
      'setattr -unset ram_block */m:* */a:ram_block=auto %i',
      // Yosys takes "distributed" for LUT-RAM, which cannot be read-only; here, as in Vivado, it means logic.
      'setattr -set ram_block "logic" */m:* */a:rom_style=distributed %i',
      `synth_xilinx -run prepare: -noiopad -noclkbuf -flatten ${known.options}${keepsDelays ? ' -nosrl' : ''} ` +
        `-top ${top}`,
    ],
    cells,
    blockRom: blockRomCost,
    delays: family === 'xc7' ? delays : null,
    rules: [
      new URL('./cells.ts', import.meta.url),
      new URL('./delays.ts', import.meta.url),
      new URL('../../toolchain/netlist.ts', import.meta.url),
      new URL('../../hardware/block-rom.ts', import.meta.url),
    ],
  };
}
