/** Parameter points of the library's cells: legal ones, edge cases first, and for every check an illegal one. */
export type Parameters = Readonly<Record<string, string | number>>;

const IMAGE = 'one.mem';

/** Points from rows of values in the order of `names`. */
function table(names: string, rows: readonly (readonly (string | number)[])[], common: Parameters = {}): Parameters[] {
  return rows.map((row) => ({ ...common, ...Object.fromEntries(names.split(' ').map((name, i) => [name, row[i]!])) }));
}

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

const sharedImages: Parameters = { LAYER_FILE: IMAGE, WEIGHT_FILE: IMAGE, FACTOR_FILE: IMAGE, TERM_FILE: IMAGE, LEVEL_FILE: IMAGE, MINIMUM_FILE: IMAGE };
/** Plain and residual arrays, of bits and of pixels, with every kind of result. */
const sharedArrays: readonly Parameters[] = [
  {},
  { UNITS: 1, GROUP: 8, SPLIT: 0, POOLS: 0, ACC_W: 9, TERM_W: 10, SUM_W: 11, OUT_W: 9, STYLE: 'xilinx', BANK_DEPTH: 40, BANK_STYLE: 'distributed' },
  { GROUP: 16, PLANES: 0, SPLIT: 0, POOLS: 0, IN_CHANNELS: 1, IN_W: 1, IN_RAISE: 0, IN_PIXELS: 16, RESULT: 'bits', OUT_W: 1, LAYERS: 1, ACC_W: 10, TERM_W: 11, SUM_W: 12 },
  { UNITS: 16, POOLS: 0, FACTOR_W: 20, TERM_W: 32, SUM_W: 36, SHIFT: 8, WIDE_W: 18, VALUE_W: 12, RESULT: 'mean', OUT_CHANNELS: 256, OUT_W: 18, VALUE_DEPTH: 4096, BANK_DEPTH: 847 },
  { UNITS: 4, GROUP: 32, FACTOR_W: 12, TERM_W: 24, SUM_W: 28, SHIFT: 4, WIDE_W: 20, VALUE_W: 8, CLAMPS: 1, RESULT: 'mean', OUT_CHANNELS: 24, OUT_W: 14, VALUE_DEPTH: 300, STYLE: 'xilinx' },
].map((point) => ({ ...sharedImages, ...point }));

