/** Parameter points of the shared array's cells. */
import { IMAGE, refuse, table, type IllegalPoint, type Parameters } from './parameter-points.ts';

const outputImages: Parameters = { FACTOR_FILE: IMAGE, TERM_FILE: IMAGE, LEVEL_FILE: IMAGE, MINIMUM_FILE: IMAGE };
const sharedImages: Parameters = { LAYER_FILE: IMAGE, WEIGHT_FILE: IMAGE, ...outputImages };
const residual: Parameters = { FACTOR_W: 20, TERM_W: 32, SUM_W: 36, SHIFT: 8, WIDE_W: 18, VALUE_W: 12 };
const types = ['PIXELS', 'WINDOWS', 'POINTS'];
/** The same of each of nn_unshared's datapaths. */
const ofEach = (point: Parameters): Parameters => Object.fromEntries(types.flatMap((type) => Object.entries(point).map(([key, value]) => [`${type}_${key}`, value])));
const ownImages = ofEach({ WEIGHT_FILE: IMAGE, ...outputImages });
const residuals: Parameters = { VALUE_W: 12, FACTORS: 1, ...ofEach({ FACTOR_W: 20, TERM_W: 32, SUM_W: 36, SHIFT: 8, WIDE_W: 18 }) };
/** Plain and residual arrays, of bits and of pixels, with every kind of result. */
const sharedArrays: readonly Parameters[] = [
  {},
  { UNITS: 1, GROUP: 8, SPLIT: 0, POOLS: 0, ACC_W: 9, TERM_W: 10, SUM_W: 11, OUT_W: 9, STYLE: 'xilinx', BANK_DEPTH: 40, BANK_STYLE: 'distributed' },
  { GROUP: 16, PLANES: 0, SPLIT: 0, POOLS: 0, IN_CHANNELS: 1, IN_W: 1, IN_RAISE: 0, IN_PIXELS: 16, RESULT: 'bits', OUT_W: 1, LAYERS: 1, ACC_W: 10, TERM_W: 11, SUM_W: 12 },
  { UNITS: 16, POOLS: 0, FACTOR_W: 20, TERM_W: 32, SUM_W: 36, SHIFT: 8, WIDE_W: 18, VALUE_W: 12, RESULT: 'mean', OUT_CHANNELS: 256, OUT_W: 18, VALUE_DEPTH: 4096, BANK_DEPTH: 847 },
  { UNITS: 4, GROUP: 32, FACTOR_W: 12, TERM_W: 24, SUM_W: 28, SHIFT: 4, WIDE_W: 20, VALUE_W: 8, CLAMPS: 1, RESULT: 'mean', OUT_CHANNELS: 24, OUT_W: 14, VALUE_DEPTH: 300, STYLE: 'xilinx' },
].map((point) => ({ ...sharedImages, ...point }));

