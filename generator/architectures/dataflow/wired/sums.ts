// SPDX-License-Identifier: Apache-2.0
/** The portable style: every operation as one clocked sum. */
import { exceedsWidth, isInverted, tapsOf, unitsOf, widthOf, type Node, type Operand, type Tap } from './netlist.ts';
import type { Signals } from './verilog.ts';

export function sumOf(node: Node, signals: Signals): string {
  const width = widthOf(node.out.max);
  const one = (tap: Tap, bits: number) => zeros(bits - 1, `${tap.inverted ? '~' : ''}${signals.bit(tap)}`);
  const operandIn = (operand: Operand) =>
    isInverted(operand)
      ? zeros(width - widthOf(operand.max), `~${signals.operand(operand, 0)}`)
      : signals.operand(operand, width);
  const sum = (operands: readonly Operand[]) =>
    [...operands.map(operandIn), ...[...tapsOf(node), ...unitsOf(node)].map((tap) => one(tap, width))].join(' + ');
  const clocked = (value: string) => `always @(posedge clk) ${node.out.name} <= ${value};`;
  switch (node.op) {
    case 'pixel':
      return clocked(
        `{${node.bits
          .map((tap, i) => `${i === node.bits.length - 1 ? '~' : ''}${signals.bit(tap)}`)
          .reverse()
          .join(', ')}}`,
      );
    case 'count':
      return clocked(sum([]));
    case 'absorb':
      return clocked(sum([node.base]));
    case 'add':
      return isCell(node) ? sum3('nn_sum3', node, signals) : clocked(sum(node.operands));
    case 'exceeds':
      return exceeds('nn_exceeds', node, signals);
    case 'atLeast':
      return atLeast(node, signals);
  }
}

/** Operations that are cells in both styles. */
export const isCell = (node: Node): boolean =>
  node.op === 'atLeast' || node.op === 'exceeds' || (node.op === 'add' && node.operands.length === 3);

/** A chain takes what comes as it is: an inverter in front of it is a LUT. */
export const unitOf = (tap: Tap | undefined, signals: Signals): string =>
  tap ? `${tap.inverted ? '~' : ''}${signals.bit(tap)}` : "1'b0";

/** Three operands of one width and up to two units. */
export function sum3(cell: string, node: Node & { op: 'add' }, signals: Signals, carry = ''): string {
  const { name, max } = node.out;
  const width = Math.max(...node.operands.map((operand) => widthOf(operand.max)));
  const inverted = node.operands
    .map((operand) => (isInverted(operand) ? 1 : 0))
    .reverse()
    .join('');
  const ports = node.operands.map((operand, i) => `.${'abc'[i]}(${signals.operand(operand, width)})`).join(', ');
  const units = `{${unitOf(node.units[1], signals)}, ${unitOf(node.units[0], signals)}}`;
  return (
    `${cell} #(.W(${width}), .SUM_W(${widthOf(max)}), .INVERT(3'b${inverted})${carry}) u_${name} (.clk(clk), ` +
    `${ports}, .units(${units}), .sum(${name}));`
  );
}

/** Compares are cells in both styles: Yosys would make a compare behind a sum of what is one sum. */
export function exceeds(cell: string, node: Node & { op: 'exceeds' }, signals: Signals, carry = ''): string {
  const width = exceedsWidth(node.operands, node.total);
  const [a, b] = [0, 1].map((i) =>
    node.operands[i] ? signals.operand(node.operands[i], width - 1) : `${width - 1}'d0`,
  );
  const unit = node.unit === 'even' ? `~${signals.lowBit(node.total)}` : `1'b${node.unit}`;
  const ports = `.a(${a}), .b(${b}), .half(${signals.half(node.total, width)}), .unit(${unit}), .y(${node.out.name})`;
  return `${cell} #(.W(${width}), .MIRROR(${node.mirrored ? 1 : 0})${carry}) u_${node.out.name} (.clk(clk), ${ports});`;
}

export function atLeast(node: Node & { op: 'atLeast' }, signals: Signals): string {
  const width = widthOf(node.word.max);
  return (
    `nn_at_least #(.W(${width}), .THRESHOLD(${node.threshold}), .MIRROR(${node.mirrored ? 1 : 0})) ` +
    `u_${node.out.name} (.clk(clk), .count(${signals.operand(node.word, width)}), .y(${node.out.name}));`
  );
}

const zeros = (count: number, text: string): string => (count > 0 ? `{${count}'d0, ${text}}` : text);
