// SPDX-License-Identifier: Apache-2.0
/** Vivado, for devices of 7 series and UltraScale+. */
import type { Toolchain } from '../../toolchain/toolchain.ts';
import { deviceCells } from './primitives.ts';
import { activityFile, folder, project, script } from './project.ts';
import { synthesis } from './synthesis.ts';

export const vivado: Toolchain = {
  name: 'vivado',
  title: 'Vivado',
  folder,
  script,
  activityFile,
  project,
  cells: deviceCells,
  synthesis,
};
