// SPDX-License-Identifier: Apache-2.0
/** Parameter points of the cells of early decision. */
import { IMAGE, refuse, table, withDot, type IllegalPoint, type Parameters } from './parameter-points.ts';

// With early decision: dense, padded, odd, stride, pools with rows left over; HEIGHT … JOBS_W.
const earlyMaps = [
  [1, 1, 1, 1, 1, 1, 0, 1, 2, 2],
  [1, 1, 64, 16, 1, 1, 0, 1, 4, 2],
  [8, 8, 4, 2, 3, 1, 1, 2, 8, 3],
  [5, 7, 3, 3, 3, 2, 1, 1, 6, 2],
  [11, 10, 24, 12, 2, 1, 0, 3, 8, 4],
  [30, 30, 64, 32, 3, 1, 0, 2, 9, 4],
] as const;
const earlyLanes = [
  [1, 1, 1, 1, 1, 1, 1, 1, 4, 1, 1, 1, 0],
  [64, 30, 4, 3, 1, 2, 32, 32, 9, 2, 1, 1, 1],
  [24, 9, 3, 3, 2, 3, 12, 18, 9, 2, 1, 0, 0],
  [8, 5, 2, 2, 1, 1, 4, 8, 6, 1, 0, 0, 0],
  [128, 12, 8, 3, 1, 2, 32, 36, 9, 3, 1, 1, 0],
] as const;
const earlyLaneImages: Parameters = { WEIGHT_FILE: IMAGE, ORDER_FILE: IMAGE, THRESHOLD_FILE: IMAGE };
const earlyImages: Parameters = { WEIGHT_PREFIX: 'one', ORDER_PREFIX: 'one', THRESHOLD_PREFIX: 'one' };

export const earlyPoints: Readonly<Record<string, readonly Parameters[]>> = {
  nn_early_tally: table('ADD_W', [[1], [2], [5], [12], [16]]),
  nn_early_feed: [
    ...table('HEIGHT WIDTH CHANNELS SIMD KERNEL STRIDE PAD POOL RING_W JOBS_W', earlyMaps),
    ...table('HEIGHT WIDTH CHANNELS SIMD KERNEL STRIDE PAD POOL RING_W JOBS_W', earlyMaps, { FLIP_FILE: IMAGE }),
  ],
  nn_early_lane: [
    ...table(
      'CHANNELS WIDTH NF KERNEL STRIDE POOL SIMD PITCH RING_W NF_W EARLY SKIP GATE',
      earlyLanes,
      earlyLaneImages,
    ),
    { ...earlyLaneImages, WEIGHT_STYLE: 'block', RING_STYLE: 'distributed', POPCOUNT_STYLE: 'xilinx' },
  ].map(withDot),
  nn_early_ones: table('WIDTH CHANNELS SIMD KERNEL RING_W', [
    [1, 1, 1, 1, 2],
    [8, 16, 16, 3, 9],
    [30, 64, 32, 3, 9],
    [10, 6, 3, 2, 6],
    [5, 128, 32, 5, 8],
  ]),
  nn_early_pixels: table('HEIGHT WIDTH FOLD KERNEL STRIDE POOL ROWS ROWS_W', [
    [1, 1, 1, 1, 1, 1, 1, 2],
    [8, 8, 1, 3, 1, 1, 6, 4],
    [30, 30, 2, 3, 1, 2, 8, 6],
    [11, 10, 2, 2, 1, 3, 12, 5],
    [9, 7, 1, 3, 2, 1, 5, 4],
  ]),
  nn_early_place: table(
    'WIDTH FOLD NF PITCH NF_W REST_W LINE_W PLACE_W POOL SIDE_W GATE',
    [
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0],
      [8, 1, 2, 9, 1, 4, 5, 5, 1, 1, 1],
      [30, 2, 4, 32, 2, 5, 7, 7, 2, 1, 0],
      [9, 2, 3, 18, 2, 3, 6, 5, 3, 2, 1],
      [12, 4, 1, 36, 1, 6, 6, 7, 2, 1, 0],
    ],
    { ORDER_FILE: IMAGE },
  ),
  nn_early_turn: table('NF SF POOL SKIP SIDE_W REST_W NF_W', [
    [1, 1, 1, 1, 1, 1, 1],
    [2, 9, 1, 0, 1, 4, 1],
    [4, 18, 2, 1, 1, 5, 2],
    [4, 18, 2, 0, 1, 5, 2],
    [3, 8, 3, 1, 2, 3, 2],
  ]),
  nn_early_verdict: table('ONES_W COUNT_W EARLY LOOP', [
    [1, 1, 1, 12],
    [10, 6, 1, 12],
    [10, 6, 0, 12],
    [12, 7, 1, 15],
    [5, 3, 0, 11],
  ]),
  nn_early: table(
    'HEIGHT WIDTH CHANNELS SIMD KERNEL STRIDE PAD POOL RING_W JOBS_W FILTERS PE PITCH EARLY COUNT',
    earlyMaps.map((map, i) => [
      ...map,
      6,
      [1, 2, 3, 6][i % 4]!,
      map[4]! * map[4]! * (map[2]! / map[3]!),
      (i + 1) % 2,
      i % 2,
    ]),
    { WEIGHT_PREFIX: 'one', ORDER_PREFIX: 'one', THRESHOLD_PREFIX: 'one' },
  ).map(withDot),
};

export const earlyIllegal: readonly IllegalPoint[] = [
  refuse('nn_early_tally', 'ADD_W_must_be_1_to_16', { ADD_W: 17 }),
  refuse('nn_early_feed', 'SIMD_must_divide_CHANNELS', { CHANNELS: 6, SIMD: 4 }),
  refuse('nn_early_feed', 'PAD_must_be_below_KERNEL', { PAD: 3 }),
  refuse('nn_early_feed', 'KERNEL_and_POOL_must_fit_the_padded_map', { POOL: 7 }),
  refuse('nn_early_pixels', 'ROWS_must_hold_an_output_row', { ROWS: 2 }),
  refuse('nn_early_lane', 'PITCH_must_hold_all_tiles', { ...earlyLaneImages, PITCH: 8 }),
  refuse('nn_early_place', 'ORDER_FILE_is_required', {}),
  refuse('nn_early_place', 'RING_W_must_hold_a_window', { ORDER_FILE: IMAGE, RING_W: 3 }),
  refuse('nn_early_lane', 'POPCOUNT_STYLE_must_be_portable_or_xilinx', {
    ...earlyLaneImages,
    POPCOUNT_STYLE: 'altera',
  }),
  refuse('nn_early', 'PE_must_divide_FILTERS', { ...earlyImages, PE: 3 }),
  refuse('nn_early', 'images_are_required', {}),
];
