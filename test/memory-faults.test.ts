// SPDX-License-Identifier: Apache-2.0
/** What verify says of a wrong bit: in every kind of .mem file it names the weight or constant that is wrong. */
import { buildShared } from '../generator/architectures/shared-array/index.ts';
import type { SharedOptions } from '../generator/architectures/shared-array/choose-array.ts';
import { describe, expect, test } from 'vitest';
import { kc705 } from '../generator/boards/kc705.ts';
import { streamImages } from '../generator/stream-top/sources.ts';
import { memoryFaults } from '../generator/emit/memory-faults.ts';
import { planFiles, textsOf } from '../generator/emit/plan.ts';
import { nodeByName, type Graph, type TypedGraph } from '../generator/ir/graph.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { lower } from '../generator/passes/lower.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import type { DataflowOptions } from '../generator/architectures/dataflow/map/search.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { randomBlocks, randomChain } from '../generator/architectures/shared-array/random-networks.fixture.ts';
import { residualNetwork } from '../sim/specimens-residual.ts';
import { withChange } from './with-change.ts';

const random = randomFrom('memory faults');

/** Faults of the images where a folder of `right` holds those of another network, by what is said. */
function said(right: StreamDesign, wrong: StreamDesign): string[] {
  const images = streamImages(right);
  const [planned, lying] = [right, wrong].map((design) =>
    textsOf(planFiles(design, { network: design.name, defaulted: false })),
  );
  return [...images].flatMap(([file, stands]) =>
    planned!.get(file) === lying!.get(file)
      ? []
      : memoryFaults(file, planned!.get(file)!, Buffer.from(lying!.get(file)!), stands).map(({ what }) => what),
  );
}

const options = { board: kc705, clockMhz: 200, fps: 1 } as const;
const tiny = typecheck((await loadNetwork('tiny')).graph);
const shared = (units: number, more: object = {}) => ({ ...options, units, taps: 72, ...more }) as const;
const dataflow = { ...options, reuse: 'off' } as const;
const typed = (graph: Graph) => typecheck(graph);
const chain = typed(randomChain(random, 1));
const blocks = typed(randomBlocks(random, 2));

/** Every weight must be named, and its bit stand there. */
const forms: [string, TypedGraph, DataflowOptions | SharedOptions][] = [
  ['folded', tiny, { ...dataflow, fps: 200_000 }],
  [
    'early',
    tiny,
    {
      ...dataflow,
      fps: 200_000,
      early: 'on',
      calibration: { frames: [new Uint8Array(64).map((_, i) => (i * 37) % 256)], path: undefined },
    },
  ],
  ['residual', typed(residualNetwork(8)), { ...dataflow, fps: 60_000 }],
  ['shared', tiny, shared(2)],
  ['shared, filters that share a step', chain, shared(4)],
  ['unshared', blocks, shared(2, { unshared: true })],
];

const built = (graph: TypedGraph, how: DataflowOptions | SharedOptions) =>
  'units' in how ? buildShared(graph, how) : buildDataflow(graph, how);

describe.each(forms)('%s', (_, graph, how) => {
  const design = built(graph, how);
  const isEarly = 'early' in how && how.early === 'on';

  test('every weight is named where it stands', () => {
    const found = new Map<string, number>();
    for (const { file, width, words, stands } of design.placement.engines.flatMap(({ cells }) =>
      cells.flatMap(({ images }) => images),
    ))
      words.forEach((word, line) => {
        for (let bit = 0; bit < width; bit++) {
          const place = stands(line, bit);
          if (!place?.of.endsWith("'s weights")) continue;
          const { filter, unit = filter, tap, bit: digit = 0 } = place.at;
          const key = `${place.of} ${unit} ${tap} ${digit}`;
          const value = (parseInt(word[word.length - 1 - (bit >> 2)]!, 16) >> (bit & 3)) & 1;
          // The array multiplies a weight with all planes of an integer at once.
          if (found.has(key) && (!('units' in how) || found.get(key) !== value))
            throw new Error(`${key} stands twice, again in ${file}`);
          found.set(key, value);
        }
      });
    const multiplying = design.lowered.nodes.filter(({ parameters }) => parameters['weights']);
    const wrong = multiplying.flatMap(({ name, type, parameters }) => {
      const { data } = parameters['weights']!;
      const fanIn = data.length / type.channels;
      const bits = data instanceof Int8Array ? 8 : 1;
      // Early decision may store all weights of a channel inverted.
      const at = (i: number, digit: number) =>
        found.get(`${name}'s weights ${Math.floor(i / fanIn)} ${i % fanIn} ${digit}`);
      const turned = (i: number) => (isEarly && bits === 1 ? at(i % fanIn, 0)! ^ (data[i % fanIn]! & 1) : 0);
      return Array.from(data, (weight, i) =>
        Array.from({ length: bits }, (_, digit) => ((weight >> digit) & 1) === (at(i, digit)! ^ turned(i))),
      ).flat();
    });
    expect(wrong.filter((right) => !right)).toEqual([]);
    expect(wrong).toHaveLength(found.size);
    expect(found.size).toBeGreaterThan(100);
  });
});

