// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a folder of BNN-PYNQ parameters into named tensors with the arithmetic of this project:
 *
 *     <layer>.weights     U8, bits 0/1 (1 = +1), or I8, −1, 0, 1: in the shape that the network asks for
 *     <layer>.thresholds  I32, [filters] or [filters, levels]: a level is reached where acc >= theta; acc is the
 *                         popcount of agreements of bits, else the signed sum
 *
 * Layer i is the network's i-th with weights. Files: `<layer>-<pe>-weights.bin` holds u64 words, word t of PE p is row
 * (t div SF) PE + p, columns (t mod SF) SIMD + i at bit i (two bits a weight: at bit 2i), with SF = columns / SIMD
 * rounded up. `<layer>-<pe>-thres.bin` holds i64, row nf PE + p, its levels side by side. Rows that a short file lacks
 * are zero: weights -1 (of two bits 0), thresholds 0. Every threshold is legal, also a negative one or one beyond the
 * fan-in: such a channel is constant.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BitloomError, fail, type Issue } from '../errors/errors.ts';
import { classesOfFolder } from './bnn-pynq-classes.ts';
import { readInputFile } from '../files/input-file.ts';
import { layersAsked, type PackedLayer } from './bnn-pynq-layouts.ts';
import { packingOf, type WeightFile } from './bnn-pynq-simd.ts';
import { tensorTable } from './tensor-table.ts';
import type { AskedTensors, NamedTensor, TensorSource } from './tensors.ts';

const WORD_BYTES = 8;
const FILE = /^(\d+)-(\d+)-(weights|thres)\.bin$/;

/** True where a folder holds any file with a BNN-PYNQ name. */
export function looksLikeBnnPynq(folder: string): boolean {
  return readdirSync(folder).some(isBnnPynqFile);
}

/** True for a file with a BNN-PYNQ name. */
export function isBnnPynqFile(path: string): boolean {
  return FILE.test(basename(path));
}

/**
 * Throws NN006 for a folder of another number of layers, or whose packing is not to be told; NN010 for absent files,
 * NN011 for files of an impossible length, NN013 for values the format does not allow. All of a folder's faults come at
 * once.
 */
export function readBnnPynq(folder: string, asked: AskedTensors): TensorSource {
  const layers = layersAsked(asked);
  const counts = peCounts(folder);
  const refuse = (got: string, legal: string): never =>
    fail({ code: 'NN006', where: folder, got, legal, fix: 'give the network that these parameters were trained for' });
  const found = Math.max(...counts.keys()) + 1;
  if (layers.length === 0)
    refuse('BNN-PYNQ parameters', 'weights with shapes of their own: nothing asks for shapes here');
  if (found !== layers.length)
    refuse(`BNN-PYNQ parameters of ${found} layers`, `${layers.length}: ${layers.map(({ name }) => name).join(' ')}`);
  layers.forEach(({ name, filters }, index) => {
    const pes = counts.get(index) ?? 1;
    if (pes > filters) refuse(`files of ${pes} PEs for ${name}`, `1 to ${filters}: it has ${filters} rows`);
  });
  const issues: Issue[] = [];
  const tensors = new Map<string, NamedTensor>();
  layers.forEach((layer, index) => {
    const files = new LayerFiles(folder, index, layer, counts.get(index) ?? 1, issues);
    const thresholds = layer.levels > 0 ? files.all('thres') : undefined;
    tensors.set(`${layer.name}.weights`, readWeights(files, thresholds));
    if (thresholds) tensors.set(`${layer.name}.thresholds`, readThresholds(files, thresholds));
  });
  if (issues.length > 0) throw new BitloomError(issues);
  return tensorTable(tensors, {
    source: 'imported',
    where: folder,
    describe: `BNN-PYNQ ${basename(folder)}`,
    classes: classesOfFolder(folder, tensors.get(`${layers.at(-1)!.name}.weights`)!),
  });
}

/** PEs of every layer: one more than the greatest number in a file's name. */
function peCounts(folder: string): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const name of readdirSync(folder)) {
    const found = FILE.exec(name);
    if (!found) continue;
    const [layer, pe] = [Number(found[1]), Number(found[2])];
    counts.set(layer, Math.max(counts.get(layer) ?? 0, pe + 1));
  }
  return counts;
}

type Kind = 'weights' | 'thres';

/** One layer's files. */
class LayerFiles {
  constructor(
    private readonly folder: string,
    private readonly index: number,
    readonly layer: PackedLayer,
    readonly pes: number,
    readonly issues: Issue[],
  ) {}

  path(pe: number, kind: Kind): string {
    return join(this.folder, `${this.index}-${pe}-${kind}.bin`);
  }

