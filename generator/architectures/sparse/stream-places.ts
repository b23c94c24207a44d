// SPDX-License-Identifier: Apache-2.0
/** What every bit of mem/maps.bin and mem/vectors.bin is: the layer, and the weight, parameter or read in it. */
import { fieldOf } from '../../contracts/contract.ts';
import type { Images } from '../../emit/judge.ts';
import type { Stands, WhatStands } from '../../hardware/hardware.ts';
import type { SparseDesign } from './design.ts';
import { setHeaderBeats } from './compile/dense.ts';
import { engine, listIndex, parameter } from './program/contracts.ts';
import { findEntry } from './program/find-entry.ts';
import { beatsOfRow, layerBeats, wordBytes, type EngineLayer } from './program/layer.ts';
import { mapBeatBytes, outputsAtOnce, vectorBeatBytes, type EngineShape } from './program/shape.ts';
import { mapStream, streamByte, vectorStream } from './stream.ts';
import { vectorBeats, type VectorLayer } from './program/vector-layer.ts';

const parameterPart = (byte: number) => {
  const { b, to } = parameter.fields;
  return 8 * byte < b.at ? 'factors' : 8 * byte < to.at ? 'terms' : 'target lines';
};
const wordsOf = (bytes: Uint8Array, stride: number, count: number) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: count }, (_, i) => view.getUint32(i * stride, true));
};

/** A group's list: the table of its classes, two a word, then entries that walk the vectors' slots. */
function inList(
  { name, descriptor, rings, weightsAt }: EngineLayer,
  group: number,
  byte: number,
  bit: number,
): Stands | undefined {
  const table = (descriptor.table ?? 0) * wordBytes;
  if (byte < table) return { of: `${name}'s table of classes`, at: { group, class: byte >> 2 } };
  const list = rings[group]!;
  const found = findEntry(
    list.subarray(table),
    wordsOf(list, 4, table / 4),
    engine.numbers.listPrefix.value,
    (byte - table) * 8 + bit,
  );
  if (!found || !weightsAt) return undefined;
  let [vector, slot] = [0, -1];
  found.indices.forEach((index, i) => {
    slot += fieldOf(listIndex, 'slots', index);
    if (i === found.indices.length - 1 || fieldOf(listIndex, 'last', index) === 0) return;
    vector++;
    slot = -1;
  });
  if (found.end) return { of: `${name}'s end of a list`, at: { group } };
  return {
    of: `${name}'s weights`,
    at: { filter: weightsAt.filters[group]![slot] ?? -1, ...weightsAt.vectors[vector] },
  };
}

function inRings(layer: EngineLayer, shape: EngineShape, ring: number, byte: number, bit: number): Stands | undefined {
  if (byte >= (layer.rings[ring]?.length ?? 0)) return undefined;
  if (ring < shape.groups) return inList(layer, ring, byte, bit);
  const word = Math.floor(byte / wordBytes);
  if (ring > shape.groups) return { of: `${layer.name}'s reads`, at: { read: 2 * word + ring - shape.groups - 1 } };
  const slots = layer.descriptor.slots!;
  const filter = layer.weightsAt?.filters[Math.floor(word / slots)]![word % slots];
  return filter === undefined
    ? undefined
    : { of: `${layer.name}'s ${parameterPart(byte % wordBytes)}`, at: { filter } };
}

function inMaps(layer: EngineLayer, shape: EngineShape, byte: number, bit: number): Stands | undefined {
  const beat = mapBeatBytes(shape);
  if (byte < beat) return { of: `${layer.name}'s descriptor`, at: { byte } };
  const row = beatsOfRow(shape) * beat;
  const inRow = (byte - beat) % row;
  return inRings(
    layer,
    shape,
    Math.floor(inRow / wordBytes),
    Math.floor((byte - beat) / row) * wordBytes + (inRow % wordBytes),
    bit,
  );
}