export const points: Readonly<Record<string, readonly Parameters[]>> = {
  nn_count: table('W', [[1], [2], [5], [8], [12]]),
  nn_thirds: table('ADDR_W', [[1], [2], [7], [10], [13]]),
  nn_unit: table('GROUP PLANES SPLIT ACC_W STYLE', [
    [8, 0, 0, 7, 'portable'], [8, 1, 1, 9, 'xilinx'], [16, 1, 0, 14, 'portable'], [16, 0, 1, 12, 'xilinx'], [32, 1, 1, 14, 'portable'],
  ]),
  nn_sequence: table('LAYER_W COUNT_W STEP_W WEIGHT_W PARAM_W DRAIN', [[1, 1, 1, 1, 1, 5], [2, 3, 1, 4, 2, 17], [4, 5, 4, 10, 7, 28], [5, 8, 6, 12, 8, 31], [3, 2, 8, 9, 1, 64]]),
  nn_reach: table('ADDR_W POSITION_W STEP_W', [[1, 4, 1], [4, 5, 2], [7, 6, 1], [10, 7, 4], [13, 9, 8]]),
  nn_banks: table('GROUP DEPTH STYLE ADDR_W', [[4, 1, 'distributed', 1], [8, 2, 'distributed', 1], [8, 40, 'distributed', 6], [16, 847, 'block', 10], [32, 512, 'block', 9]]),
  nn_lanes: table('UNITS ACC_W FACTOR_W TERM_W SUM_W SHIFT WIDE_W VALUE_W CLAMPS POOLS', [
    [1, 7, 0, 8, 9, 0, 1, 0, 0, 0], [8, 14, 0, 15, 16, 0, 1, 0, 0, 1], [4, 12, 16, 20, 29, 4, 20, 8, 0, 0], [16, 14, 25, 32, 40, 8, 20, 12, 1, 0], [2, 9, 12, 24, 25, 0, 12, 12, 1, 1],
  ]),
  nn_gather: table('GROUP UNITS', [[8, 1], [8, 8], [16, 4], [32, 16], [4, 2]]),
  nn_place: table('WORD_W ADDR_W COUNT_W', [[1, 1, 1], [8, 4, 2], [16, 10, 5], [32, 9, 6], [16, 13, 8]]),
  nn_load: table('GROUP CHANNELS ELEM_W RAISE PIXELS HEIGHT WIDTH PAD BASE ADDR_W', [
    [16, 3, 8, 1, 1, 32, 32, 0, 0, 10], [8, 1, 8, 0, 1, 5, 7, 255, 3, 6], [32, 4, 8, 1, 1, 6, 6, 128, 0, 5], [16, 1, 1, 0, 16, 28, 28, 0, 0, 6], [8, 3, 1, 0, 1, 4, 4, 255, 9, 7], [8, 2, 1, 0, 4, 5, 5, 0, 0, 3],
  ]),
  nn_results: table('UNITS CHANNELS VALUE_W OUT_W SUMS SIGNED', [[1, 1, 1, 1, 0, 0], [8, 10, 12, 12, 0, 1], [4, 4, 9, 9, 0, 0], [16, 256, 12, 18, 1, 1], [8, 24, 8, 14, 1, 0]]),
  nn_shared: sharedArrays,
  nn_array: table('UNITS GROUP PLANES SPLIT ACC_W X_AT DEPTH WEIGHT_W', [[1, 8, 0, 0, 7, 3, 1, 1], [2, 8, 1, 1, 9, 8, 10, 4], [4, 16, 1, 0, 14, 8, 512, 9], [8, 16, 0, 1, 12, 8, 700, 10], [2, 32, 1, 1, 14, 5, 64, 6]], { WEIGHT_FILE: IMAGE }),
  nn_output: table('UNITS ACC_W FACTOR_W TERM_W SUM_W SHIFT WIDE_W VALUE_W CLAMPS POOLS SUMS_AT VALUE_DEPTH PLACE_W RESULT KEPT_W', [
    [1, 7, 0, 8, 9, 0, 1, 0, 0, 0, 14, 1, 1, 'sums', 7], [8, 14, 0, 15, 16, 0, 1, 0, 0, 1, 15, 1, 1, 'bits', 1], [4, 12, 16, 20, 29, 4, 20, 8, 0, 0, 15, 300, 9, 'mean', 8],
    [16, 14, 25, 32, 40, 8, 20, 12, 1, 0, 15, 4096, 12, 'mean', 12], [2, 9, 12, 24, 25, 0, 12, 12, 1, 1, 16, 2, 1, 'sums', 9],
  ], sharedImages),
  nn_skid: table('DATA_W', [[1], [2], [8], [64], [1152]]),
  nn_fifo: table('DATA_W DEPTH', [[1, 1], [8, 2], [8, 3], [1152, 16], [1, 33]]),
  nn_rom: table('DATA_W DEPTH STYLE', [[1, 1, 'block'], [8, 1, 'distributed'], [8, 2, 'block'], [64, 5, 'distributed'], [1152, 1024, 'block']], { INIT_FILE: IMAGE }),
  nn_ram: table('DATA_W DEPTH STYLE', [[1, 1, 'block'], [8, 1, 'distributed'], [8, 2, 'block'], [64, 5, 'distributed'], [1152, 96, 'block']]),
  nn_loop: table('COUNT', [[1], [2], [3], [8], [1000]]),
  nn_width: table('ELEM_W IN_LANES OUT_LANES PIXELS', [
    [1, 1, 1, 1], [8, 8, 8, 2], [1, 2, 1, 1], [1, 1, 2, 1], [3, 15, 5, 1], [3, 5, 15, 1], [1, 64, 1, 1], [1, 1, 64, 1], [1, 2, 1, 3], [5, 3, 9, 4],
  ]),
  nn_quantise: table('LANES IN_W OUT_W PIXELS', [[1, 1, 1, 1], [3, 8, 8, 1], [1, 8, 1, 1], [4, 4, 9, 2], [3, 2, 2, 1]], { INIT_FILE: IMAGE }),
  nn_popcount: table('ONES TWOS OUT_W', [[1, 0, 1], [1, 1, 2], [2, 1, 3], [22, 21, 7], [96, 96, 9], [63, 0, 6]]),
  nn_xnor_popcount: table('N', [[1], [2], [3], [4], [5], [7], [8], [27], [64], [288], [1152]]),
  nn_compress_xc7: [{}],
  nn_add3_xc7: table('W', [[1], [2], [3], [4], [5], [8], [12]]),
  nn_carry_xc7: table('W', [[1], [2], [4], [5], [8], [11]]),
  nn_tap_count_xc7: table('TAPS INVERT', [[1, 0], [1, 1], [2, 2], [3, 5], [4, 0], [5, 31], [6, 3], [7, 0], [7, 21]]),
  nn_tap_absorb_xc7: table('TAPS INVERT BASE_W SUM_W', [[1, 0, 3, 3], [2, 1, 3, 4], [3, 0, 4, 5], [4, 9, 5, 5], [5, 31, 3, 4], [5, 0, 8, 9]]),
  nn_add2_xc7: table('A_W B_W SUM_W INVERT', [[1, 1, 1, 0], [1, 1, 2, 1], [5, 4, 6, 0], [8, 8, 8, 2], [9, 1, 10, 3]]),
  nn_sum3_xc7: table('W SUM_W INVERT', [[1, 1, 0], [1, 3, 7], [2, 3, 1], [4, 5, 6], [5, 7, 0], [8, 8, 2]]),
  nn_exceeds: table('W MIRROR', [[2, 0], [2, 1], [5, 0], [9, 1], [12, 0]]),
  nn_exceeds_xc7: table('W MIRROR', [[2, 0], [2, 1], [5, 0], [9, 1], [12, 0]]),
  nn_at_least: table('W THRESHOLD MIRROR', [[1, 1, 0], [2, 3, 1], [10, 288, 0], [10, 1, 1], [12, 4095, 0]]),
  nn_popcount_xc7: table('ONES TWOS OUT_W LEVELS', [[1, 0, 1, 0], [3, 3, 3, 0], [2, 8, 5, 1], [8, 32, 7, 2], [22, 21, 7, 3], [36, 144, 9, 4]]),
  nn_xnor_popcount_xc7: table('N', [[2], [3], [7], [8], [29], [64], [288], [889], [1152]]),
  nn_signed_dot: table('N IN_W ACC_W', [[1, 1, 2], [1, 8, 8], [2, 2, 4], [3, 8, 16], [27, 8, 13], [129, 8, 15]]),
  nn_mvu: [
    ...table('PE SIMD IN_W ACC_W PIXELS', [[1, 1, 1, 1, 1], [1, 1, 8, 9, 2], [3, 5, 1, 8, 1], [4, 64, 1, 12, 4], [2, 3, 2, 8, 7], [4, 27, 8, 14, 1]]),
    ...table('PE SIMD IN_W ACC_W STYLE', [[2, 9, 1, 6, 'xilinx'], [1, 96, 1, 9, 'xilinx']]),
  ],
  nn_threshold: table('CHANNELS PE IN_W TH_W SIGNED_IN STYLE', [
    [1, 1, 1, 1, 0, 'distributed'], [8, 4, 10, 10, 0, 'distributed'], [8, 8, 10, 11, 1, 'block'], [6, 2, 1, 4, 1, 'distributed'], [64, 16, 9, 10, 0, 'block'], [10, 1, 4, 32, 1, 'distributed'],
  ], { INIT_FILE: IMAGE }).flatMap((point, i) => [point, { ...point, PIXELS: i + 2 }]),
  nn_walk: table('HEIGHT WIDTH FOLD KERNEL STRIDE PAD REPEAT ROWS OY_W ADDR_W', [
    [1, 1, 1, 1, 1, 0, 1, 1, 1, 1], [8, 8, 2, 3, 1, 1, 1, 6, 3, 7], [5, 7, 1, 3, 2, 1, 4, 7, 2, 6], [2, 1, 1, 2, 1, 1, 1, 2, 2, 1], [9, 6, 2, 2, 5, 1, 3, 12, 1, 8],
  ]).concat(table('HEIGHT WIDTH FOLD KERNEL STRIDE PAD REPEAT ROWS OY_W ADDR_W PIXELS TURN_W', [
    [8, 8, 2, 3, 1, 1, 1, 6, 3, 6, 2, 1], [8, 8, 1, 3, 1, 1, 2, 6, 3, 3, 8, 2], [9, 10, 3, 5, 1, 2, 1, 10, 4, 6, 5, 3], [6, 7, 1, 2, 1, 0, 1, 4, 3, 3, 3, 1],
  ])),
  nn_outside: table('HEIGHT WIDTH STRIDE PAD PIXELS', [[1, 1, 1, 0, 1], [8, 8, 1, 1, 1], [5, 7, 2, 2, 1], [9, 10, 1, 2, 5], [6, 8, 1, 3, 8]]),
  nn_ring: table('WIDTH FOLD SIMD ELEM_W KERNEL PAD ROWS STYLE IN_PIXELS PIXELS TURN_W ADDR_W', [
    [1, 1, 1, 1, 1, 0, 1, 'block', 1, 1, 1, 1], [8, 2, 2, 1, 3, 1, 6, 'block', 1, 1, 1, 7], [8, 1, 4, 1, 3, 1, 6, 'distributed', 2, 8, 2, 3],
    [10, 3, 1, 8, 5, 2, 10, 'distributed', 1, 4, 2, 7], [30, 1, 64, 1, 3, 0, 6, 'block', 2, 4, 2, 6],
  ]),
  nn_repack: table('ELEM_W LANES FOLD IN_PIXELS OUT_PIXELS', [[1, 1, 1, 1, 1], [1, 4, 2, 4, 1], [8, 3, 1, 2, 1], [1, 64, 4, 14, 7], [11, 2, 64, 3, 1], [1, 4, 2, 1, 2], [8, 3, 1, 2, 6], [3, 1, 5, 2, 6]]),
  nn_slide: [
    ...table('HEIGHT WIDTH CHANNELS KERNEL PAD PIXELS', [[1, 1, 1, 1, 0, 1], [30, 30, 64, 3, 0, 2], [8, 8, 2, 3, 1, 1], [8, 8, 2, 3, 1, 2], [9, 10, 3, 5, 2, 5], [3, 3, 1, 2, 0, 1]]),
    ...table('HEIGHT WIDTH CHANNELS KERNEL PAD PIXELS', [[4, 4, 1, 1, 0, 4], [6, 9, 3, 4, 1, 1]], { ELEM_W: 8, STYLE: 'block' }),
  ],
  nn_landing: table('DATA_W LATENCY ROOM', [[1, 1, 0], [1, 2, 1], [64, 12, 16], [3, 5, 0], [1152, 20, 3]]),
  nn_window: [
    ...table(mapNames, maps, { ELEM_W: 1, REPEAT: 2, STYLE: 'block' }),
    ...table(mapNames, maps.slice(2, 5), { ELEM_W: 8, REPEAT: 1, STYLE: 'distributed' }),
    ...table(`${mapNames} PIXELS IN_PIXELS`, severalPixels, { ELEM_W: 1, REPEAT: 2, STYLE: 'block' }),
    ...table(`${mapNames} PIXELS IN_PIXELS`, severalPixels, { ELEM_W: 8, REPEAT: 1, STYLE: 'distributed' }),
  ],
  nn_conv: [
    ...table(mapNames, maps, { IN_W: 1, FILTERS: 6, PE: 2, ACC_W: 14, TH_W: 15, WEIGHT_FILE: IMAGE, THRESHOLD_FILE: IMAGE }),
    ...table(mapNames, maps, { IN_W: 8, FILTERS: 3, PE: 3, ACC_W: 20, TH_W: 20, WEIGHT_FILE: IMAGE, THRESHOLD_FILE: IMAGE, BUFFER_STYLE: 'block' }),
    ...table(`${mapNames} PIXELS IN_PIXELS`, severalPixels, { IN_W: 1, FILTERS: 6, PE: 2, ACC_W: 14, TH_W: 15, WEIGHT_FILE: IMAGE, THRESHOLD_FILE: IMAGE }),
    ...table(mapNames, maps.slice(0, 3), { IN_W: 1, FILTERS: 1, PE: 1, ACC_W: 14, THRESHOLD: 0, WEIGHT_FILE: IMAGE }),
    { ...table('CHANNELS SIMD FILTERS PE', [[64, 32, 4, 2]])[0]!, ACC_W: 10, TH_W: 11, POPCOUNT_STYLE: 'xilinx', WEIGHT_FILE: IMAGE, THRESHOLD_FILE: IMAGE },
  ],
  nn_pool: [
    ...table('HEIGHT WIDTH CHANNELS LANES SIZE', [[1, 1, 1, 1, 1], [8, 8, 16, 4, 2], [5, 7, 6, 2, 3], [7, 5, 4, 4, 2], [15, 15, 8, 1, 3]]),
    ...table('HEIGHT WIDTH CHANNELS LANES SIZE', [[1, 1, 1, 1, 1], [28, 28, 64, 64, 2], [5, 7, 6, 2, 3]], { AND_FILE: IMAGE }),
    ...table('HEIGHT WIDTH CHANNELS LANES SIZE PIXELS', [[8, 8, 16, 4, 2, 2], [28, 28, 64, 8, 2, 14], [5, 9, 6, 6, 3, 9]], { AND_FILE: IMAGE }),
  ],
  nn_delay: table('DATA_W CLOCKS', [[1, 1], [1, 2], [8, 3], [8, 16], [40, 33]]),
  nn_tally: table('ADD_W', [[1], [2], [5], [12], [16]]),
  nn_early_feed: [
    ...table('HEIGHT WIDTH CHANNELS SIMD KERNEL STRIDE PAD POOL RING_W JOBS_W', earlyMaps),
    ...table('HEIGHT WIDTH CHANNELS SIMD KERNEL STRIDE PAD POOL RING_W JOBS_W', earlyMaps, { FLIP_FILE: IMAGE }),
  ],
  nn_early_lane: [
    ...table('CHANNELS WIDTH NF KERNEL STRIDE POOL SIMD PITCH RING_W NF_W EARLY SKIP GATE', earlyLanes, earlyLaneImages),
    { ...earlyLaneImages, WEIGHT_STYLE: 'block', RING_STYLE: 'distributed', POPCOUNT_STYLE: 'xilinx' },
  ],
  nn_early_ones: table('WIDTH CHANNELS SIMD KERNEL RING_W', [[1, 1, 1, 1, 2], [8, 16, 16, 3, 9], [30, 64, 32, 3, 9], [10, 6, 3, 2, 6], [5, 128, 32, 5, 8]]),
  nn_early_pixels: table('HEIGHT WIDTH FOLD KERNEL STRIDE POOL ROWS ROWS_W', [[1, 1, 1, 1, 1, 1, 1, 2], [8, 8, 1, 3, 1, 1, 6, 4], [30, 30, 2, 3, 1, 2, 8, 6], [11, 10, 2, 2, 1, 3, 12, 5], [9, 7, 1, 3, 2, 1, 5, 4]]),
  nn_early_place: table('WIDTH FOLD NF PITCH NF_W REST_W LINE_W PLACE_W POOL SIDE_W GATE', [
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0], [8, 1, 2, 9, 1, 4, 5, 5, 1, 1, 1], [30, 2, 4, 32, 2, 5, 7, 7, 2, 1, 0], [9, 2, 3, 18, 2, 3, 6, 5, 3, 2, 1], [12, 4, 1, 36, 1, 6, 6, 7, 2, 1, 0],
  ], { ORDER_FILE: IMAGE }),
  nn_early_turn: table('NF SF POOL SKIP SIDE_W REST_W NF_W', [[1, 1, 1, 1, 1, 1, 1], [2, 9, 1, 0, 1, 4, 1], [4, 18, 2, 1, 1, 5, 2], [4, 18, 2, 0, 1, 5, 2], [3, 8, 3, 1, 2, 3, 2]]),
  nn_early_verdict: table('ONES_W COUNT_W EARLY LOOP', [[1, 1, 1, 12], [10, 6, 1, 12], [10, 6, 0, 12], [12, 7, 1, 15], [5, 3, 0, 11]]),
  nn_and_popcount: table('N', [[1], [2], [3], [5], [32], [64], [288]]),
  nn_early: table('HEIGHT WIDTH CHANNELS SIMD KERNEL STRIDE PAD POOL RING_W JOBS_W FILTERS PE PITCH EARLY COUNT', earlyMaps.map((map, i) => [
    ...map, 6, [1, 2, 3, 6][i % 4]!, map[4]! * map[4]! * (map[2]! / map[3]!), (i + 1) % 2, i % 2,
  ]), { WEIGHT_PREFIX: 'one', ORDER_PREFIX: 'one', THRESHOLD_PREFIX: 'one' }),
  nn_fork: table('DATA_W', [[1], [2], [8], [64], [1152]]),
  nn_queue: table('DATA_W DEPTH STYLE', [[1, 1, 'distributed'], [8, 2, 'block'], [96, 137, 'block'], [64, 64, 'distributed'], [3, 1000, 'block']]),
  nn_clamp: table('IN_W OUT_W MIN MAX', [[16, 8, -128, 127], [9, 8, 0, 255], [20, 12, -2000, 2047], [32, 16, 1, 65_000], [3, 2, -1, 1], [40, 16, -32_768, 32_767]]),
  nn_affine: table('CHANNELS LANES PIXELS IN_W SIGNED_IN TERM_W SHIFT OUT_W MIN MAX STYLE', [
    [1, 1, 1, 1, 0, 2, 0, 2, -2, 1, 'distributed'], [64, 8, 1, 13, 1, 30, 14, 12, -2048, 2047, 'distributed'], [6, 2, 3, 8, 0, 33, 24, 8, 0, 255, 'block'],
    [8, 8, 1, 5, 0, 9, 3, 16, -30_000, 32_767, 'distributed'], [10, 5, 2, 26, 1, 20, 1, 4, 1, 14, 'block'],
  ], { FILE: IMAGE }),
  nn_add: table('ELEMENTS ELEM_W MIN MAX', [[1, 2, -2, 1], [4, 12, -2048, 2047], [8, 8, 0, 255], [3, 9, -200, 255], [2, 16, 0, 60_000]]),
  nn_compare: [
    ...table('CHANNELS LANES PIXELS IN_W TH_W SIGNED_IN', [[1, 1, 1, 1, 2, 0], [64, 8, 1, 12, 13, 1], [6, 2, 3, 8, 9, 0], [8, 8, 2, 5, 5, 1], [10, 1, 1, 16, 17, 1]], { THRESHOLD_FILE: IMAGE }),
    ...table('CHANNELS LANES PIXELS', [[1, 1, 1], [64, 8, 2]], { THRESHOLD_FILE: IMAGE, FLIP_FILE: IMAGE }),
  ],
  nn_accumulate: table('WORDS ADD_W SUM_W', [[1, 1, 1], [4, 12, 18], [10, 26, 32], [3, 16, 16], [256, 12, 20], [2, 32, 32]]),
  nn_average: table('HEIGHT WIDTH CHANNELS LANES ROWS COLS IN_W SIGNED_IN OUT_W', [
    [1, 1, 1, 1, 1, 1, 2, 1, 2], [8, 8, 256, 2, 8, 8, 12, 1, 18], [5, 7, 6, 2, 2, 2, 8, 0, 10], [9, 4, 6, 6, 3, 3, 6, 1, 10], [3, 5, 4, 1, 3, 5, 1, 0, 4],
  ]),
  nn_int_dense: table('TAPS UNITS PE IN_W SIGNED_IN SUM_W WEIGHT_STYLE', [
    [1, 1, 1, 1, 0, 10, 'block'], [256, 10, 2, 18, 1, 32, 'block'], [9, 6, 6, 8, 0, 32, 'distributed'], [16, 3, 1, 12, 1, 24, 'distributed'], [33, 8, 4, 28, 1, 32, 'block'],
  ], { WEIGHT_FILE: IMAGE, BIAS_FILE: IMAGE }),
  nn_ingress: table('DATA_W BEATS', [[1, 1], [8, 2], [24, 1024], [64, 3], [1152, 784]]),
  nn_decide: table('CHANNELS CLASSES SCORE_W SIGNED_SCORE RULE', [
    [1, 1, 1, 0, 'first_max'], [10, 10, 10, 0, 'highest_bit'], [64, 10, 32, 1, 'first_max'], [16, 16, 12, 1, 'highest_bit'], [5, 1, 4, 0, 'first_max'], [8, 7, 1, 1, 'first_max'],
  ]),
  nn_egress: table('DATA_W BEATS', [[1, 1], [8, 2], [32, 11], [64, 3], [1152, 784]]),
};

