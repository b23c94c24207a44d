// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a folder of BNN-PYNQ parameters into named tensors with the arithmetic of this project:
 *
 *     <layer>.weights     U8, bits 0/1 (1 = +1): [filters, kernelH, kernelW, channels] or [filters, n]
 *     <layer>.thresholds  I32, [filters]: out = (acc >= theta); acc is the popcount of agreements, in cnv's
 *                         conv0 the sum of +-q over q = -128..127
 *
 * Files: `<layer>-<pe>-weights.bin` holds u64 words, word t of PE p is row (t div SF) PE + p, columns (t mod
 * SF) SIMD + i at bit i, with SF = columns / SIMD. `<layer>-<pe>-thres.bin` holds i64, row nf PE + p. Rows
 * that a short file lacks are zero: weights -1, threshold 0. Every threshold is legal, also a negative one or
 * one beyond the fan-in: such a channel is constant.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BitloomError, fail, type Issue, type IssueCode } from '../errors/errors.ts';
import { classesOfFolder } from './bnn-pynq-classes.ts';
import { readInputFile } from '../files/input-file.ts';
import { layouts, type Layout, type PackedLayer } from './bnn-pynq-layouts.ts';
import { tensorTable } from './tensor-table.ts';
import { elementCount, type NamedTensor, type TensorSource } from './tensors.ts';

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
 * Throws NN006 for a network other than cnvW1A1 and lfcW1A1, NN010 for absent files, NN011 for files of an
 * impossible length, NN013 for values the format does not allow. All of a folder's faults come at once.
 */
export function readBnnPynq(folder: string): TensorSource {
  const present = readdirSync(folder).filter(isBnnPynqFile);
  const layout = detect(folder, present);
  const issues: Issue[] = [];
  const tensors = new Map<string, NamedTensor>();
  layout.layers.forEach((layer, index) => {
    const files = new LayerFiles(folder, index, layer, issues);
    tensors.set(`${layer.name}.weights`, readWeights(files, layer));
    if (layer.levels > 0) tensors.set(`${layer.name}.thresholds`, readThresholds(files, layer));
  });
  if (issues.length > 0) throw new BitloomError(issues);
  return tensorTable(tensors, {
    source: 'imported',
    where: folder,
    describe: `BNN-PYNQ ${layout.network} (${basename(folder)})`,
    classes: classesOfFolder(folder, tensors.get(`${layout.layers.at(-1)!.name}.weights`)!),
  });
}

/** The layout to whose table every file belongs and whose last layer is there. */
function detect(folder: string, present: readonly string[]): Layout {
  const fitting = layouts.find(({ layers }) => {
    const ids = present.map((name) => {
      const [, layer, pe] = FILE.exec(name)!;
      return [Number(layer), Number(pe)] as const;
    });
    const last = Math.max(...ids.map(([layer]) => layer));
    return (
      last === layers.length - 1 &&
      ids.every(([layer, pe]) => pe < layers[layer]!.pe) &&
      (layers[0]!.levels === 2) === hasTwoLevels(folder, layers[0]!)
    );
  });
  return fitting ?? unsupported(folder, 'the numbers of layers and PEs of another network');
}

/** Whether the first file of thresholds has two of them a row. */
function hasTwoLevels(folder: string, { filters, pe }: PackedLayer): boolean {
  const path = join(folder, '0-0-thres.bin');
  return existsSync(path) && statSync(path).size > (filters / pe) * WORD_BYTES;
}

function unsupported(folder: string, got: string): never {
  return fail({
    code: 'NN006',
    where: folder,
    got,
    legal: `BNN-PYNQ ${layouts.map(({ network }) => network).join(' ')}`,
  });
}

/** One layer's files as 64-bit words, checked for presence and length. */
class LayerFiles {
  constructor(
    private readonly folder: string,
    private readonly index: number,
    private readonly layer: PackedLayer,
    private readonly issues: Issue[],
  ) {}

