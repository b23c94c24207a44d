// SPDX-License-Identifier: Apache-2.0
/** Every legal folding of small layers of each kind. A case's id says what it is: k3s1p1m_pe4simd6pixels2. */
import { nodeByName } from '../../generator/ir/graph.ts';
import { formFolds, type Pins } from '../../generator/architectures/dataflow/map/candidates.ts';
import { divisors } from '../../generator/hardware/divisors.ts';
import { nodesFrom } from '../../generator/architectures/dataflow/map/engine-nodes.ts';
import { lower } from '../../generator/passes/lower.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import { caseOf, graphOf, type Body, type MapShape } from './blocks.ts';
import type { Case } from './case.ts';
import { cornerWeights } from './corners.ts';

const seed = 1;

function small(id: string, body: Body, pins: Pins = {}): Case {
  return caseOf(id, `--case ${id}`, graphOf(id, seed, body), pins);
}

/** One case for each folding of the layer, in every form. */
function folded(title: string, layer: string, body: Body): Case[] {
  const graph = lower(typecheck(graphOf(title, seed, body)));
  const node = nodeByName(graph, `${title}_${layer}`);
  return ([undefined, 'wired', 'early'] as const).flatMap((form) =>
    formFolds(nodesFrom(graph, node, form), form).map((fold) => {
      const { pe, simd, pixels } = fold;
      return small(`${title}_${form === 'wired' ? form : `${form ?? ''}pe${pe}simd${simd}pixels`}${pixels}`, body, {
        [layer]: fold,
      });
    }),
  );
}

/** Kernel, stride (also beyond the kernel) and padding, on a map that leaves rows and columns over. */
function geometries(): Case[] {
  const cases: Case[] = [];
  for (const kernel of [1, 2, 3, 5])
    for (const stride of [1, 2, 3])
      for (let size = 0; size < kernel; size++)
        for (const value of size === 0 ? [-1] : [-1, 1]) {
          const title = `k${kernel}s${stride}p${size}${value > 0 ? 'p' : 'm'}`;
          const [filters, channels] = kernel === 5 ? [2, 2] : [4, 6];
          const shape = { height: 5, width: kernel === 5 ? 5 : 4, channels };
          cases.push(
            ...folded(title, 'conv', (layer) => {
              const sums = layer.conv('conv', layer.pixels(shape, 1), filters, kernel, stride, { size, value });
              return layer.decide((kernel + stride + size) % 2 ? sums : layer.norm('norm', sums), 2);
            }),
          );
        }
  return cases;
}

/** Rows, columns and single pixels. */
function thinMaps(): Case[] {
  const maps: readonly [string, MapShape, number, number][] = [
    ['row_k1', { height: 1, width: 9, channels: 2 }, 1, 0],
    ['row_k3', { height: 1, width: 7, channels: 2 }, 3, 1],
    ['column_k1', { height: 9, width: 1, channels: 2 }, 1, 0],
    ['column_k2', { height: 5, width: 1, channels: 2 }, 2, 1],
    ['dot_k1', { height: 1, width: 1, channels: 2 }, 1, 0],
    ['dot_k5', { height: 1, width: 1, channels: 2 }, 5, 4],
    ['odd_k3', { height: 7, width: 9, channels: 1 }, 3, 1],
  ];
  return maps.flatMap(([title, shape, kernel, size]) =>
    folded(title, 'conv', (layer) =>
      layer.decide(layer.norm('norm', layer.conv('conv', layer.pixels(shape, 1), 3, kernel, 1, { size, value: 1 })), 3),
    ),
  );
}

/** Convolution and dense on integers of 2..8 bits, padded with the ends and the middle of their range. */
function pixelLayers(): Case[] {
  const paddings: readonly [string, number, number, number, number][] = [
    ['px8k1', 8, 1, 0, 0],
    ['px8k2pmin', 8, 2, 1, -128],
    ['px8k3pmax', 8, 3, 1, 127],
    ['px8k3p5', 8, 3, 2, 5],
    ['px3k3pmin', 3, 3, 1, -4],
    ['px2k2', 2, 2, 0, 0],
  ];
  const shape = { height: 4, width: 5, channels: 3 };
  const convs = paddings.flatMap(([title, bits, kernel, size, value], i) =>
    folded(title, 'conv', (layer) => {
      const sums = layer.conv('conv', layer.pixels(shape, bits), 4, kernel, 1 + (i % 2), { size, value });
      return layer.decide(i % 3 === 0 ? sums : layer.norm('norm', sums), 4);
    }),
  );
  const dense = folded('px8dense', 'fc', (layer) =>
    layer.decide(layer.dense('fc', layer.pixels({ height: 1, width: 2, channels: 3 }, 8), 5), 5),
  );
  return [...convs, ...dense];
}

function denseLayers(): Case[] {
  const shape = { height: 2, width: 3, channels: 4 };
  return [
    ...folded('dense', 'fc', (layer) => layer.decide(layer.dense('fc', layer.pixels(shape, 1), 6), 5)),
    ...folded('dense1', 'fc', (layer) =>
      layer.decide(layer.dense('fc', layer.pixels({ height: 1, width: 1, channels: 1 }, 1), 1), 1),
    ),
    ...folded('dense37', 'fc', (layer) =>
      layer.decide(layer.norm('norm', layer.dense('fc', layer.pixels({ height: 1, width: 37, channels: 1 }, 1), 1)), 1),
    ),
  ];
}

