// SPDX-License-Identifier: Apache-2.0
/** Parameter points of the cells of the dataflow architecture. */
import { IMAGE, refuse, table, withDot, type IllegalPoint, type Parameters } from './parameter-points.ts';

// Dense, dense on one beat, padded, odd and folded, STRIDE > KERNEL, no reuse, heavy padding.
const maps = [
  [1, 1, 1, 1, 1, 1, 0, 1],
  [1, 1, 64, 16, 1, 1, 0, 2],
  [8, 8, 4, 2, 3, 1, 1, 6],
  [5, 7, 3, 3, 3, 2, 1, 7],
  [9, 6, 2, 1, 2, 5, 1, 12],
  [32, 32, 64, 64, 3, 1, 0, 4],
  [7, 7, 3, 1, 7, 4, 3, 8],
  [6, 6, 1, 1, 6, 1, 5, 6],
] as const;
// Two, all, an odd number, more than the kernel, one bank short at the right edge.
const severalPixels = [
  [8, 8, 4, 2, 3, 1, 1, 6, 2, 1],
  [8, 8, 4, 4, 3, 1, 1, 6, 8, 8],
  [9, 9, 2, 1, 5, 1, 2, 10, 3, 3],
  [6, 7, 3, 3, 2, 1, 0, 4, 6, 1],
  [30, 30, 64, 64, 3, 1, 0, 6, 4, 2],
] as const;
const mapNames = 'HEIGHT WIDTH CHANNELS SIMD KERNEL STRIDE PAD ROWS';
const conv: Parameters = { WEIGHT_FILE: IMAGE, THRESHOLD_FILE: IMAGE };

