// SPDX-License-Identifier: Apache-2.0
/** storage: 8-bit weights without their zeros: bytes by layer and part, and the image that goes into DRAM. */
import { fail } from '../../generator/errors/errors.ts';
import { formatWeightImage, weightImage, type FullImage } from '../../generator/import/weight-image.ts';
import type { TypedGraph } from '../../generator/ir/graph.ts';
import { loadNetwork } from '../../generator/network-file/load-network.ts';
import { nothingAsked } from '../../generator/passes/asked-tensors.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import { percent, table } from '../../generator/report/tables.ts';
import { codings, type Coding } from '../../generator/storage/coding.ts';
import type { SparseLayer } from '../../generator/storage/layer.ts';
import { storedLayers } from '../../generator/storage/stored-layers.ts';
import { closest } from '../../generator/errors/suggest.ts';
import { writableFile, writeWholeFile } from '../../generator/files/writable-file.ts';
import type { CommandResult, Console } from './result.ts';
import { call } from '../../generator/project/call.ts';

export interface StorageOptions {
  readonly network: string;
  readonly weights?: string | undefined;
  readonly coding: string;
  readonly out?: string | undefined;
}

/** Bytes of a layer, and what it would take in 32-bit floats. */
function rowOf(layer: SparseLayer, section: FullImage['sections'][number]) {
  const left = layer.weights.reduce((n, w) => n + (w === 0 ? 0 : 1), 0);
  const { entries, parts, bytes, at } = section;
  const floatBytes = 4 * (layer.weights.length + layer.biases.length);
  return {
    layer: layer.name,
    format: layer.format,
    weights: layer.weights.length,
    left,
    entries,
    bytesOf: parts,
    bytes: bytes.length,
    at,
    floatBytes,
    bitsPerWeightLeft: left === 0 ? null : (8 * parts.entries) / left,
  };
}

type Row = ReturnType<typeof rowOf>;

function sum(rows: readonly Row[]): Row {
  const add = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const bytesOf = {
    entries: add((r) => r.bytesOf.entries),
    biases: add((r) => r.bytesOf.biases),
    tables: add((r) => r.bytesOf.tables),
    padding: add((r) => r.bytesOf.padding),
  };
  const left = add((r) => r.left);
  return {
    layer: 'all',
    format: rows[0]!.format,
    weights: add((r) => r.weights),
    left,
    entries: add((r) => r.entries),
    bytesOf,
    bytes: add((r) => r.bytes),
    at: 0,
    floatBytes: add((r) => r.floatBytes),
    bitsPerWeightLeft: left === 0 ? null : (8 * bytesOf.entries) / left,
  };
}

const cells = (row: Row, format: string) => [
  row.layer,
  format,
  row.weights,
  percent(row.left / row.weights),
  row.entries,
  row.bitsPerWeightLeft === null ? null : row.bitsPerWeightLeft.toFixed(2),
  row.bytesOf.entries,
  row.bytesOf.biases,
  row.bytesOf.tables,
  row.bytesOf.padding,
  row.bytes,
  (row.floatBytes / row.bytes).toFixed(1),
];

/** What is stored, and how many times smaller it is than in 32-bit floats. */
interface Stored {
  readonly rows: readonly Row[];
  readonly image: FullImage;
  readonly coding: Coding;
  readonly floatBytes: number;
  readonly ratio: number;
}

function codingFor(given: string): Coding {
  return (
    codings.find((name) => name === given) ??
    fail({
      code: 'NN001',
      where: '--coding',
      got: JSON.stringify(given),
      legal: codings.join(' '),
      ...closest(given, codings),
    })
  );
}

/** Layers row by row, their sum, and what the numbers say of the whole image. */
function textOf(typed: TypedGraph, stored: Stored, file: string | undefined): string {
  const { rows, image, coding, floatBytes, ratio } = stored;
  const heads = [
    'layer',
    'format',
    'weights',
    'left',
    'entries',
    'bits a weight left',
    'entries, B',
    'biases, B',
    'tables, B',
    'padding, B',
    'bytes',
    'times smaller',
  ];
  const { others, otherBytes } = image;
  const megabytes = (count: number) => `${(count / 1e6).toFixed(3)} MB`;
  return [
    table(heads, [...rows.map((row) => cells(row, row.format)), cells(sum(rows), '')]),
    `${typed.name} (${typed.weights.describe}), ${coding} coding: ${megabytes(image.bytes.length)} ` +
      `instead of ${megabytes(floatBytes)} in 32-bit floats: ${ratio.toFixed(2)} times smaller`,
    ...(otherBytes === 0
      ? []
      : [`${otherBytes} bytes of it are ${others.length} tensors without 8-bit weights, as they are`]),
    ...(file === undefined ? [] : [`written: ${file}`]),
  ].join('\n');
}

/** The layers of 8-bit weights; a network without any is refused. */
function layersFor(typed: TypedGraph): SparseLayer[] {
  const layers = storedLayers(typed);
  if (layers.length === 0)
    fail({
      code: 'NN006',
      where: typed.name,
      got: 'no layer with 8-bit weights',
      fix: `binary weights are stored as bits: ${call('gen')}`,
    });
  return layers;
}

export async function storage(options: StorageOptions, out: Console): Promise<CommandResult> {
  const coding = codingFor(options.coding);
  const inputs = { '--network': options.network, '--weights': options.weights };
  const file =
    options.out === undefined ? undefined : writableFile(options.out, '--out', { kind: weightImage, inputs });
  const { graph } = await loadNetwork(options.network);
  const asked = nothingAsked();
  const typed = typecheck(graph, options.weights, asked);
  const synthetic = typed.weights.source === 'synthetic';
  if (synthetic) out.warn(`${typed.name}: synthetic weights; sizes hold for their densities and distribution`);
  const layers = layersFor(typed);
  out.progress(`storing ${layers.length} layers`);
  const image = formatWeightImage({ layers, ...asked, origin: typed.weights.source }, coding);
  const rows = layers.map((layer, i) => rowOf(layer, image.sections[i]!));
  const { others, otherBytes } = image;
  const floatBytes = sum(rows).floatBytes + others.reduce((total, { data }) => total + 4 * data.length, 0);
  const ratio = floatBytes / image.bytes.length;
  if (file !== undefined) writeWholeFile(file, image.bytes);
  return {
    json: {
      network: typed.name,
      weights: typed.weights.source,
      coding,
      layers: rows,
      others: { tensors: others.length, bytes: otherBytes },
      bytes: image.bytes.length,
      floatBytes,
      ratio,
      file: file ?? null,
    },
    text: textOf(typed, { rows, image, coding, floatBytes, ratio }, file),
    exitCode: 0,
  };
}
