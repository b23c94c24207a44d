// SPDX-License-Identifier: Apache-2.0
/** Points of the cells of the sparse engine and its buses. */
import { refuse, table, type IllegalPoint, type Parameters } from './parameter-points.ts';

const block: Parameters = { STYLE: 'block' };
/** Lanes, groups, slots, width of sums, ring words. */
const arrays = [
  [8, 1, 2, 17, 16],
  [8, 3, 4, 24, 64],
  [24, 2, 32, 26, 256],
  [16, 5, 8, 20, 128],
  [64, 24, 32, 24, 4096],
] as const;
/**
 * Lanes, groups, slots, width of sums, lines, ring words, ports of maps and of vectors, words of a bank and of vectors
 * of their own.
 */
const engines = [
  [8, 1, 2, 17, 64, 64, 2, 2, 64, 16],
  [8, 3, 4, 24, 1024, 256, 2, 2, 256, 32],
  [40, 1, 32, 26, 512, 512, 2, 4, 250, 40],
  [64, 24, 32, 24, 8192, 4096, 2, 2, 2048, 1024],
  [64, 2, 16, 22, 100, 128, 5, 2, 64, 8],
] as const;

export const sparsePoints: Readonly<Record<string, readonly Parameters[]>> = {
  nn_sparse_rotate: table('LANES', [[2], [5], [8], [24], [56], [64]]),
  nn_sparse_lines: [
    ...table(
      'LANES LINES TAG_W',
      [
        [2, 4, 1],
        [8, 16, 3],
        [24, 100, 18],
        [56, 16384, 18],
      ],
      block,
    ),
    { LANES: 8, LINES: 64, STYLE: 'distributed' },
    { LANES: 64, LINES: 8192, TAG_W: 18 },
    {},
  ],
  nn_sparse_macs: table('LANES SLOTS ACC_W CARRY_W', [
    [2, 2, 17, 0],
    [8, 4, 24, 8],
    [24, 32, 26, 4],
    [64, 32, 24, 8],
    [6, 8, 32, 0],
  ]),
  nn_sparse_weights: table('WORDS STYLE', [
    [2, 'block'],
    [16, 'distributed'],
    [256, 'block'],
    [4096, 'ultra'],
    [64, 'block'],
  ]),
  nn_sparse_group: table(
    'LANES SLOTS ACC_W DEPTH WORDS',
    [
      [8, 2, 17, 8, 16],
      [8, 4, 24, 32, 64],
      [24, 32, 26, 9, 256],
      [64, 32, 24, 32, 4096],
      [2, 16, 32, 64, 32],
    ],
    block,
  ),
  nn_sparse_outline: table('LANES', [[2], [8], [24], [56], [64]]),
  nn_sparse_drain: table(
    'LANES GROUPS SLOTS ACC_W WORDS LINE_W',
    arrays.map((row, i) => [...row, 4 + 2 * i]),
    block,
  ),
  nn_sparse_array: table(
    'LANES GROUPS SLOTS ACC_W WORDS LINE_W',
    arrays.map((row, i) => [...row, 5 + 2 * i]),
    block,
  ),
  nn_sparse_pool: table('LANES TAG_W', [
    [2, 1],
    [8, 8],
    [24, 3],
    [56, 8],
    [64, 2],
  ]),
  nn_sparse_pack: table('LANES LINE_W', [
    [2, 3],
    [8, 6],
    [24, 9],
    [56, 14],
    [64, 15],
  ]),
  nn_sparse_steps: table('LINE_W WORDS STYLE', [
    [4, 2, 'block'],
    [6, 16, 'distributed'],
    [9, 256, 'block'],
    [14, 4096, 'ultra'],
    [16, 512, 'block'],
  ]),
  nn_sparse_decode: table('PREFIX', [[3], [4], [5], [6], [7]]),
  nn_sparse_row: table('PREFIX INDEX_W DEPTH', [
    [6, 14, 16],
    [5, 8, 2],
    [4, 16, 32],
    [6, 11, 8],
    [6, 9, 3],
  ]),
  nn_sparse_sets: table('OUTPUTS', [[2], [4], [16], [32], [64]]),
  nn_sparse_dense: table('OUTPUTS WORDS', [
    [32, 32],
    [16, 544],
    [16, 5120],
    [64, 8192],
    [4, 64],
  ]),
  nn_sparse_results: table('ADDR_W', [[3], [6], [9], [13], [16]]),
  nn_sparse_handover: table('LANES WORDS ADDR_W TURN_W', [
    [8, 16, 5, 3],
    [24, 250, 9, 3],
    [56, 2048, 13, 3],
    [64, 4096, 14, 4],
    [16, 64, 8, 3],
  ]),
  nn_sparse_sequencer: table('BANK ADDR_W BEAT_W BASE_W TURN_W', [
    [16, 6, 256, 33, 3],
    [250, 10, 512, 40, 3],
    [2048, 13, 256, 40, 3],
    [4096, 14, 1024, 64, 4],
    [64, 8, 384, 36, 3],
  ]),
  nn_sparse_vectors: table('LANES OUTPUTS BANK OWN BASE_W', [
    [8, 16, 16, 8, 33],
    [40, 32, 250, 40, 40],
    [56, 16, 2048, 1024, 40],
    [64, 64, 3072, 8, 64],
    [16, 16, 64, 100, 36],
  ]),
  nn_sparse_loader: table('LANES LINE_W TARGETS WORDS BEAT_W TURN_W', [
    [8, 4, 3, 16, 256, 3],
    [24, 9, 5, 256, 512, 3],
    [64, 13, 27, 4096, 256, 3],
    [64, 12, 18, 128, 320, 4],
    [2, 6, 8, 64, 1024, 3],
  ]),
  nn_sparse_control: table('WORDS QUEUE TURN_W', [
    [2, 1, 3],
    [16, 2, 3],
    [256, 4, 3],
    [4096, 4, 3],
    [16_384, 8, 4],
  ]),
  nn_sparse_maps: table(
    'LANES GROUPS SLOTS ACC_W LINES WORDS BEAT_W',
    engines.map(([lanes, groups, slots, acc, lines, words, ports]) => [
      lanes,
      groups,
      slots,
      acc,
      lines,
      words,
      128 * ports,
    ]),
    block,
  ),
  nn_sparse: table('LANES GROUPS SLOTS ACC_W LINES WORDS MAP_PORTS VECTOR_PORTS BANK OWN', engines, block),
  nn_sparse_ports: table('PORTS ADDR_W TURN_W', [
    [1, 33, 3],
    [2, 40, 3],
    [4, 43, 3],
    [3, 36, 4],
    [8, 40, 3],
  ]),
  nn_sparse_frames: table('TURN_W', [[3], [4], [5], [6], [8]]),
  nn_sparse_registers: [{}],
  nn_requantise: table('LANES X_W', [
    [1, 16],
    [1, 32],
    [8, 24],
    [24, 26],
    [56, 20],
  ]),
  nn_axi_read: table('ADDR_W DATA_W BURST DEPTH', [
    [33, 128, 16, 256],
    [40, 128, 2, 2],
    [64, 32, 256, 300],
    [40, 256, 64, 64],
    [36, 64, 8, 40],
  ]),
  nn_axi_write: table('ADDR_W DATA_W BEATS WORD_W', [
    [33, 128, 4, 448],
    [40, 128, 4, 64],
    [64, 128, 1, 128],
    [40, 32, 2, 33],
    [36, 256, 8, 2048],
  ]),
};

