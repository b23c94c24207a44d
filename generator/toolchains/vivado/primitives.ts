// SPDX-License-Identifier: Apache-2.0
/** Primitives of Xilinx devices that cells of templates/lib/xilinx instantiate, and their simulation models. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DeviceCells } from '../../toolchain/toolchain.ts';

/** Device families: 7 series and UltraScale+. */
export type Family = 'xc7' | 'xcup';

/** Positions of a family's carry primitive, CARRY4 or CARRY8: parameter CARRY_W of cells. */
const positions: Readonly<Record<Family, number>> = { xc7: 4, xcup: 8 };

/** @throws for a family that has no cells in primitives */
export function carryPositions(family: string): number {
  const found = positions[family as Family] as number | undefined;
  if (found === undefined) throw new Error(`no cells are made of primitives of device family ${family}`);
  return found;
}

const modelFolder = fileURLToPath(new URL('../../../templates/vivado/primitives/', import.meta.url));

export const deviceCells: DeviceCells = {
  family: 'xilinx',
  modelFolder,
  asked: (texts) => texts.some((text) => /"xilinx"|\bnn_xilinx_|\.CARRY_W\([48]\)/.test(text)),
  models(texts, family) {
    const used = ['LUT6_2', `CARRY${carryPositions(family)}`].filter((name) =>
      texts.some((text) => new RegExp(`^\\s*${name}\\s+(?:#|u_)`, 'm').test(text)),
    );
    return new Map(used.map((name) => [name, readFileSync(`${modelFolder}${name}.v`, 'utf8')]));
  },
};