  /** Bytes of every PE's file; undefined for an absent one, after an issue. */
  all(kind: Kind): (Uint8Array | undefined)[] {
    return Array.from({ length: this.pes }, (_, pe) => {
      try {
        return readInputFile(this.path(pe, kind), {
          code: 'NN010',
          legal: `the file of PE ${pe} of ${this.layer.name}`,
        });
      } catch (error) {
        this.issues.push(...(error as BitloomError).issues);
        return undefined;
      }
    });
  }

  /** Half the thresholds are those of a network with half the levels, and no short file. */
  requireAlike(pe: number, file: WeightFile | undefined, wordsPerRow: number): void {
    if (file?.thresholdRows === undefined) return;
    const rows = file.words.length / wordsPerRow;
    if (file.thresholdRows === rows) return;
    const got = `${file.thresholdRows} rows of ${this.layer.levels} thresholds beside ${rows} rows of weights`;
    const legal = 'as many rows of both';
    this.issues.push({ code: 'NN011', where: this.path(pe, 'thres'), got, legal });
  }

  /** For faults inside a file. */
  fault(pe: number, kind: Kind, got: string): void {
    this.issues.push({ code: 'NN013', where: this.path(pe, kind), got });
  }
}

/** Whole words only: an odd length is the file's fault. */
function wordsOf(bytes: Uint8Array): BigUint64Array {
  const whole = bytes.slice(0, bytes.length - (bytes.length % WORD_BYTES));
  return new BigUint64Array(whole.buffer);
}

function readWeights(files: LayerFiles, thresholds: readonly (Uint8Array | undefined)[] | undefined): NamedTensor {
  const { layer, pes } = files;
  const { filters, columns, shape, weightBits, levels } = layer;
  const values = weightBits === 1 ? new Uint8Array(filters * columns) : new Int8Array(filters * columns);
  const read = files.all('weights').map((bytes, pe): WeightFile | undefined => {
    if (!bytes) return undefined;
    const rows = thresholds?.[pe] && thresholds[pe].length / (levels * WORD_BYTES);
    return { path: files.path(pe, 'weights'), words: wordsOf(bytes), bytes: bytes.length, thresholdRows: rows };
  });
  const present = read.filter((file) => file !== undefined);
  const { simd, wordsPerRow, issues } = packingOf(present, layer, pes);
  files.issues.push(...issues);
  if (issues.length === 0)
    read.forEach((file, pe) => {
      files.requireAlike(pe, file, wordsPerRow);
      file?.words.forEach((word, t) => {
        const row = Math.floor(t / wordsPerRow) * pes + pe;
        const first = (t % wordsPerRow) * simd;
        const halves = [Number(word & 0xffffffffn), Number(word >> 32n)];
        for (let i = 0; i < simd && first + i < columns && row < filters; i++) {
          const at = i * weightBits;
          const stored = (halves[at >> 5]! >>> (at & 31)) & (weightBits === 1 ? 1 : 3);
          if (stored === 2) files.fault(pe, 'weights', `word ${t} has a weight of -2 in column ${first + i}`);
          values[row * columns + first + i] = stored === 3 ? -1 : stored;
        }
      });
    });
  return values instanceof Uint8Array ? { dtype: 'U8', shape, data: values } : { dtype: 'I8', shape, data: values };
}

function readThresholds(files: LayerFiles, read: readonly (Uint8Array | undefined)[]): NamedTensor {
  const { layer, pes } = files;
  const { filters, levels, thresholdFraction } = layer;
  const rows = Math.ceil(filters / pes);
  const theta = new Int32Array(filters * levels).fill(atLeast(0n, thresholdFraction));
  read.forEach((bytes, pe) => {
    if (!bytes) return;
    const rowBytes = levels * WORD_BYTES;
    if (bytes.length === 0 || bytes.length % rowBytes !== 0 || bytes.length > rows * rowBytes) {
      const [got, legal] = [`${bytes.length} bytes for ${layer.name}`, `1 to ${rows} rows of ${rowBytes} bytes`];
      files.issues.push({ code: 'NN011', where: files.path(pe, 'thres'), got, legal });
      return;
    }
    wordsOf(bytes).forEach((word, t) => {
      const value = BigInt.asIntN(64, word);
      const row = Math.floor(t / levels) * pes + pe;
      if (row < filters) theta[row * levels + (t % levels)] = atLeast(value, thresholdFraction);
      if (BigInt.asIntN(31, value) !== value) files.fault(pe, 'thres', `threshold ${value} exceeds 31 bits`);
    });
  });
  return { dtype: 'I32', shape: layer.levelShape, data: theta };
}

/** 2^fraction acc > T, with an integer acc, is acc >= floor(T / 2^fraction) + 1; the shift rounds down. */
function atLeast(threshold: bigint, fraction: number): number {
  return Number((threshold >> BigInt(fraction)) + 1n);
}