/** A lane's row of a set: its words of 16 bits, one a beat. */
function rowOf(set: Uint8Array, beats: number, beat: number, lane: number): Uint8Array {
  return Uint8Array.from({ length: 2 * beats }, (_, i) => set[(1 + (i >> 1)) * beat + 2 * lane + (i & 1)]!);
}

function inVectors(
  { name, descriptor, entries, weightsAt }: VectorLayer,
  shape: EngineShape,
  byte: number,
  bit: number,
): Stands | undefined {
  const beat = vectorBeatBytes(shape);
  if (byte < beat) return { of: `${name}'s descriptor`, at: { byte } };
  const classes = descriptor.classes ?? 0;
  let at = byte - beat;
  if (at < classes * beat)
    return at % beat < 4 ? { of: `${name}'s table of classes`, at: { class: Math.floor(at / beat) } } : undefined;
  at -= classes * beat;
  let from = classes * beat;
  for (let set = 0; from < entries.length; set++) {
    const beats = entries[from]! | (entries[from + 1]! << 8);
    const size = (beats + setHeaderBeats) * beat;
    if (at >= size) {
      at -= size;
      from += size;
      continue;
    }
    const [row, lane] = [Math.floor(at / beat), (at % beat) >> 1];
    if (row === 0) return at < 2 ? { of: `${name}'s lengths of sets`, at: { set } } : undefined;
    const unit = weightsAt?.units[set * outputsAtOnce(shape) + lane];
    if (unit === undefined) return { of: `${name}'s rows of no unit`, at: { set, row: lane } };
    if (row > beats) return { of: `${name}'s ${row - beats === 1 ? 'factors' : 'terms'}`, at: { unit } };
    const list = rowOf(entries.subarray(from, from + size), beats, beat, lane);
    const found = findEntry(
      list,
      wordsOf(entries, beat, classes),
      engine.numbers.rowPrefix.value,
      (row - 1) * 16 + (at & 1) * 8 + bit,
    );
    if (!found) return undefined;
    if (found.end) return { of: `${name}'s end of a row`, at: { unit } };
    return {
      of: `${name}'s weights`,
      at: { unit, tap: weightsAt!.taps.indexOf(found.indices.reduce((place, gap) => place + gap + 1, -1)) },
    };
  }
  return undefined;
}

/** A stream's layers, each with the bytes that it takes, and dealt out to ports. */
function placesOf<L extends { readonly name: string }>(
  layers: readonly L[],
  bytesOf: (layer: L) => number,
  streamBytes: number,
  ports: number,
  within: (layer: L, byte: number, bit: number) => Stands | undefined,
): WhatStands {
  return (byte, bit) => {
    let at = streamByte(byte, streamBytes, ports);
    if (at === undefined) return undefined;
    for (const layer of layers) {
      const bytes = bytesOf(layer);
      if (at < bytes) return within(layer, at, bit);
      at -= bytes;
    }
    return { of: 'the end of the stream', at: { byte: at } };
  };
}

export function streamImages({ compiled: { maps, vectors, shape } }: SparseDesign): Images {
  const [mapLayers, vectorLayers] = [maps.map(({ layer }) => layer), vectors.map(({ layer }) => layer)];
  const ofMaps: WhatStands = (byte, bit) =>
    placesOf(
      mapLayers,
      (layer) => layerBeats(layer, shape).length,
      mapStream(mapLayers, shape).length,
      shape.mapPorts,
      (layer, at, b) => inMaps(layer, shape, at, b),
    )(byte, bit);
  const ofVectors: WhatStands = (byte, bit) =>
    placesOf(
      vectorLayers,
      (layer) => vectorBeats(layer, shape).length,
      vectorStream(vectorLayers, shape).length,
      shape.vectorPorts,
      (layer, at, b) => inVectors(layer, shape, at, b),
    )(byte, bit);
  return new Map([
    ['mem/maps.bin', ofMaps],
    ['mem/vectors.bin', ofVectors],
  ]);
}
