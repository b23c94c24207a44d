// SPDX-License-Identifier: Apache-2.0
/** What a calibration makes of an engine: orders of its tiles, and the tiles that it may expect to look at. */
import { expectBits, fromElements, elementAt, type BitTensor, type Tensor } from '../../../tensor/tensor.ts';
import { bipolar } from '../../../ir/types.ts';
import type { Calibration, Engine } from '../../../stream-top/engine.ts';
import { calibrate, statisticsOf, type Calibrated, type Statistics } from './calibrate.ts';
import { earlyLayer } from './engine.ts';
import type { EarlyLayer } from './layer.ts';

/** A map as the layer sees it: a dense layer has one pixel of all its inputs, in (y, x, channel) order. */
export function asInput({ height, width, channels }: EarlyLayer, tensor: Tensor): BitTensor {
  const map = expectBits(tensor);
  if (map.height === height && map.width === width) return map;
  if (map.channels % 32 === 0) return { form: 'bits', height, width, channels, words: channels / 32, data: map.data };
  const elements = new Uint8Array(channels);
  for (let y = 0, i = 0; y < map.height; y++)
    for (let x = 0; x < map.width; x++)
      for (let c = 0; c < map.channels; c++, i++) elements[i] = elementAt(map, y, x, c);
  return expectBits(fromElements({ height, width, channels, element: bipolar }, elements));
}

/** The engine's input on the frames of its calibration. */
export function mapsOf({ nodes }: Engine, calibration: Calibration): BitTensor[] {
  const layer = earlyLayer(nodes);
  return calibration.maps(nodes[0]!.inputs[0]!).map((map) => asInput(layer, map));
}

/** By node: what is the same for every SIMD, and what is not. */
interface Known {
  readonly maps: readonly BitTensor[];
  readonly statistics: Statistics;
  readonly bySimd: Map<number, Calibrated>;
}

const known = new WeakMap<Calibration, Map<string, Known>>();

function knownOf(engine: Engine, calibration: Calibration): Known {
  const nodes = known.get(calibration) ?? new Map<string, Known>();
  known.set(calibration, nodes);
  const { name } = engine.nodes[0]!;
  const found = nodes.get(name);
  if (found) return found;
  const maps = mapsOf(engine, calibration);
  const fresh = { maps, statistics: statisticsOf(earlyLayer(engine.nodes), maps), bySimd: new Map() };
  nodes.set(name, fresh);
  return fresh;
}

/** Found once per SIMD: the mapper asks for all of them. Undefined without a calibration. */
export function calibrated(engine: Engine): Calibrated | undefined {
  const {
    calibration,
    fold: { simd },
    nodes,
  } = engine;
  if (!calibration) return undefined;
  const { maps, statistics, bySimd } = knownOf(engine, calibration);
  const one = bySimd.get(simd) ?? calibrate(earlyLayer(nodes), simd, maps, calibration.tiles, statistics);
  bySimd.set(simd, one);
  return one;
}
