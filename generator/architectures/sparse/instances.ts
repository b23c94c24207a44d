// SPDX-License-Identifier: Apache-2.0
/** The cells of nn_sparse as synthesis sees them one by one: what stands many times is synthesised once. */
import type { Instance } from '../../hardware/instance.ts';
import { ringsOf } from './program/layer.ts';
import { mapBeatBytes, outputsAtOnce, vectorBeatBytes, type EngineShape } from './program/shape.ts';

const style = 'ultra';
const addressBits = 40;
const turnBits = 3;

/** What is left between them: wires and multiplexers. Not among the instances. */
export const betweenCells = ['nn_sparse', 'nn_sparse_maps', 'nn_sparse_vectors', 'nn_sparse_array'];

/**
 * All cells of an engine of this size, with the parameters that these give them.
 * @param carryBits of the groups' adders: 8 in CARRY8, 0 portable
 */
export function sparseInstances(shape: EngineShape, carryBits: number): Instance[] {
  const {
    lanes: LANES,
    groups: GROUPS,
    slots: SLOTS,
    accumulatorBits: ACC_W,
    lines: LINES,
    ringWords: WORDS,
    vectorWords,
    ownWords,
    mapPorts,
    vectorPorts,
  } = shape;
  const OUTPUTS = outputsAtOnce(shape);
  const vectorMemory = 2 * vectorWords + ownWords;
  const ADDR_W = Math.ceil(Math.log2(vectorMemory));
  const lineBits = Math.ceil(Math.log2(LINES));
  const cell = (module: string, parameters: Instance['parameters'], copies = 1): Instance[] =>
    Array.from({ length: copies }, (_, i) => ({
      name: copies > 1 ? `${module} ${i}` : module,
      module,
      comment: '',
      engine: module,
      parameters,
      ports: [],
    }));
  return [
    ...cell('nn_sparse_group', { LANES, SLOTS, ACC_W, WORDS, STYLE: style, CARRY_W: carryBits }, GROUPS),
    ...cell('nn_sparse_drain', { LANES, GROUPS, SLOTS, ACC_W, LINE_W: lineBits, WORDS }),
    ...cell('nn_sparse_lines', { LANES, LINES, TAG_W: 18, STYLE: style }),
    ...cell('nn_sparse_dense', { OUTPUTS, WORDS: vectorMemory }),
    ...cell('nn_sparse_steps', { LINE_W: lineBits, WORDS }),
    ...cell('nn_sparse_loader', {
      LANES,
      LINE_W: lineBits,
      TARGETS: ringsOf(shape),
      WORDS,
      BEAT_W: 8 * mapBeatBytes(shape),
      TURN_W: turnBits,
    }),
    ...cell('nn_sparse_control', { WORDS, TURN_W: turnBits }),
    ...cell('nn_sparse_pool', { LANES, TAG_W: 8 }),
    ...cell('nn_sparse_pack', { LANES, LINE_W: lineBits }),
    ...cell('nn_sparse_handover', { LANES, WORDS: vectorWords, ADDR_W, TURN_W: turnBits }),
    ...cell('nn_sparse_sequencer', {
      BANK: vectorWords,
      ADDR_W,
      BEAT_W: 8 * vectorBeatBytes(shape),
      BASE_W: addressBits,
      TURN_W: turnBits,
    }),
    ...cell('nn_sparse_results', { ADDR_W }),
    ...[mapPorts, vectorPorts].flatMap((PORTS) =>
      cell('nn_sparse_ports', { PORTS, ADDR_W: addressBits, TURN_W: turnBits }),
    ),
    ...cell('nn_axi_write', { ADDR_W: addressBits, DATA_W: 128, BEATS: 4, WORD_W: 512 }),
    ...cell('nn_sparse_frames', { TURN_W: turnBits }),
    ...cell('nn_sparse_registers', {}),
  ];
}
