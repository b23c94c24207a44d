// SPDX-License-Identifier: Apache-2.0
/** What the generator takes from toolchains; boards name them. */
export { carryPositions } from './vivado/primitives.ts';
export type { Toolchain } from '../toolchain/toolchain.ts';
