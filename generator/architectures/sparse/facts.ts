// SPDX-License-Identifier: Apache-2.0
/** What a driver has to know of a network on the sparse engine: sizes, memory map, layers. Part of manifest.json. */
import { firstNode } from '../../ir/graph.ts';
import { toNumber } from '../../ir/rational.ts';
import type { TensorType } from '../../ir/types.ts';
import { layersOf } from './compile/compile.ts';
import { memoryRate, modelledClocks, type SparseDesign } from './design.ts';
import { layerBeats } from './program/layer.ts';
import { beatsOfLine, linesOf, mapBeatBytes, vectorBeatBytes } from './program/shape.ts';
import { vectorBeats } from './program/vector-layer.ts';
import { engineParameters, streamsOf } from './sources.ts';

/** Pixels count in ones: their unit is a number, which JSON has, and no fraction, which it has not. */
function inNumbers({ element, ...size }: TensorType) {
  if (element.type !== 'int') return { ...size, element };
  return { ...size, element: { ...element, scale: toNumber(element.scale), offset: toNumber(element.offset) } };
}

function layerFacts({ compiled }: SparseDesign) {
  const { shape } = compiled;
  const clocks = modelledClocks(compiled);
  const next = { maps: 0, vectors: 0 };
  return layersOf(compiled).map((compiledLayer, i) => {
    const { layer, node, machine, part } = compiledLayer;
    const beats =
      machine === 'maps'
        ? layerBeats(compiledLayer.layer, shape).length / mapBeatBytes(shape)
        : vectorBeats(compiledLayer.layer, shape).length / vectorBeatBytes(shape);
    next[machine] += beats;
    return {
      name: layer.name,
      node,
      machine,
      operation: layer.descriptor.operation,
      firstBeat: next[machine] - beats,
      beats,
      ...(part ? { result: part } : {}),
      ...clocks.layers[i],
    };
  });
}

function memoryFacts({ typed, compiled }: SparseDesign) {
  const { shape, network, layout } = compiled;
  const { maps, vectors } = streamsOf(compiled);
  const frameMap = layout.maps.get(network.frame.value)!;
  return {
    pageBytes: 4096,
    frame: {
      ports: shape.mapPorts,
      beats: linesOf(frameMap) * beatsOfLine(shape),
      lineBytes: shape.lanes,
      beatsOfLine: beatsOfLine(shape),
      map: frameMap,
      input: inNumbers(firstNode(typed).type),
      table: network.frame.table ?? null,
      spread: network.values.get(network.frame.value)!.spread ?? null,
    },
    maps: {
      file: 'mem/maps.bin',
      ports: shape.mapPorts,
      beats: maps.stream.length / mapBeatBytes(shape),
      partBytes: maps.image.length / shape.mapPorts,
    },
    vectors: {
      file: 'mem/vectors.bin',
      ports: shape.vectorPorts,
      beats: vectors.stream.length / vectorBeatBytes(shape),
      partBytes: vectors.image.length / shape.vectorPorts,
    },
    // Numbers of 32 bits by part, or the lines of the map, one every 64 bytes.
    result: {
      node: network.result,
      numbers: layout.results.length > 0 ? layout.results : null,
      map: layout.maps.get(network.result) ?? null,
    },
  };
}

export function sparseFacts(design: SparseDesign): Readonly<Record<string, unknown>> {
  const { interval, latency } = modelledClocks(design.compiled);
  return {
    engine: engineParameters(design),
    memory: memoryFacts(design),
    clocksModelled: { memoryBeatsPerClock: memoryRate, interval, latency },
    layers: layerFacts(design),
  };
}
