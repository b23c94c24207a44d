/** A layer as the engine takes it from its stream: a descriptor, rows of words for the rings, beats of entries. */
import { beatBytes, type EngineShape } from './shape.ts';

export const operations = { convolution: 1, pool: 2, dense: 3, output: 4, end: 5 } as const;

/** Fields of a descriptor that are not 0; nn_sparse_control says what they mean and where they stand. */
export interface Descriptor {
  readonly operation: keyof typeof operations;
  readonly signed?: boolean;
  readonly halve?: boolean;
  readonly kernel?: number;
  readonly wide?: boolean;
  readonly shift?: number;
  /** Of a convolution's lists; of each line that goes into a vector. */
  readonly words?: number;
  readonly steps?: number;
  readonly rounds?: number;
  readonly stride?: number;
  readonly lines?: number;
  readonly width?: number;
  readonly pitch?: number;
  readonly height?: number;
  readonly slots?: number;
  readonly min?: number;
  readonly max?: number;
  readonly to?: number;
  readonly sets?: number;
  readonly bytes?: number;
  /** Of coded entries: words of a convolution's table, or classes of a fully connected layer. */
  readonly table?: number;
}

export interface EngineLayer {
  readonly name: string;
  readonly descriptor: Descriptor;
  /** Words of 8 bytes for each ring: the groups' lists, parameters, steps. */
  readonly rings: readonly Uint8Array[];
  /** Whole beats behind the rows. */
  readonly entries: Uint8Array;
}

const checkWord = 0xb100;
export const wordBytes = 8;

/** Rows that a layer takes in the rings. */
export function rowsOf({ rings }: Pick<EngineLayer, 'rings'>): number {
  return Math.max(0, ...rings.map((ring) => ring.length / wordBytes));
}

/** Beats of a row: a word for each group, one of parameters, one of steps. */
export function beatsOfRow(shape: EngineShape): number {
  return Math.ceil((shape.groups + 2) / (beatBytes(shape) / wordBytes));
}

/** The beat that announces a layer. */
function descriptorBeat({ descriptor: d, entries, rings }: EngineLayer, shape: EngineShape): Uint8Array {
  const bytes = new Uint8Array(beatBytes(shape));
  const view = new DataView(bytes.buffer);
  const flags = operations[d.operation] | (Number(d.signed ?? false) << 4) | (Number(d.halve ?? false) << 5) | ((d.kernel ?? 0) << 6);
  const sixteen: readonly (readonly [at: number, value: number | undefined])[] = [
    [2, flags | (Number(d.wide ?? false) << 8) | ((d.shift ?? 0) << 9)],
    [4, rowsOf({ rings })], [6, d.words], [8, d.steps], [10, d.rounds], [12, d.stride], [14, d.lines],
    [16, d.width], [18, d.pitch], [20, d.height], [22, d.slots], [24, (d.min ?? 0) & 0x1ff], [26, (d.max ?? 0) & 0x1ff],
    [28, d.to], [30, d.sets], [32, d.bytes], [34, d.table],
  ];
  for (const [at, value = 0] of sixteen) {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new Error(`descriptor field at byte ${at}: ${value}`);
    view.setUint16(at, value, true);
  }
  view.setUint32(36, entries.length / bytes.length, true);
  let check = checkWord;
  for (let at = 2; at < 64; at += 2) check ^= view.getUint16(at, true);
  view.setUint16(0, check, true);
  return bytes;
}

/** Descriptor, rows and entries as they are streamed; whole beats. */
export function layerBeats(layer: EngineLayer, shape: EngineShape): Uint8Array {
  const { rings, entries } = layer;
  const beat = beatBytes(shape);
  const perRow = beatsOfRow(shape) * beat;
  const rows = rowsOf(layer);
  const out = new Uint8Array(beat + rows * perRow + entries.length);
  out.set(descriptorBeat(layer, shape));
  rings.forEach((ring, target) => {
    for (let row = 0; row * wordBytes < ring.length; row++)
      out.set(ring.subarray(row * wordBytes, (row + 1) * wordBytes), beat + row * perRow + target * wordBytes);
  });
  out.set(entries, beat + rows * perRow);
  return out;
}
