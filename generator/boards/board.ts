// SPDX-License-Identifier: Apache-2.0
import type { DeviceResources } from '../hardware/fit.ts';
import type { ClockPins, Toolchain } from '../toolchain/toolchain.ts';

/** A board is data: what the device holds, and how it is clocked. */
export interface Board {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** The vendor's tools. */
  readonly toolchain: Toolchain;
  /** Part, as those tools want it. */
  readonly part: string;
  /** Device family, as the toolchain names it. */
  readonly family: string;
  readonly clockMhz: number;
  readonly resources: DeviceResources;
  /** Network taken when none is named; an architecture says what it is built with. */
  readonly defaultNetwork: string;
  /** Pins and standard of the board's reference clock; null where the carrier board decides. */
  readonly clockPins: ClockPins | null;
  /** Where each fact was read. */
  readonly sources: readonly string[];
}