export const dataflowPoints: Readonly<Record<string, readonly Parameters[]>> = {
  nn_quantise: table(
    'LANES IN_W OUT_W PIXELS',
    [
      [1, 1, 1, 1],
      [3, 8, 8, 1],
      [1, 8, 1, 1],
      [4, 4, 9, 2],
      [3, 2, 2, 1],
    ],
    { INIT_FILE: IMAGE },
  ),
  nn_conv_mvu: [
    ...table('PE SIMD IN_W ACC_W PIXELS', [
      [1, 1, 1, 1, 1],
      [1, 1, 8, 9, 2],
      [3, 5, 1, 8, 1],
      [4, 64, 1, 12, 4],
      [2, 3, 2, 8, 7],
      [4, 27, 8, 14, 1],
    ]),
    ...table('PE SIMD IN_W ACC_W STYLE CARRY_W', [
      [2, 9, 1, 6, 'xilinx', 8],
      [1, 96, 1, 9, 'xilinx', 4],
    ]),
  ].map(withDot),
  nn_threshold: table(
    'CHANNELS PE IN_W TH_W SIGNED_IN STYLE',
    [
      [1, 1, 1, 1, 0, 'distributed'],
      [8, 4, 10, 10, 0, 'distributed'],
      [8, 8, 10, 11, 1, 'block'],
      [6, 2, 1, 4, 1, 'distributed'],
      [64, 16, 9, 10, 0, 'block'],
      [10, 1, 4, 32, 1, 'distributed'],
    ],
    { INIT_FILE: IMAGE },
  ).flatMap((point, i) => [point, { ...point, PIXELS: i + 2 }]),
  nn_conv_walk: table('HEIGHT WIDTH FOLD KERNEL STRIDE PAD REPEAT ROWS OY_W ADDR_W', [
    [1, 1, 1, 1, 1, 0, 1, 1, 1, 1],
    [8, 8, 2, 3, 1, 1, 1, 6, 3, 7],
    [5, 7, 1, 3, 2, 1, 4, 7, 2, 6],
    [2, 1, 1, 2, 1, 1, 1, 2, 2, 1],
    [9, 6, 2, 2, 5, 1, 3, 12, 1, 8],
  ]).concat(
    table('HEIGHT WIDTH FOLD KERNEL STRIDE PAD REPEAT ROWS OY_W ADDR_W PIXELS TURN_W', [
      [8, 8, 2, 3, 1, 1, 1, 6, 3, 6, 2, 1],
      [8, 8, 1, 3, 1, 1, 2, 6, 3, 3, 8, 2],
      [9, 10, 3, 5, 1, 2, 1, 10, 4, 6, 5, 3],
      [6, 7, 1, 2, 1, 0, 1, 4, 3, 3, 3, 1],
    ]),
  ),
  nn_conv_outside: table('HEIGHT WIDTH STRIDE PAD PIXELS', [
    [1, 1, 1, 0, 1],
    [8, 8, 1, 1, 1],
    [5, 7, 2, 2, 1],
    [9, 10, 1, 2, 5],
    [6, 8, 1, 3, 8],
  ]),
  nn_conv_ring: table('WIDTH FOLD SIMD ELEM_W KERNEL PAD ROWS STYLE IN_PIXELS PIXELS TURN_W ADDR_W', [
    [1, 1, 1, 1, 1, 0, 1, 'block', 1, 1, 1, 1],
    [8, 2, 2, 1, 3, 1, 6, 'block', 1, 1, 1, 7],
    [8, 1, 4, 1, 3, 1, 6, 'distributed', 2, 8, 2, 3],
    [10, 3, 1, 8, 5, 2, 10, 'distributed', 1, 4, 2, 7],
    [30, 1, 64, 1, 3, 0, 6, 'block', 2, 4, 2, 6],
  ]),
  nn_wired_slide: [
    ...table('HEIGHT WIDTH CHANNELS KERNEL PAD PIXELS', [
      [1, 1, 1, 1, 0, 1],
      [30, 30, 64, 3, 0, 2],
      [8, 8, 2, 3, 1, 1],
      [8, 8, 2, 3, 1, 2],
      [9, 10, 3, 5, 2, 5],
      [3, 3, 1, 2, 0, 1],
    ]),
    ...table(
      'HEIGHT WIDTH CHANNELS KERNEL PAD PIXELS',
      [
        [4, 4, 1, 1, 0, 4],
        [6, 9, 3, 4, 1, 1],
      ],
      { ELEM_W: 8, STYLE: 'block' },
    ),
  ],
  nn_conv_window: [
    ...table(mapNames, maps, { ELEM_W: 1, REPEAT: 2, STYLE: 'block' }),
    ...table(mapNames, maps.slice(2, 5), { ELEM_W: 8, REPEAT: 1, STYLE: 'distributed' }),
    ...table(`${mapNames} PIXELS IN_PIXELS`, severalPixels, { ELEM_W: 1, REPEAT: 2, STYLE: 'block' }),
    ...table(`${mapNames} PIXELS IN_PIXELS`, severalPixels, { ELEM_W: 8, REPEAT: 1, STYLE: 'distributed' }),
  ],
  nn_conv: [
    ...table(mapNames, maps, {
      IN_W: 1,
      FILTERS: 6,
      PE: 2,
      ACC_W: 14,
      TH_W: 15,
      WEIGHT_FILE: IMAGE,
      THRESHOLD_FILE: IMAGE,
    }),
    ...table(mapNames, maps, {
      IN_W: 8,
      FILTERS: 3,
      PE: 3,
      ACC_W: 20,
      TH_W: 20,
      WEIGHT_FILE: IMAGE,
      THRESHOLD_FILE: IMAGE,
      BUFFER_STYLE: 'block',
    }),
    ...table(`${mapNames} PIXELS IN_PIXELS`, severalPixels, {
      IN_W: 1,
      FILTERS: 6,
      PE: 2,
      ACC_W: 14,
      TH_W: 15,
      WEIGHT_FILE: IMAGE,
      THRESHOLD_FILE: IMAGE,
    }),
    ...table(mapNames, maps.slice(0, 3), { IN_W: 1, FILTERS: 1, PE: 1, ACC_W: 14, THRESHOLD: 0, WEIGHT_FILE: IMAGE }),
    {
      ...table('CHANNELS SIMD FILTERS PE', [[64, 32, 4, 2]])[0]!,
      ACC_W: 10,
      TH_W: 11,
      POPCOUNT_STYLE: 'xilinx',
      WEIGHT_FILE: IMAGE,
      THRESHOLD_FILE: IMAGE,
    },
  ].map(withDot),
  nn_pool_walk: table('ROWS COLS FOLD WINDOW_ROWS WINDOW_COLS', [
    [1, 1, 1, 1, 1],
    [8, 8, 4, 2, 2],
    [5, 7, 3, 3, 3],
    [15, 15, 8, 3, 1],
    [3, 5, 1, 3, 5],
  ]),
  nn_pool: [
    ...table('HEIGHT WIDTH CHANNELS LANES SIZE', [
      [1, 1, 1, 1, 1],
      [8, 8, 16, 4, 2],
      [5, 7, 6, 2, 3],
      [7, 5, 4, 4, 2],
      [15, 15, 8, 1, 3],
    ]),
    ...table(
      'HEIGHT WIDTH CHANNELS LANES SIZE',
      [
        [1, 1, 1, 1, 1],
        [28, 28, 64, 64, 2],
        [5, 7, 6, 2, 3],
      ],
      { AND_FILE: IMAGE },
    ),
    ...table(
      'HEIGHT WIDTH CHANNELS LANES SIZE PIXELS',
      [
        [8, 8, 16, 4, 2, 2],
        [28, 28, 64, 8, 2, 14],
        [5, 9, 6, 6, 3, 9],
      ],
      { AND_FILE: IMAGE },
    ),
  ],
  nn_affine: table(
    'CHANNELS LANES PIXELS IN_W SIGNED_IN TERM_W SHIFT OUT_W MIN MAX STYLE',
    [
      [1, 1, 1, 1, 0, 2, 0, 2, -2, 1, 'distributed'],
      [64, 8, 1, 13, 1, 30, 14, 12, -2048, 2047, 'distributed'],
      [6, 2, 3, 8, 0, 33, 24, 8, 0, 255, 'block'],
      [8, 8, 1, 5, 0, 9, 3, 16, -30_000, 32_767, 'distributed'],
      [10, 5, 2, 26, 1, 20, 1, 4, 1, 14, 'block'],
    ],
    { FILE: IMAGE },
  ),
  nn_add: table('ELEMENTS ELEM_W MIN MAX', [
    [1, 2, -2, 1],
    [4, 12, -2048, 2047],
    [8, 8, 0, 255],
    [3, 9, -200, 255],
    [2, 16, 0, 60_000],
  ]),
  nn_compare: [
    ...table(
      'CHANNELS LANES PIXELS IN_W TH_W SIGNED_IN',
      [
        [1, 1, 1, 1, 2, 0],
        [64, 8, 1, 12, 13, 1],
        [6, 2, 3, 8, 9, 0],
        [8, 8, 2, 5, 5, 1],
        [10, 1, 1, 16, 17, 1],
      ],
      { THRESHOLD_FILE: IMAGE },
    ),
    ...table(
      'CHANNELS LANES PIXELS',
      [
        [1, 1, 1],
        [64, 8, 2],
      ],
      { THRESHOLD_FILE: IMAGE, FLIP_FILE: IMAGE },
    ),
  ],
  nn_average: table('HEIGHT WIDTH CHANNELS LANES ROWS COLS IN_W SIGNED_IN OUT_W', [
    [1, 1, 1, 1, 1, 1, 2, 1, 2],
    [8, 8, 256, 2, 8, 8, 12, 1, 18],
    [5, 7, 6, 2, 2, 2, 8, 0, 10],
    [9, 4, 6, 6, 3, 3, 6, 1, 10],
    [3, 5, 4, 1, 3, 5, 1, 0, 4],
  ]),
  nn_int_dense: table(
    'TAPS UNITS PE IN_W SIGNED_IN SUM_W WEIGHT_STYLE',
    [
      [1, 1, 1, 1, 0, 10, 'block'],
      [256, 10, 2, 18, 1, 32, 'block'],
      [9, 6, 6, 8, 0, 32, 'distributed'],
      [16, 3, 1, 12, 1, 24, 'distributed'],
      [33, 8, 4, 28, 1, 32, 'block'],
    ],
    { WEIGHT_FILE: IMAGE, BIAS_FILE: IMAGE },
  ),
  nn_decide: table('CHANNELS CLASSES SCORE_W SIGNED_SCORE RULE', [
    [1, 1, 1, 0, 'first_max'],
    [10, 10, 10, 0, 'highest_bit'],
    [64, 10, 32, 1, 'first_max'],
    [16, 16, 12, 1, 'highest_bit'],
    [5, 1, 4, 0, 'first_max'],
    [8, 7, 1, 1, 'first_max'],
  ]),
};