/** A number of the network that is changed, and what is to be said, and nothing else. */
const changes: [
  string,
  TypedGraph,
  DataflowOptions,
  [node: string, parameter: string, at: number, change: (value: number) => number],
  RegExp,
][] = [
  [
    'a weight',
    tiny,
    { ...dataflow, fps: 200_000 },
    ['fc0', 'weights', 30, (w) => 1 - w],
    /^fc0's weights: filter 1, tap 6$/,
  ],
  [
    'a threshold of a folded layer',
    tiny,
    { ...dataflow, fps: 200_000 },
    ['norm1', 'theta', 4, (t) => t + 1],
    /^conv1's thresholds: filter 4, bit \d+$/,
  ],
  [
    'a weight of the shared array',
    tiny,
    shared(2),
    ['conv1', 'weights', 5 * 36 + 20, (w) => 1 - w],
    /^conv1's weights: filter 5, tap 20$/,
  ],
  [
    'a threshold of the shared array',
    tiny,
    shared(2),
    ['norm0', 'theta', 3, (t) => t + 1],
    /^conv0's terms: filter 3, bit \d+$/,
  ],
  [
    'a term of an affine map in the array',
    blocks,
    shared(2),
    ['n2_b1_bn', 'b', 2, (b) => b + 1],
    /^n2_b1_c2's terms: filter 2, bit \d+$/,
  ],
  [
    'a threshold of the residual stream in the array',
    blocks,
    shared(2, { unshared: true }),
    ['n2_b2_s', 'theta', 1, (t) => t + 1],
    /'s levels: filter 1, bit \d+$/,
  ],
];

test.each(changes)('%s', (_, graph, how, change, what) => {
  // Both with the same folding, which may go by the weights.
  const found = said(built(graph, how), built(withChange(graph, ...change), how)).filter(
    (text) => !/^(conv1|fc0|n2_\w+)'s terms/.test(text) || what.test(text),
  );
  expect(found.length).toBeGreaterThan(0);
  for (const text of found) expect(text).toMatch(what);
});

test('channels that early decision has put in another order are counted as the network does', () => {
  const design = buildDataflow(tiny, forms[1]![2]);
  const images = streamImages(design);
  expect([...design.channelOrders.keys()]).toEqual(['conv1', 'norm1', 'fc0']);
  const found = { same: 0, moved: 0, wrong: 0 };
  const weightsOf = (graph: TypedGraph, name: string) => nodeByName(graph, name).parameters['weights']!.data;
  const before = lower(design.typed);
  for (const { file, width, words, stands } of design.placement.engines.flatMap(({ cells }) =>
    cells.flatMap((cell) => cell.images),
  ))
    for (const line of words.keys())
      for (let bit = 0; bit < width; bit++) {
        const [placed, counted] = [stands(line, bit), images.get(`mem/${file}`)!(line, bit)];
        const name = /^(conv1|fc0)'s weights$/.exec(placed?.of ?? '')?.[1];
        if (name === undefined || !placed) continue;
        const [after, data] = [weightsOf(design.lowered, name), weightsOf(before, name)];
        const fanIn = data.length / nodeByName(before, name).type.channels;
        const weight = (of: typeof data, { filter, tap }: Readonly<Record<string, number>>) =>
          of[filter! * fanIn + tap!];
        if (weight(data, counted!.at) !== weight(after, placed.at)) found.wrong++;
        found[JSON.stringify(counted) === JSON.stringify(placed) ? 'same' : 'moved']++;
      }
  expect(found).toMatchObject({ wrong: 0, moved: expect.toSatisfy((n: number) => n > 20) });
});

test('constants of cells of their own: factors, terms, flips, biases, pools, tables', () => {
  const design = buildDataflow(typed(residualNetwork(8)), { ...dataflow, fps: 60_000 });
  const pools = buildDataflow(tiny, { ...dataflow, fps: 200_000 });
  const names = new Set<string>();
  for (const { width, words, stands } of [design, pools]
    .flatMap(({ placement: { engines } }) => engines)
    .flatMap(({ cells }) => cells.flatMap(({ images }) => images)))
    for (const line of words.keys())
      for (let bit = 0; bit < width; bit++) names.add(stands(line, bit)!.of.replace(/^\w+'s /, ''));
  expect([...names].sort()).toEqual([
    'biases',
    'channels whose pool is an AND',
    'factors',
    'flips',
    'table',
    'terms',
    'thresholds',
    'weights',
  ]);
});
