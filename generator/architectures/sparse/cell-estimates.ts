// SPDX-License-Identifier: Apache-2.0
/**
 * LUTs, LUT-RAM and flip-flops of the sparse engine's cells on UltraScale+, before synthesis: what Yosys counts, cell
 * by cell (docs/estimates-sparse.md sets both side by side).
 *
 * A formula has a term for each thing in the cell's Verilog that grows with its size: registers are counted there, a
 * LUT-RAM has the shape that Yosys gives it, a multiplexer of four costs a LUT a bit. What is left is control. It does
 * not grow, or by a few LUTs with each bit of an address; these constants are the counts of small engines, given in
 * bench/estimates-sparse.ts, which the tests' engines are not.
 */
import type { Instance } from '../../hardware/instance.ts';
import { countBits } from '../../hardware/fabric.ts';

export interface LogicCost {
  /** LUT-RAM and shift registers included. */
  readonly lut: number;
  readonly lutRam: number;
  readonly ff: number;
}

/** Parameters of the cells, in their own names. */
interface Sizes {
  readonly LANES: number;
  readonly GROUPS: number;
  readonly SLOTS: number;
  readonly ACC_W: number;
  readonly LINE_W: number;
  readonly LINES: number;
  readonly WORDS: number;
  readonly ADDR_W: number;
  readonly TAG_W: number;
  readonly TARGETS: number;
  readonly BEAT_W: number;
  readonly BASE_W: number;
  readonly TURN_W: number;
  readonly OUTPUTS: number;
  readonly PORTS: number;
  readonly CARRY_W: number;
}

/** RAM32M16 and RAM64M8: eight LUTs hold 14 bits × 32 words, or 7 bits × 64 words, of one write and one read port. */
const lutRam = (width: number, depth: number) =>
  depth <= 32 ? 8 * Math.ceil(width / 14) : 8 * Math.ceil(width / 7) * Math.ceil(depth / 64);

/**
 * A LUT with the multiplexer behind it chooses one of four: a choice of up to sixteen takes a quarter of its inputs.
 */
const mux = (width: number, inputs: number) => (inputs > 1 ? width * Math.ceil(inputs / 4) : 0);

const ultraBanks = (words: number) => Math.ceil(words / 4096);

/** Banks of block RAM that Yosys puts a memory of 64-bit words in: the fewest blocks, then the least to choose from. */
function blockBanks(words: number): number {
  const shapes = [9, 18, 36, 72].map((bits) => {
    const banks = Math.ceil((words * bits) / 36864);
    return { banks, price: 257 * banks * Math.ceil(64 / bits) + 32 * (banks - 1) };
  });
  return shapes.reduce((best, shape) => (shape.price < best.price ? shape : best)).banks;
}

/** Stages of nn_sparse_rotate, of a multiplexer of four for every bit. */
const rotations = (lanes: number) => (lanes > 16 ? 3 : lanes > 4 ? 2 : 1);

const whole = ({ logic, ram, ff }: { logic: number; ram: number; ff: number }): LogicCost => ({
  lut: Math.round(logic) + ram,
  lutRam: ram,
  ff,
});

/** Multipliers with their sums in LUT-RAM, the FIFO of vectors, and the list of weights that is decoded for them. */
function group({ LANES, SLOTS, ACC_W, WORDS, CARRY_W }: Sizes): LogicCost {
  const address = countBits(WORDS);
  const banks = ultraBanks(WORDS);
  const sums = ACC_W * LANES;
  // In primitives, a LUT and a carry position a bit hold the choice of the addend too; portable, that is a LUT more,
  // beside what brings the carry into the odd lanes.
  const adders = CARRY_W > 0 ? sums : 2 * sums + 1.3 * LANES + 20;
  return whole({
    // Beside the adders, the sign that fills a pair's gap.
    logic: adders + LANES / 2 + mux(64, banks) + 5 * address + 366,
    // Sums of two banks, vectors and x_last, words that wait, the table of classes.
    ram: lutRam(sums, 2 * SLOTS) + lutRam((17 * LANES) / 2 + 1, 32) + lutRam(65, 8) + lutRam(27, 32),
    // What is read and the latest sum; two registers behind a product of 35 bits for two lanes, and the pair before it;
    // slots used in either bank.
    ff:
      2 * sums +
      35 * LANES +
      (17 * LANES) / 2 +
      2 * SLOTS +
      3 * (countBits(SLOTS) + 1) +
      2 * address +
      countBits(banks) +
      257,
  });
}

