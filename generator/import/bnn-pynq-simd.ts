// SPDX-License-Identifier: Apache-2.0
/**
 * SIMD of a layer of BNN-PYNQ: the number of columns in a word with which the fewest of its files are at fault. Their
 * faults are the layer's.
 */
import type { Issue } from '../errors/errors.ts';
import type { PackedLayer } from './bnn-pynq-layouts.ts';

const WORD_BYTES = 8;

/** The weights of one PE. */
export interface WeightFile {
  readonly path: string;
  readonly words: BigUint64Array;
  readonly bytes: number;
  /** Rows that its file of thresholds holds, where there is one. */
  readonly thresholdRows: number | undefined;
}

export interface Packing {
  readonly simd: number;
  readonly wordsPerRow: number;
  readonly issues: readonly Issue[];
}

interface Candidate extends Packing {
  /** No file lacks rows. */
  readonly isWhole: boolean;
  readonly agreesWithThresholds: boolean;
}

/** The first word with bits that SIMD columns have not. */
function beyond({ path, words }: WeightFile, bits: number): Issue | undefined {
  const at = bits < 64 ? words.findIndex((word) => word >> BigInt(bits) !== 0n) : -1;
  return at < 0 ? undefined : { code: 'NN013', where: path, got: `word ${at} has bits beyond ${bits}` };
}

/** Behind the real columns the packer puts weights of 1, whose inputs of 0 never agree; of two bits, weights of 0. */
function openPads(file: WeightFile, layer: PackedLayer, simd: number, wordsPerRow: number): Issue | undefined {
  const pads = wordsPerRow * simd - layer.columns;
  const mask = ((1n << BigInt(pads * layer.weightBits)) - 1n) << BigInt((simd - pads) * layer.weightBits);
  const wanted = layer.weightBits === 1 ? mask : 0n;
  let open = 0;
  for (let t = wordsPerRow - 1; t < file.words.length; t += wordsPerRow)
    for (let wrong = (file.words[t]! & mask) ^ wanted; wrong > 0n; wrong &= wrong - 1n) open++;
  if (open === 0) return undefined;
  const got =
    layer.weightBits === 1
      ? `${open} weights of padding columns are 0: they would count`
      : `${open} bits of padding columns are 1: they would count`;
  return { code: 'NN013', where: file.path, got };
}

function faultOf(file: WeightFile, layer: PackedLayer, pes: number, simd: number): Issue | undefined {
  const wordsPerRow = Math.ceil(layer.columns / simd);
  const [rows, rowBytes] = [Math.ceil(layer.filters / pes), wordsPerRow * WORD_BYTES];
  if (file.bytes === 0 || file.bytes % rowBytes !== 0 || file.bytes > rows * rowBytes) {
    const got = `${file.bytes} bytes for ${layer.name}`;
    return { code: 'NN011', where: file.path, got, legal: `1 to ${rows} rows of ${rowBytes} bytes` };
  }
  return beyond(file, simd * layer.weightBits) ?? openPads(file, layer, simd, wordsPerRow);
}

function candidateOf(files: readonly WeightFile[], layer: PackedLayer, pes: number, simd: number): Candidate {
  const wordsPerRow = Math.ceil(layer.columns / simd);
  const issues = files.flatMap((file) => faultOf(file, layer, pes, simd) ?? []);
  const whole = Math.ceil(layer.filters / pes) * wordsPerRow;
  return {
    simd,
    wordsPerRow,
    issues,
    isWhole: files.some(({ words }) => words.length === whole),
    agreesWithThresholds: files.every(
      ({ words, thresholdRows }) => thresholdRows === undefined || thresholdRows * wordsPerRow === words.length,
    ),
  };
}

/** Those of which the question holds, or else all. */
const preferred = <T>(all: readonly T[], holds: (one: T) => boolean) => (all.some(holds) ? all.filter(holds) : all);

/**
 * NN006 where more than one SIMD fits. Thresholds tell how many rows there are; without them, whole files and the
 * greatest column that a word uses have to say the same.
 */
export function packingOf(files: readonly WeightFile[], layer: PackedLayer, pes: number): Packing {
  const most = Math.min(layer.columns, Math.floor(64 / layer.weightBits));
  const all = Array.from({ length: most }, (_, i) => candidateOf(files, layer, pes, i + 1));
  const least = Math.min(...all.map(({ issues }) => issues.length));
  const fitting = all.filter(({ issues }) => issues.length === least);
  const told = layer.levels > 0 ? preferred(fitting, (one) => one.agreesWithThresholds) : fitting;
  const used = files.reduce((bits, { words }) => words.reduce((or, word) => or | word, bits), 0n).toString(2).length;
  const isWhole = (one: Candidate) => one.isWhole && layer.columns % one.simd === 0;
  const settled = preferred(told, (one) => isWhole(one) || one.simd === Math.ceil(used / layer.weightBits));
  if (least > 0) return preferred(settled, isWhole)[0]!;
  if (settled.length === 1) return settled[0]!;
  const issue: Issue = {
    code: 'NN006',
    where: files[0]!.path,
    got: `files of ${layer.name} that fit ${settled.map(({ simd }) => simd).join(' or ')} columns in a word`,
    legal: 'files of one packing',
    fix: 'give all rows of the layer',
  };
  return { ...settled[0]!, issues: [issue] };
}
