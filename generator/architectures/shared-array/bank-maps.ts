// SPDX-License-Identifier: Apache-2.0
/** Maps of bits in the nine banks: their words, their fill, and where they lie. */
import { BitloomError } from '../../errors/errors.ts';
import { nodeIssue, type TypedGraph, type TypedNode } from '../../ir/graph.ts';
import { bitsOf, elementCount, isSigned } from '../../ir/types.ts';
import type { ArrayShape } from './array-shape.ts';
import { bitsNode, frameOf, type SharedGraph, type SharedLayer } from './layers.ts';
import { layOut } from './regions.ts';

/** A map of bits in the nine banks. */
export interface BankMap {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Words of a pixel. */
  readonly groups: number;
  /** Words from one row of thirds to the next. */
  readonly pitch: number;
  /** What stands where no channel does: the padding of the layer that reads it. */
  readonly fill: 0 | 1;
  /** The last word holds half a group, twice. */
  readonly twice: boolean;
  readonly base: number;
}

/** Pixels as they come in. */
export interface InputMap extends BankMap {
  /** Integers as bit planes; absent where pixels are bits. */
  readonly planes?: { readonly bits: number; readonly raise: number; readonly pad: number };
  /** Pixels of a word, where the map is one long vector; 0 where it is none. */
  readonly pixels: number;
}

export interface BankMaps {
  readonly input: InputMap;
  /** By the node whose tensor they hold. */
  readonly byNode: ReadonlyMap<string, BankMap>;
  readonly depth: number;
}

type Unplaced<M extends BankMap = BankMap> = Omit<M, 'base'>;

const third = (size: number) => Math.ceil(size / 3);

/** The frame in the banks, where the first layer finds it. */
function inputMap({ type }: TypedNode, reader: SharedLayer, shape: ArrayShape): Unplaced<InputMap> {
  const { kernel, padValue } = reader.window;
  if (type.element.type === 'int') {
    const bits = bitsOf(type.element);
    const raise = isSigned(type.element) ? 2 ** (bits - 1) : 0;
    const groups = Math.ceil(bits / (shape.group / 4));
    return {
      ...type,
      groups,
      pitch: third(type.width) * groups,
      fill: 0,
      twice: false,
      pixels: 0,
      planes: { bits, raise, pad: padValue + raise },
    };
  }
  const fill = padValue > 0 ? 1 : 0;
  if (kernel !== 'map') return { ...type, groups: 1, pitch: third(type.width), fill, twice: false, pixels: 0 };
  const groups = Math.ceil(elementCount(type) / shape.group);
  return {
    height: 1,
    width: 1,
    channels: elementCount(type),
    groups,
    pitch: groups,
    fill,
    twice: false,
    pixels: shape.group / type.channels,
  };
}

/** Half a step is saved where there are whole ones beside it, and filters to share it. */
const canSplit = ({ window: { kernel }, pool, array }: SharedLayer, groups: number, units: number) =>
  kernel !== 'map' && kernel > 1 && !pool && groups > 1 && array.type.channels > units;

/** Bits that a layer writes for these readers. NN006 where they pad it in two ways. */
function writtenMap(name: string, node: TypedNode, readers: readonly SharedLayer[], shape: ArrayShape): Unplaced {
  const { height, width, channels } = node.type;
  const groups = Math.ceil(channels / shape.group);
  const rest = channels % shape.group;
  const halves = rest > 0 && rest <= shape.group / 2;
  const twice = shape.split && halves && readers.every((reader) => canSplit(reader, groups, shape.units));
  const pads = new Set(readers.filter(({ window }) => window.padSize > 0).map(({ window }) => window.padValue));
  if (pads.size > 1)
    throw new BitloomError([
      nodeIssue(name, node, 'NN006', {
        got: 'a map that is padded with +1 here and −1 there',
        fix: 'one padding for all who read it',
      }),
    ]);
  const [pad = -1] = pads;
  return { height, width, channels, groups, pitch: third(width) * groups, fill: pad > 0 ? 1 : 0, twice };
}

/** Every map from when it is written to its last reader, the frame from before the first layer. */
export function bankMaps(graph: TypedGraph, found: SharedGraph, shape: ArrayShape): BankMaps {
  const { layers } = found;
  const readersOf = (name: string) => layers.filter((layer) => layer.input === name);
  const frame = frameOf(found);
  const input = inputMap(frame, readersOf(frame.name)[0]!, shape);
  const written = layers.flatMap((layer, from) => {
    const node = bitsNode(layer);
    const readers = node ? readersOf(node.name) : [];
    return node && readers.length > 0
      ? { name: node.name, from, map: writtenMap(graph.name, node, readers, shape) }
      : [];
  });
  const all: { name: string; from: number; map: Unplaced }[] = [{ name: frame.name, from: -1, map: input }, ...written];
  const { bases, depth } = layOut(
    all.map(({ name, from, map: { height, pitch } }) => ({
      from,
      to: layers.findLastIndex((layer) => layer.input === name),
      size: third(height) * pitch,
    })),
  );
  const byNode = new Map(all.map(({ name, map }, i) => [name, { ...map, base: bases[i]! }]));
  return { input: { ...input, base: bases[0]! }, byNode, depth };
}