/** Chooses a group's sums, four at a time and then among the fours, and requantises them. */
function drain({ LANES, GROUPS, ACC_W, LINE_W, WORDS }: Sizes): LogicCost {
  const fours = Math.ceil(GROUPS / 4);
  const sums = ACC_W * LANES;
  // A LUT a bit chooses among four, and one more ors up to five other fours onto the first.
  const choice = sums * (fours + Math.ceil((fours - 1) / 5));
  // The product is the DSP's. The sum of it takes a LUT a bit to add b, and one to shift by whole bytes; what is left,
  // a few bits' shift and the bounds, is alike for all widths.
  const requantise = (2 * (ACC_W + 17) + 83) * LANES;
  return whole({
    logic: choice + requantise + 200,
    // Delays: of the outline's bit for each lane, place and round, a, b and shift.
    ram: LANES + 2 * LINE_W + GROUPS + 55,
    // Of a lane: x, product, sum three times, result and bounds (nn_requantise), two bits of the outline.
    ff: LANES * (5 * ACC_W + 87 + 2) + sums * (fours + 1) + GROUPS + countBits(WORDS) + countBits(LANES + 1) + 123,
  });
}

/** Two banks' words, each masked for the lanes that come from it, or-ed and rotated. */
function lines({ LANES, LINES, TAG_W }: Sizes): LogicCost {
  const stages = rotations(LANES);
  const banks = ultraBanks(LINES / 2);
  return whole({
    logic: 8 * LANES * stages + 15.5 * LANES + 2 * mux(8 * LANES, banks),
    ram: TAG_W + 3,
    // Both words, the masks of both, the merged word, and the stages.
    ff: 8 * LANES * (3 + stages) + 2 * LANES + 2 * (countBits(LINES) - 1) + 2 * countBits(banks) + 26 + stages,
  });
}

/** Lanes with a decoder, a copy of the vector and a sum each; one requantisation for all. */
function dense({ OUTPUTS, WORDS }: Sizes): LogicCost {
  const index = countBits(WORDS) + 3;
  const banks = blockBanks(WORDS);
  return whole({
    logic: OUTPUTS * (mux(64, banks) + (banks > 1 ? 6 : 0) + 352) + 302,
    // Words that wait, the table of classes of 6 bits, delays of a weight and its flags; of the shift.
    ram: OUTPUTS * (lutRam(17, 16) + lutRam(27, 64) + 11) + 5,
    // Of a lane: word 64; a, b and its sum, while they are made and while they leave 150; decoder, index, products.
    ff: OUTPUTS * (389 + index + countBits(banks)) + 406,
  });
}

function steps({ LINE_W, WORDS }: Sizes): LogicCost {
  const address = countBits(WORDS);
  return whole({
    logic: 5 * LINE_W + 5 * address + 202,
    ram: lutRam(130, 8),
    ff: 2 * LINE_W + 2 * address + 271,
  });
}

/** Beats taken apart: words of a row go straight on, beats of a line wait until it is whole. */
function loader({ LANES, LINE_W, TARGETS, WORDS, BEAT_W }: Sizes): LogicCost {
  const phases = Math.ceil(TARGETS / (BEAT_W / 64));
  const parts = Math.ceil((8 * LANES) / BEAT_W);
  return whole({
    logic: 504,
    ram: lutRam(64, 4),
    ff:
      LINE_W +
      2 * countBits(WORDS) +
      Math.max(1, countBits(phases)) +
      (parts - 1) * BEAT_W +
      (parts > 1 ? countBits(parts) : 0) +
      135,
  });
}

function control({ WORDS }: Sizes): LogicCost {
  const address = countBits(WORDS);
  return whole({ logic: address + 47, ram: lutRam(256, 4), ff: 2 * address + 31 });
}