/** Pools of one to all of the map; batch norm behind the pool gives channels that are ANDed. */
function pools(): Case[] {
  const maps: readonly [string, number, number, number][] = [
    ['pool1', 3, 2, 1],
    ['pool2', 5, 7, 2],
    ['pool2even', 4, 4, 2],
    ['pool3', 7, 8, 3],
    ['poolall', 3, 3, 3],
  ];
  return maps.flatMap(([title, height, width, size]) => {
    const shape = { height, width, channels: 2 };
    const sums = (layer: Parameters<Body>[0]) => layer.conv('conv', layer.pixels(shape, 1), 6, 1);
    return [
      ...folded(`${title}and`, 'conv', (layer) =>
        layer.decide(layer.norm('norm', layer.pool('pool', sums(layer), size)), 6),
      ),
      small(`${title}or`, (layer) => layer.decide(layer.pool('pool', layer.norm('norm', sums(layer)), size), 6), {
        conv: { pe: 3, simd: 2 },
      }),
      small(`${title}bits`, (layer) => layer.decide(layer.pool('pool', layer.pixels(shape, 1), size), 2)),
    ];
  });
}

/** Twelve channels between two layers, from every number of lanes to every other. */
function widths(): Case[] {
  return divisors(12).flatMap((pe) =>
    divisors(12).map((simd) =>
      small(
        `width${pe}to${simd}`,
        (layer) => {
          const first = layer.norm(
            'norm',
            layer.conv('a', layer.pixels({ height: 2, width: 2, channels: 3 }, 1), 12, 1),
          );
          return layer.decide(layer.conv('b', first, 2, 1), 4);
        },
        { a: { pe, simd: 3 }, b: { pe: 2, simd } },
      ),
    ),
  );
}

/** Both rules on bits, counts and signed scores; more values than classes, one class, ties, all bits 0. */
function decisions(): Case[] {
  const corners = cornerWeights();
  const shape = { height: 2, width: 3, channels: 2 };
  return (['first_max', 'highest_bit'] as const).flatMap((rule) => {
    const short = rule === 'first_max' ? 'max' : 'bit';
    return [
      small(`${short}counts`, (layer) => layer.decide(layer.conv('conv', layer.pixels(shape, 1), 4, 1), 24, rule), {
        conv: { pe: 4, simd: 1 },
      }),
      small(
        `${short}signed`,
        (layer) => layer.decide(layer.dense('fc', layer.pixels({ height: 1, width: 1, channels: 2 }, 8), 6), 6, rule),
        { fc: { pe: 3, simd: 2 } },
      ),
      small(
        `${short}bits`,
        (layer) => layer.decide(layer.norm('norm', layer.conv('conv', layer.pixels(shape, 1), 4, 2)), 5, rule),
        { conv: { pe: 2, simd: 2 } },
      ),
      small(`${short}one`, (layer) => layer.decide(layer.dense('fc', layer.pixels(shape, 1), 5), 1, rule), {
        fc: { pe: 5, simd: 12 },
      }),
      small(`${short}raw`, (layer) => layer.decide(layer.pixels(shape, 1), 12, rule)),
      small(`${short}rawsigned`, (layer) => layer.decide(layer.pixels(shape, 8), 7, rule)),
      small(
        `${short}constant`,
        (layer) =>
          layer.decide(
            layer.compare('bits', layer.dense('fc', layer.pixels({ height: 1, width: 1, channels: 6 }, 1), 8), corners),
            8,
            rule,
          ),
        { fc: { pe: 2, simd: 3 } },
      ),
    ];
  });
}

/** Thresholds that a sum just reaches, never reaches or always passes. */
function corners(): Case[] {
  const weights = cornerWeights();
  const bits = { height: 1, width: 1, channels: 6 };
  const pixels = { height: 1, width: 1, channels: 2 };
  return [
    ...folded('corner_bits', 'fc', (layer) =>
      layer.decide(layer.compare('bits', layer.dense('fc', layer.pixels(bits, 1), 8), weights), 8),
    ),
    ...folded('corner_pixels', 'fc', (layer) =>
      layer.decide(layer.compare('pixels', layer.dense('fc', layer.pixels(pixels, 8), 8), weights), 8),
    ),
    ...folded('corner_norm', 'fc', (layer) =>
      layer.decide(layer.norm('norm', layer.dense('fc', layer.pixels(pixels, 8), 8), weights), 8),
    ),
    ...folded('corner_pool', 'conv', (layer) => {
      const sums = layer.conv('conv', layer.pixels({ height: 4, width: 4, channels: 6 }, 1), 8, 1);
      return layer.decide(layer.norm('norm', layer.pool('pool', sums, 2), weights), 8);
    }),
  ];
}

export function smallCases(): Case[] {
  return [geometries(), thinMaps(), pixelLayers(), denseLayers(), pools(), widths(), decisions(), corners()].flat();
}
