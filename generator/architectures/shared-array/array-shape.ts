// SPDX-License-Identifier: Apache-2.0
/** The size of the array, or of the datapaths in its place. */

/** Types of layers: bit planes, kernels of pixels, 1×1 kernels and dense layers. */
export const datapaths = ['pixels', 'windows', 'points'] as const;
export type Datapath = (typeof datapaths)[number];

/** Units of nine taps × `group` channels. */
export interface ArrayShape {
  readonly units: number;
  /** Units of each type's own datapath, `units` those of the widest; absent: one array for all. */
  readonly own?: Readonly<Record<Datapath, number>>;
  readonly group: number;
  /** A layer's last group may be half a group, which then two filters share. */
  readonly split: boolean;
}

export const groupSizes = [8, 16, 32];