export const sparseIllegal: readonly IllegalPoint[] = [
  refuse('nn_sparse_rotate', 'LANES_must_be_2_to_64', { LANES: 65 }),
  refuse('nn_sparse_lines', 'LINES_must_be_even_and_at_least_4', { ...block, LINES: 33 }),
  refuse('nn_sparse_macs', 'LANES_must_be_even', { LANES: 7 }),
  refuse('nn_sparse_macs', 'SLOTS_must_be_a_power_of_two', { SLOTS: 12 }),
  refuse('nn_sparse_macs', 'ACC_W_must_hold_a_product', { ACC_W: 16 }),
  refuse('nn_sparse_group', 'SLOTS_must_fit_an_entry', { ...block, SLOTS: 64 }),
  refuse('nn_sparse_group', 'DEPTH_must_be_at_least_8', { ...block, DEPTH: 7 }),
  refuse('nn_sparse_outline', 'LANES_must_be_at_least_2', { LANES: 1 }),
  refuse('nn_sparse_pool', 'LANES_must_be_even', { LANES: 7 }),
  refuse('nn_sparse_decode', 'PREFIX_must_be_3_to_7', { PREFIX: 8 }),
  refuse('nn_sparse_sets', 'OUTPUTS_must_be_at_least_2', { OUTPUTS: 1 }),
  refuse('nn_sparse_handover', 'LANES_must_be_a_multiple_of_8', { LANES: 12 }),
  refuse('nn_sparse_vectors', 'OUTPUTS_must_be_a_multiple_of_16', { OUTPUTS: 24 }),
  refuse('nn_sparse_sequencer', 'BEAT_W_must_hold_a_descriptor', { BEAT_W: 128 }),
  refuse('nn_sparse_loader', 'WORDS_must_be_a_power_of_two', { WORDS: 100 }),
  refuse('nn_sparse_loader', 'BEAT_W_must_hold_a_descriptor', { BEAT_W: 192 }),
  refuse('nn_requantise', 'X_W_must_be_16_to_32', { X_W: 33 }),
  refuse('nn_axi_read', 'BURST_must_be_a_power_of_two_within_4_KiB', { BURST: 12 }),
  refuse('nn_axi_read', 'ADDR_W_must_be_18_bits_beside_those_of_a_beat', { ADDR_W: 20 }),
  refuse('nn_axi_read', 'DEPTH_must_hold_a_burst', { BURST: 16, DEPTH: 8 }),
  refuse('nn_axi_write', 'BEATS_must_be_a_power_of_two_that_holds_a_word', { BEATS: 3 }),
];
