// SPDX-License-Identifier: Apache-2.0
/**
 * Shape model of block memories: what a read-only memory of a given width and depth takes, without
 * synthesising its contents. It restates the geometry search of Yosys' `memory_libmap` (cost = blocks · price
 * + half a unit per bit of read multiplexer, the least wins; prices from +/xilinx/brams_xc4v.txt and
 * urams.txt), and block-rom.test.ts holds it against Yosys itself.
 */

export interface BlockRomCost {
  /** In block RAMs of 36 kbit, halves allowed. */
  readonly bram36: number;
  /**
   * Output multiplexers where the memory is deeper than one block; exact up to four deep, an upper bound
   * above.
   */
  readonly lut: number;
  /** Output register, and the delayed address bits that steer the multiplexers. */
  readonly ff: number;
  /** LUT levels between the memory's output and the output register; a bound likewise. */
  readonly ffToFf: number;
}

interface Mode {
  readonly abits: number;
  readonly price: number;
  readonly bram36: number;
  readonly widest: number;
}

// Order matters: a later mode must be cheaper, not equal, to win.
const MODES: readonly Mode[] = [
  { abits: 14, price: 129, bram36: 0.5, widest: 36 },
  { abits: 15, price: 257, bram36: 1, widest: 72 },
];
const WIDTHS = [1, 2, 4, 9, 18, 36, 72];
const PRICE_OF_A_MUX_BIT = 0.5;

/**
 * Cost of `nn_rom` with STYLE "block": `width` bits a word, `depth` words, read latency 2. A single word is
 * no memory but a constant, and never comes here. Throws RangeError on sizes below 1.
 */
export function blockRomCost(width: number, depth: number): BlockRomCost {
  checkShape(width, depth);
  let best = { price: Infinity, bram36: 0, banks: 1 };
  for (const mode of MODES) {
    WIDTHS.filter((unit) => unit <= mode.widest).forEach((unit, log2) => {
      const banks = Math.ceil(depth / 2 ** (mode.abits - log2));
      const blocks = Math.ceil((banks * width) / unit);
      const price = blocks * mode.price + (banks - 1) * width * PRICE_OF_A_MUX_BIT;
      if (price < best.price) best = { price, bram36: blocks * mode.bram36, banks };
    });
  }
  const select = Math.ceil(Math.log2(best.banks));
  return {
    bram36: best.bram36,
    lut: width * lutsOfMux(best.banks),
    ff: width + select,
    ffToFf: Math.ceil(Math.log2(best.banks) / 2),
  };
}

/**
 * URAM288 blocks (4096 words of 72 bits) that a memory with ram_style "ultra" takes. Throws RangeError on
 * sizes below 1.
 */
export function uramCost(width: number, depth: number): number {
  checkShape(width, depth);
  const banks = Math.ceil(depth / 4096);
  return Math.ceil((banks * width) / 72);
}

/**
 * LUTs of one bit of an n:1 multiplexer. Up to four inputs fit one LUT; above, Yosys' result depends on n in
 * ways that are not restated here, and this is an upper bound (half a LUT an input, inputs rounded up to a
 * power of two).
 */
function lutsOfMux(inputs: number): number {
  if (inputs <= 4) return inputs > 1 ? 1 : 0;
  return inputs <= 16 ? 4 : 2 ** (Math.ceil(Math.log2(inputs)) - 1);
}

function checkShape(width: number, depth: number): void {
  if (!(Number.isInteger(width) && width >= 1 && Number.isInteger(depth) && depth >= 1)) {
    throw new RangeError(`a memory of ${width} bits by ${depth} words does not exist`);
  }
}
