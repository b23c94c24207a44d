// SPDX-License-Identifier: Apache-2.0
/**
 * What an event costs, in units of one toggle of a routed net. Relative, and from public figures of other devices:
 * docs/energy.md
 * derives each from them and says what is assumed.
 */

/** Shares of dynamic power in Virtex-II: Shang, Kaviani, Bathala, FPGA 2002. */
const share = { routing: 0.6, logic: 0.16, clocking: 0.14 };
/** Toggles a clock that Vivado assumes where it knows nothing (UG907). */
const usualToggles = 0.125;
/** Assumed: a LUT to every flip-flop in those designs, both toggling as usual. */
const perFlipFlop = 2 * usualToggles;
const routedToggle = (share.routing + share.logic) / perFlipFlop;
const localToggle = share.logic / perFlipFlop;

/** pJ at 45 nm: Horowitz, ISSCC 2014. */
const addedBit = 0.1 / 32;
const memoryBit = 10 / 64;
/** Dynamic power of the same logic in an FPGA and as an ASIC, by which a block RAM is none: Kuon, Rose, TCAD 2007. */
const fpgaToAsic = 14;
/**
 * Assumed of an adder on random data: every other clock a bit of the sum toggles, in its LUT and behind its flip-flop.
 */
const togglesPerAddedBit = 0.5 * (1 + localToggle / routedToggle);

export const weights = {
  /** A flip-flop's output. */
  register: 1,
  /** A LUT's output that leads to other LUTs. */
  routed: 1,
  /** A LUT's output that stays in its slice: at a carry chain, or at the flip-flop that takes it. */
  local: localToggle / routedToggle,
  /** A clock at a flip-flop. */
  clocked: share.clocking / routedToggle,
  /** A bit read from block RAM or written to it. */
  blockRam: (memoryBit / (addedBit * fpgaToAsic)) * togglesPerAddedBit,
} as const;

export type Event = keyof typeof weights;
export const events = Object.keys(weights) as Event[];

/** How often each happens in a frame. */
export type Counts = Readonly<Record<Event, number>>;

export const energyOf = (counts: Counts, factors: Partial<Counts> = {}): number =>
  events.reduce((sum, event) => sum + counts[event] * weights[event] * (factors[event] ?? 1), 0);
