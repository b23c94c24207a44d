/**
 * Adds up a heap of words and taps into one word, or two, in the fewest LUTs that a search finds.
 *
 * Most taps come in through sevens, two LUTs each (count), that take five or six taps more in as many LUTs as the running sum has
 * bits (absorb): 7 taps in 2 LUTs, 13 in 5, 19 in 9. What is left then goes into three-input adders, each of which has room for two
 * more taps of weight 1, the least and earliest words first. The search tries every number of nineteens and thirteens, with
 * as many sevens as are needed for the rest to find room; ties go to the earlier result.
 */
import { costOf } from './costs.ts';
import { widthOf, type Node, type Operand, type Tap, type Word } from './netlist.ts';

export interface Heap {
  readonly operands: readonly Operand[];
  readonly taps: readonly Tap[];
}

export interface Sum {
  readonly nodes: readonly Node[];
  readonly operands: readonly Operand[];
}

const LUT_TAPS = 5;
const SEVEN = LUT_TAPS + 2;
const ABSORBED = LUT_TAPS + 1;

/** `label` names the result; the words on the way get numbers behind it. */
export function addUp(label: string, heap: Heap, target: 1 | 2 = 1): Sum {
  if (heap.taps.length === 0 && heap.operands.length <= target) return { nodes: [], operands: heap.operands };
  let best: Sum | null = null;
  let least = Infinity;
  for (const pieces of partitions(heap, target)) {
    const sum = build(label, heap, pieces, target);
    const lut = sum.nodes.reduce((total, node) => total + costOf(node).lut, 0);
    const stage = Math.max(...sum.operands.map((operand) => operand.stage));
    const cost = lut + stage / 1000;
    if (cost < least) [best, least] = [sum, cost];
  }
  return best!;
}

/** Sizes of pieces whose taps, with the units that their additions take, are all the taps of the heap. */
function* partitions({ operands, taps }: Heap, target: number): Generator<number[]> {
  const nineteen = SEVEN + 2 * ABSORBED;
  const thirteen = SEVEN + ABSORBED;
  for (let large = 0; large * nineteen <= taps.length; large++) {
    for (let medium = 0; large * nineteen + medium * thirteen <= taps.length; medium++) {
      const pieces = [...Array<number>(large).fill(nineteen), ...Array<number>(medium).fill(thirteen)];
      let left = taps.length - large * nineteen - medium * thirteen;
      // A further piece of s taps brings room for one unit more, unless it is the first of the heap.
      const room = () => Math.max(0, operands.length + pieces.length - target);
      while (left > room()) {
        pieces.push(0);
        const piece = Math.min(SEVEN, Math.max(1, left - room()));
        pieces[pieces.length - 1] = piece;
        left -= piece;
      }
      yield pieces;
    }
  }
}

function build(label: string, heap: Heap, pieces: readonly number[], target: number): Sum {
  const nodes: Node[] = [];
  const word = (max: number, stage: number): Word => ({ name: `${label}_${nodes.length}`, max, stage });
  // An inverter in front of a carry chain costs a LUT, a LUT's own input none.
  const plain = heap.taps.filter((tap) => !tap.inverted);
  const inverted = heap.taps.filter((tap) => tap.inverted);
  const takeUnits = (count: number): Tap[] => Array.from({ length: count }, () => plain.pop() ?? inverted.pop()!);
  const take = (count: number): Tap[] => Array.from({ length: count }, () => inverted.pop() ?? plain.pop()!);

  const operands: Operand[] = [...heap.operands];
  for (const size of pieces) {
    const first = Math.min(size, SEVEN);
    let out = word(first, 1);
    nodes.push({ op: 'count', out, taps: take(Math.min(first, LUT_TAPS)), units: takeUnits(Math.max(0, first - LUT_TAPS)) });
    for (let left = size - first; left > 0; left -= ABSORBED) {
      const base = out;
      out = word(base.max + ABSORBED, base.stage + 1);
      nodes.push({ op: 'absorb', out, base, taps: take(LUT_TAPS), units: takeUnits(1) });
    }
    operands.push(out);
  }
  while (operands.length > target) {
    operands.sort((a, b) => a.stage - b.stage || widthOf(a.max) - widthOf(b.max));
    const addends = operands.splice(0, (operands.length - target) % 2 === 1 ? 2 : 3);
    const units = takeUnits(Math.min(addends.length - 1, plain.length + inverted.length));
    const max = addends.reduce((total, { max: most }) => total + most, units.length);
    const out = word(max, Math.max(...addends.map(({ stage }) => stage)) + 1);
    nodes.push({ op: 'add', out, operands: addends, units });
    operands.push(out);
  }
  return named(label, { nodes, operands });
}

/** A single result is called by the label alone. */
function named(label: string, { nodes, operands }: Sum): Sum {
  const last = nodes.at(-1);
  if (!last || operands.length > 1) return { nodes, operands };
  const out = { ...last.out, name: label };
  return { nodes: [...nodes.slice(0, -1), { ...last, out }], operands: [out] };
}
