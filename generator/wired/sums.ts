/** The portable style: every operation as one clocked sum. */
import { exceedsWidth, isInverted, tapsOf, unitsOf, widthOf, type Node, type Operand, type Tap } from './netlist.ts';
import type { Signals } from './verilog.ts';

export function sumOf(node: Node, signals: Signals): string {
  const width = widthOf(node.out.max);
  const one = (tap: Tap, bits: number) => zeros(bits - 1, `${tap.inverted ? '~' : ''}${signals.bit(tap)}`);
  const operandIn = (operand: Operand) => (isInverted(operand) ? zeros(width - widthOf(operand.max), `~${signals.operand(operand, 0)}`) : signals.operand(operand, width));
  const sum = (operands: readonly Operand[]) =>
    [...operands.map(operandIn), ...[...tapsOf(node), ...unitsOf(node)].map((tap) => one(tap, width))].join(' + ');
  const clocked = (value: string) => `always @(posedge clk) ${node.out.name} <= ${value};`;
  switch (node.op) {
    case 'pixel':
      return clocked(`{${node.bits.map((tap, i) => `${i === node.bits.length - 1 ? '~' : ''}${signals.bit(tap)}`).reverse().join(', ')}}`);
    case 'count':
      return clocked(sum([]));
    case 'absorb':
      return clocked(sum([node.base]));
    case 'add':
      return clocked(sum(node.operands));
    case 'exceeds': {
      const bits = exceedsWidth(node.operands, node.total);
      const unit = node.unit === 0 ? [] : [zeros(bits - 1, node.unit === 1 ? "1'b1" : `~${signals.lowBit(node.total)}`)];
      const addends = [...node.operands.map((operand) => signals.operand(operand, bits)), ...unit];
      const left = addends.length === 0 ? `${bits}'d0` : addends.length === 1 ? addends[0]! : `(${addends.join(' + ')})`;
      return clocked(`${left} ${node.mirrored ? '<=' : '>'} ${signals.half(node.total, bits)}`);
    }
    case 'atLeast':
      return atLeast(node, signals);
  }
}

/** A compare with a constant is the same cell in both styles. */
export function atLeast(node: Node & { op: 'atLeast' }, signals: Signals): string {
  const width = widthOf(node.word.max);
  return `nn_at_least #(.W(${width}), .THRESHOLD(${node.threshold}), .MIRROR(${node.mirrored ? 1 : 0})) u_${node.out.name} (.clk(clk), .count(${signals.operand(node.word, width)}), .y(${node.out.name}));`;
}

const zeros = (count: number, text: string): string => (count > 0 ? `{${count}'d0, ${text}}` : text);