/** Three maxima a lane, of 8 bits each, in five registers. */
function pool({ LANES, TAG_W }: Sizes): LogicCost {
  return whole({ logic: 51.4 * LANES - 27, ram: TAG_W + 7, ff: 40 * LANES - 12 });
}

/**
 * A run is rotated to its place in the line, and cut where the line ends: what fits is or-ed in, the rest begins anew.
 */
function pack({ LANES, LINE_W }: Sizes): LogicCost {
  const stages = rotations(LANES);
  // From 33 lanes on, the six bits that a byte's place is compared with do not fit a LUT with the byte.
  const cut = LANES > 32 ? 34.4 : 27.3;
  // Nine bits travel beside the stages, from three on in shift registers.
  const beside = stages < 3 ? 9 * stages : 4;
  return whole({
    logic: 8 * LANES * stages + cut * LANES + LINE_W,
    ram: stages < 3 ? 0 : 9,
    ff: 8 * LANES * (stages + 2) + 2 * LINE_W + 12 + beside,
  });
}

/** The line that is written word by word moves down by 64 bits: a LUT a bit. */
function handover({ LANES, ADDR_W, TURN_W }: Sizes): LogicCost {
  return whole({
    logic: 8 * LANES + 2 * ADDR_W + 91,
    ram: lutRam(8 * LANES + TURN_W, 16) + lutRam(TURN_W + 14, 2),
    ff: 8 * LANES + ADDR_W + 52,
  });
}

function sequencer({ ADDR_W, BASE_W }: Sizes): LogicCost {
  return whole({ logic: 429, ram: lutRam(BASE_W + 32, 4), ff: 2 * ADDR_W + 204 });
}

/** A word of 512 bits that results are shifted into by 8 or by 32 bits: a LUT a bit. */
function results({ ADDR_W }: Sizes): LogicCost {
  return whole({ logic: 512 + 2 * ADDR_W + 27, ram: lutRam(512, 4), ff: 512 + 2 * ADDR_W + 19 });
}

/** For each port, a FIFO of 256 beats of 128 bits and the count of what is under way; jobs are kept once. */
function ports({ PORTS }: Sizes): LogicCost {
  return whole({
    logic: PORTS * (mux(128, 4) + 470) + 55,
    ram: PORTS * (lutRam(128, 256) + lutRam(32, 4)),
    ff: PORTS * 322 + 197,
  });
}

/** Cells without a size: what Yosys counts. */
const write = (): LogicCost => ({ lut: 1663, lutRam: 0, ff: 613 });
const frames = (): LogicCost => ({ lut: 184, lutRam: 24, ff: 98 });
const registers = (): LogicCost => ({ lut: 418, lutRam: 24, ff: 504 });

const formulas: Readonly<Record<string, (sizes: Sizes) => LogicCost>> = {
  nn_sparse_group: group,
  nn_sparse_drain: drain,
  nn_sparse_lines: lines,
  nn_sparse_dense: dense,
  nn_sparse_steps: steps,
  nn_sparse_loader: loader,
  nn_sparse_control: control,
  nn_sparse_pool: pool,
  nn_sparse_pack: pack,
  nn_sparse_handover: handover,
  nn_sparse_sequencer: sequencer,
  nn_sparse_results: results,
  nn_sparse_ports: ports,
  nn_axi_write: write,
  nn_sparse_frames: frames,
  nn_sparse_registers: registers,
};

/** @returns undefined for a cell that no formula is for: unknown is not zero */
export const cellLogic = ({ module, parameters }: Pick<Instance, 'module' | 'parameters'>): LogicCost | undefined =>
  formulas[module]?.(parameters as unknown as Sizes);

/** Of all cells; null where one is unknown. */
export function logicOf(instances: readonly Pick<Instance, 'module' | 'parameters'>[]): LogicCost | null {
  const total = { lut: 0, lutRam: 0, ff: 0 };
  for (const instance of instances) {
    const cell = cellLogic(instance);
    if (!cell) return null;
    for (const key of ['lut', 'lutRam', 'ff'] as const) total[key] += cell[key];
  }
  return total;
}
