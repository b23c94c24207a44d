// SPDX-License-Identifier: Apache-2.0
/**
 * Delay of a module's worst path as Yosys' `sta` sees it: delays of cells, no routing, so an estimate that silicon will
 * exceed.
 */
import type { Netlist } from '../toolchain/netlist.ts';
import { integerParameter } from '../toolchain/netlist.ts';
import type { CellTable, SynthesisTarget } from '../toolchain/synthesis.ts';
import { registerName } from './logic-levels.ts';
import { BLOCK_ROM, factsOf, isClock } from './rom-boxes.ts';

export interface Timing {
  /** Between registers, ports counting as registers. */
  readonly delayNs: number;
  readonly from: string;
  readonly to: string;
  /** Cell types whose paths `sta` cannot see: with any, delayNs is a lower bound. */
  readonly notTimed: readonly string[];
}

/** Reads what `sta` logged; null where it found no path and no block ROM brings its own, or delays are unknown. */
export function timingOf(log: string, netlist: Netlist, { cells: table, delays }: SynthesisTarget): Timing | null {
  if (!delays) return null;
  const cells = Object.values(netlist.cells);
  const unseen = [
    ...log.matchAll(/^Warning: (?:Cell type|Module) '([^']+)' (?:has no timing arcs|not recognised|is not a black)/gm),
  ];
  const notTimed = [...new Set(unseen.map((match) => match[1]!))].sort();
  const paths = cells
    .filter((cell) => cell.type === BLOCK_ROM)
    .map((cell) => delays.blockRomPs(integerParameter(cell, 'DATA_W', 0), integerParameter(cell, 'DEPTH', 0)))
    .map((ps) => ({ ps, from: 'block ROM', to: 'its output register' }));
  const latest = /^Latest arrival time in .* is (\d+):$/m.exec(log);
  if (latest) {
    // sta takes any pin for an end, also one that nothing reads: then the delay is an upper bound.
    // From the end back to the start: `ps cell (TYPE.IN)` or `ps (<primary output>)`, then `ps cell (TYPE.IN->OUT)`.
    const steps = [...log.matchAll(/^ +\d+ (\S+) \((\w+)\.(\w+)(->\w+)?\)$/gm)];
    const [first, last] = [steps[0], steps.at(-1)];
    const port = log.includes('<primary output>') ? 'an output' : 'a pin that nothing reads';
    const ends = first && first[4] === undefined ? nameOf(netlist, table, first[1]!) : port;
    const starts =
      last?.[4] !== undefined && isClock(last[2]!, last[3]!, table) ? nameOf(netlist, table, last[1]!) : 'an input';
    paths.push({ ps: Number(latest[1]), from: starts, to: ends });
  }
  if (paths.length === 0) return null;
  const worst = paths.reduce((a, b) => (b.ps > a.ps ? b : a));
  return { delayNs: worst.ps / 1000, from: worst.from, to: worst.to, notTimed };
}

/** sta names cells; a reader knows what a register holds. */
function nameOf(netlist: Netlist, table: CellTable, name: string): string {
  const cell = netlist.cells[name];
  const facts = cell && factsOf(cell.type, table);
  return facts ? registerName(netlist, { name, cell, facts }) : name;
}
