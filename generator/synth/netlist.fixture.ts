// SPDX-License-Identifier: Apache-2.0
/** Hand-made netlists for the tests: cells by pin, nets by number. */
import type { Bit, Cell, Netlist } from '../toolchain/netlist.ts';

/** Pins that drive; every other pin of a fixture cell is an input. */
const OUTPUT_PINS = new Set(['O', 'O5', 'O6', 'CO', 'Q', 'P', 'q', 'DOA', 'DOD', 'SPO', 'DPO', 'DOADO']);

export function cell(type: string, pins: Record<string, Bit | Bit[]>, parameters: Record<string, string> = {}): Cell {
  const connections = Object.fromEntries(Object.entries(pins).map(([pin, bits]) => [pin, [bits].flat()]));
  const direction = (pin: string): 'input' | 'output' => (OUTPUT_PINS.has(pin) ? 'output' : 'input');
  const directions = Object.fromEntries(Object.keys(pins).map((pin) => [pin, direction(pin)]));
  return { type, parameters, port_directions: directions, connections };
}

export function netlist(
  cells: Cell[],
  inputs: Record<string, Bit[]> = {},
  outputs: Record<string, Bit[]> = {},
  names: Record<string, Bit[]> = {},
): Netlist {
  const ports = (of: Record<string, Bit[]>, direction: 'input' | 'output') =>
    Object.entries(of).map(([name, bits]) => [name, { direction, bits }] as const);
  return {
    name: 'fixture',
    cells: Object.fromEntries(cells.map((one, i) => [`c${i}`, one])),
    ports: Object.fromEntries([...ports(inputs, 'input'), ...ports(outputs, 'output')]),
    netnames: Object.fromEntries(Object.entries(names).map(([name, bits]) => [name, { bits }])),
  };
}

/** A flip-flop from net d to net q. */
export const ff = (d: Bit, q: Bit): Cell => cell('FDRE', { C: 1, CE: '1', D: d, R: '0', Q: q });