export const dataflowIllegal: readonly IllegalPoint[] = [
  refuse('nn_wired_slide', 'PIXELS_must_divide_WIDTH', { PIXELS: 3 }),
  refuse('nn_wired_slide', 'PIXELS_must_divide_the_output_columns', { PIXELS: 4 }),
  refuse('nn_wired_slide', 'PAD_must_be_below_KERNEL_minus_1', { PAD: 2 }),
  refuse('nn_wired_slide', 'needs_three_groups_a_row', { PIXELS: 8, PAD: 1 }),
  refuse('nn_quantise', 'PIXELS_must_be_positive', { PIXELS: 0, INIT_FILE: IMAGE }),
  refuse('nn_quantise', 'INIT_FILE_is_required', {}),
  refuse('nn_affine', 'LANES_must_divide_CHANNELS', { LANES: 3, FILE: IMAGE }),
  refuse('nn_average', 'LANES_must_divide_CHANNELS', { LANES: 3 }),
  refuse('nn_average', 'window_must_fit_the_map', { ROWS: 9 }),
  refuse('nn_int_dense', 'PE_must_divide_UNITS', { PE: 3, WEIGHT_FILE: IMAGE, BIAS_FILE: IMAGE }),
  refuse('nn_conv_mvu', 'PE_must_be_positive', { PE: 0 }),
  refuse('nn_conv_mvu', 'STYLE_must_be_portable_or_xilinx', { STYLE: 'altera' }),
  refuse('nn_conv_mvu', 'ACC_W_must_hold_the_count', { SIMD: 16, ACC_W: 4 }),
  refuse('nn_threshold', 'PE_must_divide_CHANNELS', { CHANNELS: 8, PE: 3, INIT_FILE: IMAGE }),
  refuse('nn_threshold', 'TH_W_must_be_at_least_IN_W', { IN_W: 10, TH_W: 9, INIT_FILE: IMAGE }),
  refuse('nn_conv_window', 'PIXELS_must_divide_the_output_width', { PIXELS: 3 }),
  refuse('nn_conv_window', 'STRIDE_must_be_1_for_several_PIXELS', { PIXELS: 2, STRIDE: 2 }),
  refuse('nn_conv_window', 'IN_PIXELS_must_divide_PIXELS_and_WIDTH', { PIXELS: 2, IN_PIXELS: 4 }),
  refuse('nn_conv_window', 'SIMD_must_divide_CHANNELS', { CHANNELS: 4, SIMD: 3 }),
  refuse('nn_conv_window', 'PAD_must_be_below_KERNEL', { KERNEL: 3, PAD: 3 }),
  refuse('nn_conv_window', 'KERNEL_must_fit_the_padded_map', { HEIGHT: 8, WIDTH: 2, KERNEL: 5, PAD: 1 }),
  refuse('nn_conv_window', 'ROWS_must_hold_what_an_output_row_needs', { KERNEL: 3, STRIDE: 1, PAD: 1, ROWS: 2 }),
  refuse('nn_conv_ring', 'ADDR_W_must_fit_the_bank', { ADDR_W: 5 }),
  refuse('nn_conv', 'PE_must_divide_FILTERS', { ...conv, FILTERS: 8, PE: 3 }),
  refuse('nn_conv', 'SIMD_must_divide_CHANNELS', { ...conv, CHANNELS: 16, SIMD: 6 }),
  refuse('nn_conv', 'THRESHOLD_FILE_without_THRESHOLD', { ...conv, THRESHOLD: 0 }),
  refuse('nn_pool_walk', 'window_must_fit_the_map', { WINDOW_ROWS: 9 }),
  refuse('nn_pool', 'PIXELS_must_be_1_or_a_multiple_of_SIZE_that_divides_WIDTH', { PIXELS: 3 }),
  refuse('nn_pool', 'LANES_must_divide_CHANNELS', { CHANNELS: 16, LANES: 3 }),
  refuse('nn_pool', 'SIZE_must_fit_the_map', { HEIGHT: 8, WIDTH: 8, SIZE: 9 }),
  refuse('nn_decide', 'CLASSES_must_be_1_to_CHANNELS', { CHANNELS: 4, CLASSES: 5 }),
  refuse('nn_decide', 'SCORE_W_must_be_1_to_32', { SCORE_W: 33 }),
  refuse('nn_decide', 'RULE_must_be_first_max_or_highest_bit', { RULE: 'last_max' }),
];