  /**
   * Words of one PE's file: at most `rows` rows of `wordsPerRow`, and whole ones. Undefined after an issue.
   */
  words(pe: number, kind: 'weights' | 'thres', rows: number, wordsPerRow: number): DataView | undefined {
    const path = join(this.folder, `${this.index}-${pe}-${kind}.bin`);
    let bytes: Uint8Array;
    try {
      bytes = readInputFile(path, { code: 'NN010', legal: `the file of PE ${pe} of ${this.layer.name}` });
    } catch (error) {
      this.issues.push(...(error as BitloomError).issues);
      return undefined;
    }
    const rowBytes = wordsPerRow * WORD_BYTES;
    if (bytes.length === 0 || bytes.length % rowBytes !== 0 || bytes.length > rows * rowBytes) {
      const legal = `1 to ${rows} rows of ${rowBytes} bytes`;
      return this.report('NN011', path, `${bytes.length} bytes for ${this.layer.name}`, legal);
    }
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  report(code: IssueCode, where: string, got: string, legal?: string): undefined {
    this.issues.push({ code, where, got, ...(legal === undefined ? {} : { legal }) });
    return undefined;
  }

  /** For faults inside a file. */
  fault(pe: number, kind: 'weights' | 'thres', got: string): void {
    this.report('NN013', join(this.folder, `${this.index}-${pe}-${kind}.bin`), got);
  }
}

function readWeights(files: LayerFiles, layer: PackedLayer): NamedTensor {
  const { filters, taps, padColumns, simd, pe: pes, weightBits } = layer;
  const columns = elementCount(taps);
  const wordsPerRow = (columns + padColumns) / simd;
  const bits = weightBits === 1 ? new Uint8Array(filters * columns) : new Int8Array(filters * columns);
  for (let pe = 0; pe < pes; pe++) {
    const words = files.words(pe, 'weights', filters / pes, wordsPerRow);
    if (!words) continue;
    let openPads = 0;
    for (let t = 0; t < words.byteLength / WORD_BYTES; t++) {
      const row = Math.floor(t / wordsPerRow) * pes + pe;
      const firstColumn = (t % wordsPerRow) * simd;
      const word = words.getBigUint64(t * WORD_BYTES, true);
      const width = simd * weightBits;
      if (width < 64 && word >> BigInt(width) !== 0n) files.fault(pe, 'weights', `word ${t} has bits beyond ${width}`);
      const halves = [Number(word & 0xffffffffn), Number(word >> 32n)];
      for (let i = 0; i < simd; i++) {
        const at = i * weightBits;
        const stored = (halves[at >> 5]! >>> (at & 31)) & (weightBits === 1 ? 1 : 3);
        if (stored === 2) files.fault(pe, 'weights', `word ${t} has a weight of -2`);
        const bit = stored === 3 ? -1 : stored;
        if (firstColumn + i < columns) bits[row * columns + firstColumn + i] = bit;
        else if (bit === 0) openPads++;
      }
    }
    if (openPads > 0) files.fault(pe, 'weights', `${openPads} weights of padding columns are 0: they would count`);
  }
  const shape = [filters, ...taps];
  return bits instanceof Uint8Array ? { dtype: 'U8', shape, data: bits } : { dtype: 'I8', shape, data: bits };
}

function readThresholds(files: LayerFiles, layer: PackedLayer): NamedTensor {
  const { filters, pe: pes, thresholdFraction, levels } = layer;
  const theta = new Int32Array(filters * levels).fill(atLeast(0n, thresholdFraction));
  for (let pe = 0; pe < pes; pe++) {
    const words = files.words(pe, 'thres', filters / pes, levels);
    if (!words) continue;
    for (let t = 0; t < words.byteLength / WORD_BYTES; t++) {
      const value = words.getBigInt64(t * WORD_BYTES, true);
      const row = Math.floor(t / levels) * pes + pe;
      theta[row * levels + (t % levels)] = atLeast(value, thresholdFraction);
      if (BigInt.asIntN(31, value) !== value) files.fault(pe, 'thres', `threshold ${value} exceeds 31 bits`);
    }
  }
  return { dtype: 'I32', shape: levels === 1 ? [filters] : [filters, levels], data: theta };
}

/** 2^fraction acc > T, with an integer acc, is acc >= floor(T / 2^fraction) + 1; the shift rounds down. */
function atLeast(threshold: bigint, fraction: number): number {
  return Number((threshold >> BigInt(fraction)) + 1n);
}
