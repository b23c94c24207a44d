// SPDX-License-Identifier: Apache-2.0
/** The style of device primitives: every operation as one cell of templates/lib. */
import type { Primitives } from '../../../hardware/cost.ts';
import { carryPositions } from '../../../toolchains/index.ts';
import { isInverted, widthOf, type Node, type Operand, type Tap } from './netlist.ts';
import { atLeast, exceeds, sum3, unitOf } from './sums.ts';
import type { Signals } from './verilog.ts';

export function cellOf(node: Node, signals: Signals, family: Primitives): string {
  const { name } = node.out;
  const sumWidth = widthOf(node.out.max);
  // The cells' own is 4.
  const positions = carryPositions(family);
  const carry = positions === 4 ? '' : `, .CARRY_W(${positions})`;
  const cell = (cellName: string, parameters: string, ports: string) =>
    `${cellName} #(${parameters}${carry}) u_${name} (.clk(clk), ${ports}(${name}));`;
  switch (node.op) {
    case 'pixel':
      throw new Error('a pixel needs no cell');
    case 'count': {
      const bits = [...node.taps.map(signals.bit), ...node.units.map((tap) => unitOf(tap, signals))];
      return cell(
        'nn_xilinx_tap_count',
        `.TAPS(${bits.length}), .INVERT(${invert(7, node.taps)})`,
        `.taps(${concatenated(bits)}), .count`,
      );
    }
    case 'absorb': {
      const width = widthOf(node.base.max);
      const parameters =
        `.TAPS(${node.taps.length}), .INVERT(${invert(5, node.taps)}), ` + `.BASE_W(${width}), .SUM_W(${sumWidth})`;
      const ports =
        `.taps(${concatenated(node.taps.map(signals.bit))}), .unit(${unitOf(node.units[0], signals)}), ` +
        `.base(${signals.operand(node.base, width)}), .sum`;
      return cell('nn_xilinx_tap_absorb', parameters, ports);
    }
    case 'add': {
      const widths = node.operands.map((operand) => widthOf(operand.max));
      const widest = Math.max(...widths);
      if (node.operands.length === 2) {
        const [a, b] = [...node.operands].sort((x, y) => widthOf(y.max) - widthOf(x.max)) as [Operand, Operand];
        const parameters =
          `.A_W(${widest}), .B_W(${widthOf(b.max)}), .SUM_W(${sumWidth}), ` +
          `.INVERT(2'b${isInverted(b) ? 1 : 0}${isInverted(a) ? 1 : 0})`;
        return cell(
          'nn_xilinx_add2',
          parameters,
          `.a(${signals.operand(a, widest)}), .b(${signals.operand(b, widthOf(b.max))}), ` +
            `.unit(${unitOf(node.units[0], signals)}), .sum`,
        );
      }
      return sum3('nn_xilinx_sum3', node, signals, carry);
    }
    case 'exceeds':
      return exceeds('nn_xilinx_exceeds', node, signals, carry);
    case 'atLeast':
      return atLeast(node, signals);
  }
}

/** Bit i: tap i counts where it is 0. */
function invert(bits: number, taps: readonly Tap[]): string {
  const mask = taps.reduce((total, tap, i) => total + (tap.inverted ? 1 << i : 0), 0);
  return `${bits}'h${mask.toString(16).toUpperCase()}`;
}

/** The first is bit 0. */
const concatenated = (bits: readonly string[]): string =>
  bits.length === 1 ? bits[0]! : `{${[...bits].reverse().join(', ')}}`;