export const sharedPoints: Readonly<Record<string, readonly Parameters[]>> = {
  nn_count: table('W', [[1], [2], [5], [8], [12]]),
  nn_thirds: table('ADDR_W', [[1], [2], [7], [10], [13]]),
  nn_unit: table('GROUP PLANES SPLIT ACC_W STYLE CARRY_W', [
    [8, 0, 0, 7, 'portable', 4], [8, 1, 1, 9, 'xilinx', 4], [16, 1, 0, 14, 'portable', 4], [16, 0, 1, 12, 'xilinx', 8], [32, 1, 1, 14, 'portable', 4],
  ]),
  nn_sequence: table('LAYER_W COUNT_W STEP_W WEIGHT_W PARAM_W DRAIN', [[1, 1, 1, 1, 1, 5], [2, 3, 1, 4, 2, 17], [4, 5, 4, 10, 7, 28], [5, 8, 6, 12, 8, 31], [3, 2, 8, 9, 1, 64]]),
  nn_reach: table('ADDR_W POSITION_W', [[4, 4], [5, 5], [7, 6], [10, 7], [13, 9]]),
  nn_banks: table('GROUP DEPTH STYLE ADDR_W', [[4, 1, 'distributed', 1], [8, 2, 'distributed', 1], [8, 40, 'distributed', 6], [16, 847, 'block', 10], [32, 512, 'block', 9]]),
  nn_lanes: table('UNITS ACC_W FACTOR_W TERM_W SUM_W SHIFT WIDE_W VALUE_W CLAMPS POOLS', [
    [1, 7, 0, 8, 9, 0, 1, 0, 0, 0], [8, 14, 0, 15, 16, 0, 1, 0, 0, 1], [4, 12, 16, 20, 29, 4, 20, 8, 0, 0], [16, 14, 25, 32, 40, 8, 20, 12, 1, 0], [2, 9, 12, 24, 25, 0, 12, 12, 1, 1],
  ]),
  nn_gather: table('GROUP UNITS', [[8, 1], [8, 8], [16, 4], [32, 16], [4, 2]]),
  nn_place: table('WORD_W ADDR_W COUNT_W', [[1, 1, 1], [8, 4, 2], [16, 10, 5], [32, 9, 6], [16, 13, 8]]),
  nn_load: table('GROUP CHANNELS ELEM_W RAISE PIXELS HEIGHT WIDTH PAD BASE ADDR_W', [
    [16, 3, 8, 1, 0, 32, 32, 0, 0, 10], [8, 1, 8, 0, 0, 5, 7, 255, 3, 6], [32, 4, 8, 1, 0, 6, 6, 128, 0, 5], [16, 1, 1, 0, 16, 28, 28, 0, 0, 6], [8, 3, 1, 0, 0, 4, 4, 255, 9, 7], [8, 8, 1, 0, 1, 5, 5, 0, 0, 5],
  ]),
  nn_results: table('UNITS CHANNELS VALUE_W OUT_W SUMS SIGNED', [[1, 1, 1, 1, 0, 0], [8, 10, 12, 12, 0, 1], [4, 4, 9, 9, 0, 0], [16, 256, 12, 18, 1, 1], [8, 24, 8, 14, 1, 0]]),
  nn_array: table('UNITS GROUP PLANES SPLIT ACC_W DEPTH WEIGHT_W', [[1, 8, 0, 0, 7, 1, 1], [2, 16, 1, 1, 14, 10, 4], [4, 16, 1, 0, 14, 512, 9], [8, 16, 0, 1, 12, 700, 10], [2, 32, 1, 1, 14, 64, 6]], { WEIGHT_FILE: IMAGE }),
  nn_output: table('UNITS ACC_W FACTOR_W TERM_W SUM_W SHIFT WIDE_W VALUE_W CLAMPS POOLS SUMS_AT RESULT KEPT_W', [
    [1, 7, 0, 8, 9, 0, 1, 0, 0, 0, 14, 'sums', 7], [8, 14, 0, 15, 16, 0, 1, 0, 0, 1, 15, 'bits', 1], [4, 12, 16, 20, 29, 4, 20, 8, 0, 0, 15, 'mean', 8],
    [16, 14, 25, 32, 40, 8, 20, 12, 1, 0, 15, 'mean', 12], [2, 9, 12, 24, 25, 0, 12, 12, 1, 1, 16, 'sums', 9],
  ], outputImages),
  nn_values: table('LANES VALUE_W BLOCKS DEPTH PLACE_W', [[1, 8, 1, 1, 1], [8, 12, 1, 512, 9], [16, 12, 2, 300, 9], [16, 9, 4, 64, 6], [4, 16, 4, 2, 1]]),
  nn_datapath: [
    {},
    { UNITS: 1, GROUP: 8, PLANES: 0, SPLIT: 0, ACC_W: 9, TERM_W: 10, SUM_W: 11, KEPT_W: 9, WEIGHT_DEPTH: 1, WEIGHT_W: 1 },
    { UNITS: 16, PLANES: 0, RESULT: 'bits', KEPT_W: 1, STYLE: 'xilinx' },
    { UNITS: 16, POOLS: 0, ...residual, RESULT: 'mean', KEPT_W: 12, CLAMPS: 1 },
    { UNITS: 4, GROUP: 32, ...residual, KEPT_W: 36, STYLE: 'xilinx' },
  ].map((point) => ({ WEIGHT_FILE: IMAGE, ...outputImages, ...point })),
  nn_front: [
    {},
    { GROUP: 8, LAYERS: 1, LAYER_W: 1, BANK_DEPTH: 40, ADDR_W: 6, BANK_STYLE: 'distributed' },
    { PLANES: 0, IN_CHANNELS: 1, IN_W: 1, IN_RAISE: 0, IN_PIXELS: 16, FACTORS: 1 },
    { GROUP: 32, FACTORS: 1, VALUES: 1, CLAMPS: 1, STEP_W: 1, PLACE_W: 12, LAYERS: 15, LAYER_W: 4 },
    { IN_CHANNELS: 2, IN_RAISE: 0, IN_HEIGHT: 5, IN_WIDTH: 7, STEP_W: 4, WEIGHT_W: 1, PARAM_W: 1 },
  ].map((point) => ({ LAYER_FILE: IMAGE, ...point })),
  nn_shared: sharedArrays,
  nn_unshared: [
    {},
    { PIXELS_UNITS: 0, WINDOWS_UNITS: 2, POINTS_UNITS: 2, IN_CHANNELS: 1, IN_W: 1, IN_RAISE: 0, RESULT: 'bits', OUT_W: 1 },
    { POINTS_UNITS: 0, WINDOWS_SPLIT: 1, RESULT_OF: 1, PIXELS_UNITS: 1, WINDOWS_UNITS: 2, GROUP: 32 },
    { WINDOWS_UNITS: 4, PIXELS_UNITS: 2, POINTS_UNITS: 1, ...residuals, RESULT: 'mean', RESULT_OF: 1, OUT_CHANNELS: 256, OUT_W: 18, VALUE_DEPTH: 4096 },
    { WINDOWS_UNITS: 4, PIXELS_UNITS: 1, POINTS_UNITS: 4, ...residuals, CLAMPS: 1, RESULT: 'mean', OUT_CHANNELS: 24, OUT_W: 14, VALUE_DEPTH: 300, STYLE: 'xilinx' },
  ].map((point) => ({ LAYER_FILE: IMAGE, ...ownImages, ...point })),
};

