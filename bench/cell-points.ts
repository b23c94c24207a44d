// SPDX-License-Identifier: Apache-2.0
/**
 * The point at which each cell of the catalogue is synthesised: the product's size where it has one. Memory images are
 * random words from a fixed seed, for zeros would be optimised away.
 */
import { randomFrom } from '../generator/passes/random.ts';
import type { MemoryImage } from '../generator/synth/flow.ts';

/** Parameters of a cell, and the images that they name as [words, bits of a word]. */
export interface CellPoint {
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly images?: Readonly<Record<string, readonly [words: number, bits: number]>>;
}

const early = { KERNEL: 3, POOL: 2, SIMD: 32, RING_W: 9, JOBS_W: 4 };
const dot = { DOT_LATENCY: 4 };
const earlyMap = { HEIGHT: 30, WIDTH: 30, CHANNELS: 64 };
const laneImages = (lane: string, filters: number) =>
  ({
    [`w${lane}.mem`]: [filters * 18, 32],
    [`o${lane}.mem`]: [filters * 18, 7],
    [`t${lane}.mem`]: [filters, 12],
  }) as const;

/** Cell → point. Widths in bits. */
export const cellPoints: Readonly<Record<string, CellPoint>> = {
  nn_skid: { parameters: { DATA_W: 64 } },
  nn_fifo: { parameters: { DATA_W: 64, DEPTH: 16 } },
  nn_queue: { parameters: { DATA_W: 64, DEPTH: 1024 } },
  nn_landing: { parameters: { DATA_W: 32, LATENCY: 4 } },
  nn_fork: { parameters: { DATA_W: 64 } },
  nn_width: { parameters: { IN_LANES: 64, OUT_LANES: 16 } },
  nn_repack: { parameters: { LANES: 16, FOLD: 4, IN_PIXELS: 4, OUT_PIXELS: 1 } },
  nn_ingress: { parameters: { DATA_W: 24, BEATS: 1024 } },
  nn_egress: { parameters: { DATA_W: 32, BEATS: 11 } },
  nn_loop: { parameters: { COUNT: 1000 } },
  nn_rom: {
    parameters: { DATA_W: 64, DEPTH: 64, STYLE: 'distributed', INIT_FILE: 'i.mem' },
    images: { 'i.mem': [64, 64] },
  },
  nn_ram: { parameters: { DATA_W: 64, DEPTH: 192, STYLE: 'distributed' } },
  nn_delay: { parameters: { DATA_W: 8, CLOCKS: 16 } },
  nn_popcount: { parameters: { ONES: 22, TWOS: 21, OUT_W: 7 } },
  nn_xnor_popcount: { parameters: { N: 288 } },
  nn_signed_dot: { parameters: { N: 27, IN_W: 8, ACC_W: 16 } },
  nn_clamp: { parameters: { IN_W: 16, OUT_W: 8 } },
  nn_accumulate: { parameters: { WORDS: 4, ADD_W: 12, SUM_W: 18 } },
  nn_early_tally: { parameters: { ADD_W: 6 } },
  nn_sum3: { parameters: { W: 6, SUM_W: 8 } },
  nn_exceeds: { parameters: { W: 9 } },
  nn_at_least: { parameters: { W: 10, THRESHOLD: 288 } },
  nn_xilinx_xnor_popcount: { parameters: { N: 288 } },
  nn_xilinx_popcount: { parameters: { ONES: 22, TWOS: 21, OUT_W: 7, LEVELS: 3 } },
  nn_xilinx_compress: { parameters: {} },
  nn_xilinx_add3: { parameters: { W: 8 } },
  nn_xilinx_carry: { parameters: { W: 8 } },
  nn_xilinx_tap_count: { parameters: { TAPS: 7 } },
  nn_xilinx_tap_absorb: { parameters: { TAPS: 5, BASE_W: 4, SUM_W: 5 } },
  nn_xilinx_add2: { parameters: { A_W: 6, B_W: 6, SUM_W: 7 } },
  nn_xilinx_sum3: { parameters: { W: 6, SUM_W: 8 } },
  nn_xilinx_exceeds: { parameters: { W: 9 } },
  nn_conv: {
    parameters: {
      HEIGHT: 32,
      WIDTH: 32,
      CHANNELS: 64,
      FILTERS: 64,
      PE: 4,
      SIMD: 64,
      ACC_W: 10,
      TH_W: 11,
      DOT_LATENCY: 5,
      WEIGHT_FILE: 'w.mem',
      THRESHOLD_FILE: 't.mem',
      BUFFER_STYLE: 'block',
    },
    images: { 'w.mem': [144, 256], 't.mem': [16, 44] },
  },
  nn_conv_mvu: { parameters: { PE: 1, SIMD: 288, ACC_W: 10, DOT_LATENCY: 6 } },
  nn_threshold: {
    parameters: { CHANNELS: 64, PE: 16, IN_W: 10, TH_W: 10, STYLE: 'distributed', INIT_FILE: 't.mem' },
    images: { 't.mem': [4, 160] },
  },
  nn_conv_ring: {
    parameters: {
      WIDTH: 32,
      FOLD: 1,
      SIMD: 64,
      ELEM_W: 1,
      KERNEL: 3,
      PAD: 1,
      ROWS: 8,
      STYLE: 'block',
      IN_PIXELS: 4,
      PIXELS: 4,
      TURN_W: 2,
      ADDR_W: 6,
    },
  },
  nn_conv_outside: { parameters: { HEIGHT: 32, WIDTH: 32, STRIDE: 1, PAD: 1, PIXELS: 4 } },
  nn_conv_walk: {
    parameters: { HEIGHT: 32, WIDTH: 32, FOLD: 1, KERNEL: 3, STRIDE: 1, PAD: 1, ROWS: 4, OY_W: 5, ADDR_W: 7 },
  },
  nn_conv_window: {
    parameters: { HEIGHT: 32, WIDTH: 32, CHANNELS: 64, SIMD: 64, KERNEL: 3, PAD: 1, ROWS: 4, STYLE: 'block' },
  },
  nn_wired_slide: { parameters: { HEIGHT: 30, WIDTH: 30, CHANNELS: 64, KERNEL: 3 } },
  nn_pool_walk: { parameters: { ROWS: 28, COLS: 28, FOLD: 1 } },
  nn_pool: {
    parameters: { HEIGHT: 28, WIDTH: 28, CHANNELS: 64, LANES: 64, SIZE: 2, AND_FILE: 'a.mem' },
    images: { 'a.mem': [1, 64] },
  },
  nn_average: { parameters: { HEIGHT: 8, WIDTH: 8, CHANNELS: 64, LANES: 2, ROWS: 8, COLS: 8, IN_W: 12, OUT_W: 18 } },
  nn_affine: {
    parameters: { CHANNELS: 64, LANES: 8, IN_W: 13, SIGNED_IN: 1, TERM_W: 30, SHIFT: 14, FILE: 'f.mem' },
    images: { 'f.mem': [8, 8 * 46] },
  },
  nn_add: { parameters: { ELEMENTS: 4, ELEM_W: 12, MIN: -2048, MAX: 2047 } },
  nn_compare: {
    parameters: { CHANNELS: 64, LANES: 8, IN_W: 12, TH_W: 13, THRESHOLD_FILE: 't.mem' },
    images: { 't.mem': [8, 104] },
  },
  nn_int_dense: {
    parameters: { TAPS: 64, UNITS: 10, PE: 2, IN_W: 18, SUM_W: 32, WEIGHT_FILE: 'w.mem', BIAS_FILE: 'b.mem' },
    images: { 'w.mem': [320, 16], 'b.mem': [5, 64] },
  },
  nn_decide: { parameters: { CHANNELS: 64, CLASSES: 10, SCORE_W: 16 } },
  nn_quantise: {
    parameters: { LANES: 3, IN_W: 8, OUT_W: 8, INIT_FILE: 'q.mem' },
    images: { 'q.mem': [256, 8] },
  },
  nn_early: {
    parameters: {
      ...early,
      ...dot,
      ...earlyMap,
      FILTERS: 16,
      PE: 2,
      PITCH: 18,
      WEIGHT_PREFIX: 'w',
      ORDER_PREFIX: 'o',
      THRESHOLD_PREFIX: 't',
      WEIGHT_STYLE: 'block',
    },
    images: { ...laneImages('000', 8), ...laneImages('001', 8) },
  },
  nn_early_feed: { parameters: { ...early, ...earlyMap } },
  nn_early_lane: {
    parameters: {
      ...early,
      ...dot,
      CHANNELS: 64,
      WIDTH: 30,
      NF: 4,
      NF_W: 2,
      PITCH: 18,
      WEIGHT_FILE: 'w.mem',
      ORDER_FILE: 'o.mem',
      THRESHOLD_FILE: 't.mem',
      WEIGHT_STYLE: 'block',
    },
    images: laneImages('', 4),
  },
  nn_early_ones: { parameters: { WIDTH: 30, CHANNELS: 64, SIMD: 32 } },
  nn_early_pixels: { parameters: { HEIGHT: 30, WIDTH: 30, FOLD: 2, KERNEL: 3, POOL: 2, ROWS: 8, ROWS_W: 6 } },
  nn_early_place: {
    parameters: {
      WIDTH: 30,
      FOLD: 2,
      NF: 4,
      NF_W: 2,
      PITCH: 18,
      REST_W: 5,
      LINE_W: 7,
      PLACE_W: 7,
      POOL: 2,
      ORDER_FILE: 'o.mem',
    },
    images: { 'o.mem': [72, 7] },
  },
  nn_early_turn: { parameters: { NF: 4, SF: 18, POOL: 2, NF_W: 2, REST_W: 5 } },
  nn_early_verdict: { parameters: { ONES_W: 10, COUNT_W: 6 } },
  // At their own defaults, which are the product's.
  nn_shared_banks: { parameters: {} },
  nn_shared_count: { parameters: {} },
  nn_shared_gather: { parameters: {} },
  nn_shared_thirds: { parameters: {} },
  nn_shared_place: { parameters: {} },
  nn_shared_reach: { parameters: {} },
  nn_shared_padding: { parameters: {} },
  nn_shared_unit: { parameters: {} },
  nn_shared_values: { parameters: {} },
  nn_shared_results: { parameters: {} },
  nn_shared_sequence: { parameters: {} },
  nn_shared_load: { parameters: {} },
  nn_shared_lanes: { parameters: {} },
  nn_axi_read: { parameters: {} },
  nn_axi_write: { parameters: {} },
};

/** $readmemh image of `words` words of `bits` bits. */
function image(name: string, words: number, bits: number): MemoryImage {
  const random = randomFrom(name);
  const word = () => {
    const digits = Array.from({ length: Math.ceil(bits / 4) }, () => Math.floor(random() * 16));
    digits[0]! &= (1 << (((bits - 1) % 4) + 1)) - 1;
    return digits.map((digit) => digit.toString(16)).join('');
  };
  return { name, text: `${Array.from({ length: words }, word).join('\n')}\n` };
}

export const imagesOf = ({ images = {} }: CellPoint): MemoryImage[] =>
  Object.entries(images).map(([name, [words, bits]]) => image(name, words, bits));
