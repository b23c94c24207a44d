// SPDX-License-Identifier: Apache-2.0
/** Where the bench sees a layer's results inside nn_shared, and what it expects there. */
import type { TypedNode } from '../../ir/graph.ts';
import { bitsOf } from '../../ir/types.ts';
import { hexFields, hexWord } from '../../hardware/hardware.ts';
import type { Tap } from '../../stream-top/placement.ts';
import { bitsNode, valuesNode } from './layers.ts';
import type { BankMap } from './bank-maps.ts';
import type { LayerPlan, SharedPlan } from './plan.ts';

/** Words of bits as they leave nn_shared_gather. */
function bitsTap(node: TypedNode, map: BankMap, group: number, index: number): Tap {
  const { width, channels, groups, fill, twice } = map;
  const channelOf = (word: number, bit: number) => {
    const first = (word % groups) * group;
    return first + (twice && word % groups === groups - 1 ? bit % (group / 2) : bit);
  };
  return {
    node,
    data: '{}.word',
    valid: `({}.word_valid && {}.layer == ${index})`,
    bits: group,
    elementBits: 1,
    beats: map.height * width * groups,
    locate: (word, bit) => {
      const pixel = Math.floor(word / groups);
      return { y: Math.floor(pixel / width), x: pixel % width, channel: channelOf(word, bit) };
    },
    words: (elementAt) =>
      Array.from({ length: map.height * width * groups }, (_, word) => {
        const pixel = Math.floor(word / groups);
        return hexWord(group, (bit) => {
          const channel = channelOf(word, bit);
          return channel < channels ? elementAt(Math.floor(pixel / width), pixel % width, channel) : fill;
        });
      }),
  };
}

/** Values as they are written back, a pass a word; lanes without a channel hold 0. */
function valuesTap(node: TypedNode, datapath: string, units: number, index: number): Tap {
  const { height, width, channels, element } = node.type;
  const bits = bitsOf(element);
  const passes = Math.ceil(channels / units);
  return {
    node,
    data: `{}.${datapath}.values`,
    valid: `({}.${datapath}.values_valid && {}.of_values && {}.layer == ${index})`,
    bits: units * bits,
    elementBits: bits,
    beats: height * width * passes,
    locate: (word, field) => {
      const pixel = Math.floor(word / passes);
      return { y: Math.floor(pixel / width), x: pixel % width, channel: (word % passes) * units + field };
    },
    words: (elementAt) =>
      Array.from({ length: height * width * passes }, (_, word) => {
        const pixel = Math.floor(word / passes);
        const at = (lane: number) => (word % passes) * units + lane;
        return hexFields(
          Array.from({ length: units }, (_, lane) =>
            at(lane) < channels ? elementAt(Math.floor(pixel / width), pixel % width, at(lane)) : 0,
          ),
          bits,
        );
      }),
  };
}

export function tapsOf({ layer, output, units, datapath }: LayerPlan, index: number, { shape }: SharedPlan): Tap[] {
  const [bits, values] = [bitsNode(layer), valuesNode(layer)];
  return [
    ...(bits && output ? [bitsTap(bits, output, shape.group, index)] : []),
    ...(values ? [valuesTap(values, shape.own ? `u_${datapath}.g_own.u_datapath` : 'u_datapath', units, index)] : []),
  ];
}