export const illegalShared: readonly IllegalPoint[] = [
  refuse('nn_count', 'W_must_be_positive', { W: 0 }),
  refuse('nn_thirds', 'ADDR_W_must_be_positive', { ADDR_W: 0 }),
  refuse('nn_unit', 'GROUP_must_be_8_16_or_32', { GROUP: 64 }),
  refuse('nn_unit', 'ACC_W_must_hold_the_total', { ACC_W: 9 }),
  refuse('nn_unit', 'STYLE_must_be_portable_or_xilinx', { STYLE: 'quick' }),
  refuse('nn_sequence', 'DRAIN_must_be_at_least_5', { DRAIN: 4 }),
  refuse('nn_banks', 'GROUP_must_be_a_multiple_of_4', { GROUP: 6 }),
  refuse('nn_banks', 'ADDR_W_must_fit_DEPTH', { DEPTH: 512, ADDR_W: 10 }),
  refuse('nn_values', 'BLOCKS_must_divide_LANES', { BLOCKS: 3 }),
  refuse('nn_unshared', 'WINDOWS_UNITS_must_be_the_most', { LAYER_FILE: IMAGE, ...ownImages, PIXELS_UNITS: 16 }),
  refuse('nn_output', 'RESULT_must_be_sums_bits_or_mean', { ...outputImages, RESULT: 'none' }),
  refuse('nn_lanes', 'values_need_factors', { FACTOR_W: 0 }),
  refuse('nn_lanes', 'SUM_W_must_hold_product_and_term', { SUM_W: 39 }),
  refuse('nn_lanes', 'WIDE_W_must_be_VALUE_W_to_what_SUM_W_leaves', { WIDE_W: 11 }),
  refuse('nn_gather', 'UNITS_must_divide_GROUP', { UNITS: 5 }),
  refuse('nn_load', 'planes_are_of_four_channels_and_8_bits', { CHANNELS: 5 }),
  refuse('nn_load', 'CHANNELS_times_PIXELS_must_fit_GROUP', { ELEM_W: 1, PIXELS: 6 }),
  refuse('nn_results', 'OUT_W_must_hold_a_value', { OUT_W: 13 }),
];
