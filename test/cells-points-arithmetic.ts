// SPDX-License-Identifier: Apache-2.0
/** Parameter points of the cells of arithmetic. */
import { refuse, table, type IllegalPoint, type Parameters } from './parameter-points.ts';

export const arithmeticPoints: Readonly<Record<string, readonly Parameters[]>> = {
  nn_popcount: table('ONES TWOS OUT_W', [
    [1, 0, 1],
    [1, 1, 2],
    [2, 1, 3],
    [22, 21, 7],
    [96, 96, 9],
    [63, 0, 6],
  ]),
  nn_xnor_popcount: [
    ...table('N', [[1], [2], [3], [4], [5], [7], [8], [27], [64], [288], [1152]]),
    ...table('N BOTH_ONE', [
      [1, 1],
      [5, 1],
      [32, 1],
    ]),
  ],
  nn_sum3: table('W SUM_W INVERT', [
    [1, 1, 0],
    [1, 3, 7],
    [2, 3, 1],
    [4, 5, 6],
    [5, 7, 0],
    [8, 8, 2],
  ]),
  nn_exceeds: table('W MIRROR', [
    [2, 0],
    [2, 1],
    [5, 0],
    [9, 1],
    [12, 0],
  ]),
  nn_at_least: table('W THRESHOLD MIRROR', [
    [1, 1, 0],
    [2, 3, 1],
    [10, 288, 0],
    [10, 1, 1],
    [12, 4095, 0],
  ]),
  nn_signed_dot: table('N IN_W ACC_W', [
    [1, 1, 2],
    [1, 8, 8],
    [2, 2, 4],
    [3, 8, 16],
    [27, 8, 13],
    [129, 8, 15],
  ]),
  nn_clamp: table('IN_W OUT_W MIN MAX', [
    [16, 8, -128, 127],
    [9, 8, 0, 255],
    [20, 12, -2000, 2047],
    [32, 16, 1, 65_000],
    [3, 2, -1, 1],
    [40, 16, -32_768, 32_767],
  ]),
  nn_accumulate: table('WORDS ADD_W SUM_W', [
    [1, 1, 1],
    [4, 12, 18],
    [10, 26, 32],
    [3, 16, 16],
    [256, 12, 20],
    [2, 32, 32],
  ]),
};

export const arithmeticIllegal: readonly IllegalPoint[] = [
  refuse('nn_popcount', 'sum_must_fit_OUT_W', { ONES: 22, TWOS: 21, OUT_W: 6 }),
  refuse('nn_popcount', 'four_rows_must_be_left', { ONES: 40, TWOS: 27, OUT_W: 7 }),
  refuse('nn_xnor_popcount', 'N_must_be_positive', { N: 0 }),
  refuse('nn_xnor_popcount', 'LATENCY_must_be_that_of_N', { N: 64, LATENCY: 4 }),
  refuse('nn_sum3', 'W_must_be_positive', { W: 0, SUM_W: 1 }),
  refuse('nn_sum3', 'SUM_W_must_be_W_to_W_plus_2', { W: 4, SUM_W: 7 }),
  refuse('nn_exceeds', 'W_must_be_at_least_2', { W: 1 }),
  refuse('nn_at_least', 'THRESHOLD_must_be_1_to_2_to_the_W_minus_1', { W: 4, THRESHOLD: 16 }),
  refuse('nn_signed_dot', 'N_must_be_positive', { N: 0 }),
  refuse('nn_signed_dot', 'LATENCY_must_be_that_of_N', { N: 27, LATENCY: 4 }),
  refuse('nn_signed_dot', 'ACC_W_must_be_at_least_IN_W', { IN_W: 8, ACC_W: 7 }),
  refuse('nn_clamp', 'IN_W_must_be_more_than_OUT_W', { IN_W: 8 }),
  refuse('nn_clamp', 'MIN_and_MAX_must_fit_OUT_W', { MAX: 128 }),
  refuse('nn_accumulate', 'SUM_W_must_be_ADD_W_to_32', { SUM_W: 33 }),
];
