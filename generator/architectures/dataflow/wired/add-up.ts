// SPDX-License-Identifier: Apache-2.0
/**
 * Adds up a heap of words and taps into one word, or two, in the fewest LUTs that a search finds.
 *
 * Most taps come in through sevens, two LUTs each (count), that take five or six taps more in as many LUTs as the
 * running sum has
 * bits (absorb): 7 taps in 2 LUTs, 13 in 5, 19 in 9. What is left then goes into three-input adders, each of which has
 * room for two
 * more taps of weight 1, the least and earliest words first. Sevens, absorbers and adders hand one or two of their taps
 * to a carry chain, where
 * inverting one costs a LUT.
 *
 * The search tries numbers of nineteens and thirteens, with as many sevens as are needed for the rest to find room, and
 * both ways
 * with inverted taps: that LUT, or a place left empty. Ties go to the earlier result.
 */
import { costOf } from './costs.ts';
import { unitsOf, widthOf, type Node, type Operand, type Tap, type Word } from './netlist.ts';

export interface Heap {
  readonly operands: readonly Operand[];
  readonly taps: readonly Tap[];
}

export interface Sum {
  readonly nodes: readonly Node[];
  readonly operands: readonly Operand[];
}

interface Choice {
  /** Pieces that absorb twice and once. */
  readonly nineteens: number;
  readonly thirteens: number;
  /** Inverted taps may go to carry chains. */
  readonly inverting: boolean;
}

const LUT_TAPS = 5;
const SEVEN = LUT_TAPS + 2;
const ABSORBED = LUT_TAPS + 1;
/** Beyond so many taps the search takes larger steps. */
const EXHAUSTIVE = 96;

/** `label` names the result; the words on the way get numbers behind it. */
export function addUp(label: string, heap: Heap, target: 1 | 2 = 1): Sum {
  if (heap.taps.length === 0 && heap.operands.length <= target) return { nodes: [], operands: heap.operands };
  let best: Sum | null = null;
  let least = Infinity;
  for (const choice of choices(heap.taps)) {
    const sum = build(label, heap, choice, target);
    const lut = sum.nodes.reduce(
      (total, node) => total + costOf(node).lut + unitsOf(node).filter((tap) => tap.inverted).length,
      0,
    );
    const stage = Math.max(...sum.operands.map((operand) => operand.stage));
    const cost = lut + stage / 1000;
    if (cost < least) [best, least] = [sum, cost];
  }
  return named(label, best!);
}

function* choices(taps: readonly Tap[]): Generator<Choice> {
  const step = 1 + Math.floor(taps.length / EXHAUSTIVE);
  const both = taps.some((tap) => tap.inverted) ? [true, false] : [true];
  for (let nineteens = 0; nineteens * (SEVEN + 2 * ABSORBED) <= taps.length; nineteens += step)
    for (
      let thirteens = 0;
      nineteens * (SEVEN + 2 * ABSORBED) + thirteens * (SEVEN + ABSORBED) <= taps.length;
      thirteens += step
    )
      for (const inverting of both) yield { nineteens, thirteens, inverting };
}

function build(label: string, heap: Heap, { nineteens, thirteens, inverting }: Choice, target: number): Sum {
  const nodes: Node[] = [];
  const word = (max: number, stage: number): Word => ({ name: `${label}_${nodes.length}`, max, stage });
  const operands: Operand[] = [...heap.operands];
  const plain = heap.taps.filter((tap) => !tap.inverted);
  const inverted = heap.taps.filter((tap) => tap.inverted);
  const left = () => plain.length + inverted.length;
  const take = (count: number): Tap[] =>
    Array.from({ length: Math.min(count, left()) }, () => inverted.pop() ?? plain.pop()!);
  const takeUnits = (count: number): Tap[] =>
    Array.from({ length: Math.min(count, inverting ? left() : plain.length) }, () => plain.pop() ?? inverted.pop()!);

  const piece = (size: number, absorbers: number): void => {
    const taps = take(Math.min(size, LUT_TAPS));
    const units = takeUnits(size - taps.length);
    let out = word(taps.length + units.length, 1);
    nodes.push({ op: 'count', out, taps, units });
    for (let i = 0; i < absorbers && left() > 0 && widthOf(out.max) > 2; i++) {
      const base = out;
      const more = take(LUT_TAPS);
      const unit = takeUnits(1);
      out = word(base.max + more.length + unit.length, base.stage + 1);
      nodes.push({ op: 'absorb', out, base, taps: more, units: unit });
    }
    operands.push(out);
  };
  for (let i = 0; i < nineteens; i++) piece(SEVEN, 2);
  for (let i = 0; i < thirteens; i++) piece(SEVEN, 1);
  // Every word above the target brings room for a tap where it is added.
  const room = () => Math.max(0, operands.length - target);
  const fits = () => left() <= room() && (inverting || inverted.length === 0);
  while (left() > 0 && !fits())
    piece(Math.max(1, Math.min(SEVEN, Math.max(left() - room(), inverting ? 0 : inverted.length))), 0);

  while (operands.length > target) {
    operands.sort((a, b) => a.stage - b.stage || widthOf(a.max) - widthOf(b.max));
    const addends = operands.splice(0, (operands.length - target) % 2 === 1 ? 2 : 3);
    const units = takeUnits(addends.length - 1);
    const max = addends.reduce((total, { max: most }) => total + most, units.length);
    const out = word(max, Math.max(...addends.map(({ stage }) => stage)) + 1);
    nodes.push({ op: 'add', out, operands: addends, units });
    operands.push(out);
  }
  return { nodes, operands };
}

/** A single result is called by the label alone. */
function named(label: string, { nodes, operands }: Sum): Sum {
  const last = nodes.at(-1);
  if (!last || operands.length > 1) return { nodes, operands };
  const out = { ...last.out, name: label };
  return { nodes: [...nodes.slice(0, -1), { ...last, out }], operands: [out] };
}