const earlyImages: Parameters = { WEIGHT_PREFIX: 'one', ORDER_PREFIX: 'one', THRESHOLD_PREFIX: 'one' };
const conv: Parameters = { WEIGHT_FILE: IMAGE, THRESHOLD_FILE: IMAGE };
const refuse = (cell: string, check: string, parameters: Parameters) => ({ cell, check: `${cell}_${check}`, parameters });

export const illegal: readonly { readonly cell: string; readonly check: string; readonly parameters: Parameters }[] = [
  refuse('nn_count', 'W_must_be_positive', { W: 0 }),
  refuse('nn_thirds', 'ADDR_W_must_be_positive', { ADDR_W: 0 }),
  refuse('nn_unit', 'GROUP_must_be_8_16_or_32', { GROUP: 12 }),
  refuse('nn_unit', 'ACC_W_must_hold_the_total', { ACC_W: 9 }),
  refuse('nn_unit', 'STYLE_must_be_portable_or_xilinx', { STYLE: 'quick' }),
  refuse('nn_sequence', 'DRAIN_must_be_at_least_5', { DRAIN: 4 }),
  refuse('nn_banks', 'GROUP_must_be_a_multiple_of_4', { GROUP: 6 }),
  refuse('nn_banks', 'ADDR_W_must_fit_DEPTH', { DEPTH: 512, ADDR_W: 10 }),
  refuse('nn_lanes', 'values_need_factors', { FACTOR_W: 0 }),
  refuse('nn_lanes', 'SUM_W_must_hold_product_and_term', { SUM_W: 39 }),
  refuse('nn_lanes', 'WIDE_W_must_be_VALUE_W_to_what_SUM_W_leaves', { WIDE_W: 11 }),
  refuse('nn_gather', 'UNITS_must_divide_GROUP', { UNITS: 5 }),
  refuse('nn_load', 'planes_are_of_four_channels_and_8_bits', { CHANNELS: 5 }),
  refuse('nn_load', 'CHANNELS_times_PIXELS_must_fit_GROUP', { ELEM_W: 1, PIXELS: 6 }),
  refuse('nn_results', 'OUT_W_must_hold_a_value', { OUT_W: 13 }),
  refuse('nn_array', 'X_AT_must_be_at_least_3', { X_AT: 2, WEIGHT_FILE: IMAGE }),
  refuse('nn_output', 'RESULT_must_be_sums_bits_or_mean', { ...sharedImages, RESULT: 'none' }),
  refuse('nn_skid', 'DATA_W_must_be_positive', { DATA_W: 0 }),
  refuse('nn_fifo', 'DATA_W_must_be_positive', { DATA_W: 0 }),
  refuse('nn_fifo', 'DEPTH_must_be_positive', { DEPTH: 0 }),
  refuse('nn_rom', 'DATA_W_must_be_positive', { DATA_W: 0, INIT_FILE: IMAGE }),
  refuse('nn_rom', 'DEPTH_must_be_positive', { DEPTH: 0, INIT_FILE: IMAGE }),
  refuse('nn_rom', 'INIT_FILE_is_required', {}),
  refuse('nn_rom', 'STYLE_must_be_block_or_distributed', { STYLE: 'ultra', INIT_FILE: IMAGE }),
  refuse('nn_ram', 'DATA_W_must_be_positive', { DATA_W: 0 }),
  refuse('nn_ram', 'DEPTH_must_be_positive', { DEPTH: 0 }),
  refuse('nn_ram', 'STYLE_must_be_block_or_distributed', { STYLE: 'ultra' }),
  refuse('nn_loop', 'COUNT_must_be_positive', { COUNT: 0 }),
  refuse('nn_slide', 'PIXELS_must_divide_WIDTH', { PIXELS: 3 }),
  refuse('nn_slide', 'PIXELS_must_divide_the_output_columns', { PIXELS: 4 }),
  refuse('nn_slide', 'PAD_must_be_below_KERNEL_minus_1', { PAD: 2 }),
  refuse('nn_slide', 'needs_three_groups_a_row', { PIXELS: 8, PAD: 1 }),
  refuse('nn_landing', 'LATENCY_must_be_positive', { LATENCY: 0 }),
  refuse('nn_width', 'PIXELS_must_be_positive', { PIXELS: 0 }),
  refuse('nn_width', 'one_of_IN_LANES_and_OUT_LANES_must_divide_the_other', { IN_LANES: 6, OUT_LANES: 4 }),
  refuse('nn_quantise', 'PIXELS_must_be_positive', { PIXELS: 0, INIT_FILE: IMAGE }),
  refuse('nn_quantise', 'INIT_FILE_is_required', {}),
  refuse('nn_popcount', 'sum_must_fit_OUT_W', { ONES: 22, TWOS: 21, OUT_W: 6 }),
  refuse('nn_popcount', 'four_rows_must_be_left', { ONES: 40, TWOS: 27, OUT_W: 7 }),
  refuse('nn_xnor_popcount', 'N_must_be_positive', { N: 0 }),
  refuse('nn_add3_xc7', 'W_must_be_positive', { W: 0 }),
  refuse('nn_carry_xc7', 'W_must_be_positive', { W: 0 }),
  refuse('nn_tap_count_xc7', 'TAPS_must_be_1_to_7', { TAPS: 8 }),
  refuse('nn_tap_count_xc7', 'INVERT_is_for_the_first_five_taps', { TAPS: 7, INVERT: 32 }),
  refuse('nn_tap_absorb_xc7', 'TAPS_must_be_1_to_5', { TAPS: 6 }),
  refuse('nn_tap_absorb_xc7', 'INVERT_is_for_taps', { TAPS: 3, INVERT: 8 }),
  refuse('nn_tap_absorb_xc7', 'BASE_W_must_be_at_least_3', { BASE_W: 2, SUM_W: 3 }),
  refuse('nn_tap_absorb_xc7', 'SUM_W_must_be_BASE_W_or_one_more', { BASE_W: 4, SUM_W: 6 }),
  refuse('nn_add2_xc7', 'A_W_must_be_at_least_B_W', { A_W: 3, B_W: 4, SUM_W: 4 }),
  refuse('nn_add2_xc7', 'SUM_W_must_be_A_W_or_one_more', { A_W: 3, B_W: 3, SUM_W: 5 }),
  refuse('nn_sum3_xc7', 'W_must_be_positive', { W: 0, SUM_W: 1 }),
  refuse('nn_sum3_xc7', 'SUM_W_must_be_W_to_W_plus_2', { W: 4, SUM_W: 7 }),
  refuse('nn_exceeds', 'W_must_be_at_least_2', { W: 1 }),
  refuse('nn_exceeds_xc7', 'W_must_be_at_least_2', { W: 1 }),
  refuse('nn_at_least', 'THRESHOLD_must_be_1_to_2_to_the_W_minus_1', { W: 4, THRESHOLD: 16 }),
  refuse('nn_popcount_xc7', 'three_rows_must_be_left', { ONES: 8, TWOS: 32, OUT_W: 7, LEVELS: 1 }),
  refuse('nn_xnor_popcount_xc7', 'N_must_be_at_least_2', { N: 1 }),
  refuse('nn_signed_dot', 'N_must_be_positive', { N: 0 }),
  refuse('nn_signed_dot', 'ACC_W_must_be_at_least_IN_W', { IN_W: 8, ACC_W: 7 }),
  refuse('nn_delay', 'DATA_W_and_CLOCKS_must_be_positive', { CLOCKS: 0 }),
  refuse('nn_tally', 'ADD_W_must_be_1_to_16', { ADD_W: 17 }),
  refuse('nn_early_feed', 'SIMD_must_divide_CHANNELS', { CHANNELS: 6, SIMD: 4 }),
  refuse('nn_early_feed', 'PAD_must_be_below_KERNEL', { PAD: 3 }),
  refuse('nn_early_feed', 'KERNEL_and_POOL_must_fit_the_padded_map', { POOL: 7 }),
  refuse('nn_early_pixels', 'ROWS_must_hold_an_output_row', { ROWS: 2 }),
  refuse('nn_and_popcount', 'N_must_be_positive', { N: 0 }),
  refuse('nn_early_lane', 'PITCH_must_hold_all_tiles', { ...earlyLaneImages, PITCH: 8 }),
  refuse('nn_early_place', 'ORDER_FILE_is_required', {}),
  refuse('nn_early_place', 'RING_W_must_hold_a_window', { ORDER_FILE: IMAGE, RING_W: 3 }),
  refuse('nn_early_lane', 'POPCOUNT_STYLE_must_be_portable_or_xilinx', { ...earlyLaneImages, POPCOUNT_STYLE: 'altera' }),
  refuse('nn_queue', 'DEPTH_must_be_positive', { DEPTH: 0 }),
  refuse('nn_clamp', 'IN_W_must_be_more_than_OUT_W', { IN_W: 8 }),
  refuse('nn_clamp', 'MIN_and_MAX_must_fit_OUT_W', { MAX: 128 }),
  refuse('nn_affine', 'LANES_must_divide_CHANNELS', { LANES: 3, FILE: IMAGE }),
  refuse('nn_accumulate', 'SUM_W_must_be_ADD_W_to_32', { SUM_W: 33 }),
  refuse('nn_average', 'LANES_must_divide_CHANNELS', { LANES: 3 }),
  refuse('nn_average', 'window_must_fit_the_map', { ROWS: 9 }),
  refuse('nn_int_dense', 'PE_must_divide_UNITS', { PE: 3, WEIGHT_FILE: IMAGE, BIAS_FILE: IMAGE }),
  refuse('nn_early', 'PE_must_divide_FILTERS', { ...earlyImages, PE: 3 }),
  refuse('nn_early', 'images_are_required', {}),
  refuse('nn_mvu', 'PE_must_be_positive', { PE: 0 }),
  refuse('nn_mvu', 'STYLE_must_be_portable_or_xilinx', { STYLE: 'altera' }),
  refuse('nn_mvu', 'ACC_W_must_hold_the_count', { SIMD: 16, ACC_W: 4 }),
  refuse('nn_threshold', 'PE_must_divide_CHANNELS', { CHANNELS: 8, PE: 3, INIT_FILE: IMAGE }),
  refuse('nn_threshold', 'TH_W_must_be_at_least_IN_W', { IN_W: 10, TH_W: 9, INIT_FILE: IMAGE }),
  refuse('nn_window', 'PIXELS_must_divide_the_output_width', { PIXELS: 3 }),
  refuse('nn_window', 'STRIDE_must_be_1_for_several_PIXELS', { PIXELS: 2, STRIDE: 2 }),
  refuse('nn_window', 'IN_PIXELS_must_divide_PIXELS_and_WIDTH', { PIXELS: 2, IN_PIXELS: 4 }),
  refuse('nn_window', 'SIMD_must_divide_CHANNELS', { CHANNELS: 4, SIMD: 3 }),
  refuse('nn_window', 'PAD_must_be_below_KERNEL', { KERNEL: 3, PAD: 3 }),
  refuse('nn_window', 'KERNEL_must_fit_the_padded_map', { HEIGHT: 8, WIDTH: 2, KERNEL: 5, PAD: 1 }),
  refuse('nn_window', 'ROWS_must_hold_what_an_output_row_needs', { KERNEL: 3, STRIDE: 1, PAD: 1, ROWS: 2 }),
  refuse('nn_ring', 'ADDR_W_must_fit_the_bank', { ADDR_W: 5 }),
  refuse('nn_repack', 'one_of_IN_PIXELS_and_OUT_PIXELS_must_divide_the_other', { IN_PIXELS: 4, OUT_PIXELS: 3 }),
  refuse('nn_conv', 'PE_must_divide_FILTERS', { ...conv, FILTERS: 8, PE: 3 }),
  refuse('nn_conv', 'SIMD_must_divide_CHANNELS', { ...conv, CHANNELS: 16, SIMD: 6 }),
  refuse('nn_conv', 'THRESHOLD_FILE_without_THRESHOLD', { ...conv, THRESHOLD: 0 }),
  refuse('nn_pool', 'PIXELS_must_be_1_or_a_multiple_of_SIZE_that_divides_WIDTH', { PIXELS: 3 }),
  refuse('nn_pool', 'LANES_must_divide_CHANNELS', { CHANNELS: 16, LANES: 3 }),
  refuse('nn_pool', 'SIZE_must_fit_the_map', { HEIGHT: 8, WIDTH: 8, SIZE: 9 }),
  refuse('nn_ingress', 'BEATS_must_be_positive', { BEATS: 0 }),
  refuse('nn_decide', 'CLASSES_must_be_1_to_CHANNELS', { CHANNELS: 4, CLASSES: 5 }),
  refuse('nn_decide', 'SCORE_W_must_be_1_to_32', { SCORE_W: 33 }),
  refuse('nn_decide', 'RULE_must_be_first_max_or_highest_bit', { RULE: 'last_max' }),
  refuse('nn_egress', 'BEATS_must_be_positive', { BEATS: 0 }),
];
