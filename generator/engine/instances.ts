/** The cells of nn_sparse as synthesis sees them one by one: what stands many times is synthesised once. */
import type { Instance } from '../emit/instances.ts';
import { outputsAtOnce, type EngineShape } from './shape.ts';

const style = 'ultra';
const addressBits = 40;

/** What is left between them: multiplexers in nn_sparse_core, the course of a frame in nn_sparse. Not among the instances. */
export const betweenCells = ['nn_sparse', 'nn_sparse_core', 'nn_sparse_array'];

/** All cells of an engine of this size, with the parameters that nn_sparse, nn_sparse_core and nn_sparse_array give them. */
export function sparseInstances(shape: EngineShape): Instance[] {
  const { lanes: LANES, groups: GROUPS, slots: SLOTS, accumulatorBits: ACC_W, lines: LINES, ringWords: WORDS, vectorWords, ports } = shape;
  const lineBits = Math.ceil(Math.log2(LINES));
  const cell = (module: string, parameters: Instance['parameters'], copies = 1): Instance[] =>
    Array.from({ length: copies }, (_, i) => ({ name: copies > 1 ? `${module} ${i}` : module, module, comment: '', engine: 'engine', parameters, ports: [] }));
  return [
    ...cell('nn_sparse_group', { LANES, SLOTS, ACC_W, WORDS, STYLE: style }, GROUPS),
    ...cell('nn_sparse_drain', { LANES, GROUPS, SLOTS, ACC_W, LINE_W: lineBits, WORDS, STYLE: style }),
    ...cell('nn_sparse_lines', { LANES, LINES, TAG_W: 18, STYLE: style }),
    ...cell('nn_sparse_dense', { LANES, OUTPUTS: outputsAtOnce(shape), WORDS: vectorWords }),
    ...cell('nn_sparse_steps', { LINE_W: lineBits, WORDS, STYLE: style }),
    ...cell('nn_sparse_loader', { LANES, LINE_W: lineBits, TARGETS: GROUPS + 2, WORDS, BEAT_W: 16 * outputsAtOnce(shape), DESC_W: 320 }),
    ...cell('nn_sparse_control', { WORDS, DESC_W: 320 }),
    ...cell('nn_sparse_pool', { LANES, TAG_W: 8 }),
    ...cell('nn_sparse_pack', { LANES, LINE_W: lineBits }),
    ...cell('nn_fifo', { DATA_W: 8 * LANES, DEPTH: 16 }),
    ...cell('nn_axi_read', { ADDR_W: addressBits, DATA_W: 128, BURST: 16, DEPTH: 256 }, ports),
    ...cell('nn_axi_write', { ADDR_W: addressBits, DATA_W: 128, BEATS: 4, WORD_W: 8 * LANES }),
    ...cell('nn_sparse_registers', {}),
  ];
}
