// SPDX-License-Identifier: Apache-2.0
/**
 * What an operation takes of a 7-series device, read off its cell in templates/lib: LUT sites, those among them that
 * only lead a
 * register to the carry chain (route-throughs), and CARRY4. Inverters are counted apart: operations share them.
 */
import { exceedsWidth, isConstant, readAt, unitsOf, widthOf, type Netlist, type Node } from './netlist.ts';

export interface Cost {
  readonly lut: number;
  readonly routeThrough: number;
  readonly carry4: number;
}

const onesIn = (value: number) => value.toString(2).replaceAll('0', '').length;
const chain = (positions: number) => Math.ceil(positions / 4);

export function costOf(node: Node): Cost {
  switch (node.op) {
    case 'pixel':
      return { lut: 1, routeThrough: 0, carry4: 0 };
    case 'count': {
      const taps = node.taps.length + node.units.length;
      if (taps === 1) return { lut: node.taps[0]!.inverted ? 1 : 0, routeThrough: 0, carry4: 0 };
      return taps <= 3 ? { lut: 1, routeThrough: 0, carry4: 0 } : { lut: 2, routeThrough: 0, carry4: 1 };
    }
    case 'absorb': {
      const positions = widthOf(node.base.max);
      const counted = widthOf(node.taps.length);
      return { lut: positions, routeThrough: positions - counted, carry4: chain(positions) };
    }
    case 'add': {
      const widths = node.operands.map((operand) => widthOf(operand.max)).sort((a, b) => b - a);
      const widest = widths[0]!;
      if (node.operands.length === 2) {
        // Ones of a constant are inverters.
        const constant = node.operands.find(isConstant);
        const single = constant ? widest - onesIn(constant.constant) : widest - widths[1]!;
        return { lut: widest, routeThrough: single, carry4: chain(widest) };
      }
      const positions = Math.min(widest + 1, widthOf(node.out.max));
      return { lut: positions, routeThrough: 0, carry4: chain(positions) };
    }
    case 'atLeast':
      return { lut: Math.ceil((widthOf(node.word.max) - 1) / 5), routeThrough: 0, carry4: 0 };
    case 'exceeds': {
      const positions = exceedsWidth(node.operands, node.total);
      return { lut: positions + (node.mirrored ? 1 : 0), routeThrough: 0, carry4: chain(positions) };
    }
  }
}

/** A carry chain takes its units as they are: inverted taps, and the low bit of T where "T is even" is asked. */
export function invertersOf({ nodes }: Netlist): number {
  const signals = new Set<string>();
  for (const node of nodes) {
    for (const unit of unitsOf(node)) if (unit.inverted) signals.add(`${readAt(node)} ${unit.index}`);
    if (node.op === 'exceeds' && node.unit === 'even') signals.add(`${readAt(node)} T`);
  }
  return signals.size;
}
