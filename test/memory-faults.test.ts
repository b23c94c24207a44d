/** What verify says of a wrong bit: in every kind of memory image, the weight or constant that it names is the one that is wrong. */
import { describe, expect, test } from 'vitest';
import { kc705 } from '../generator/boards/kc705.ts';
import { zcu104 } from '../generator/boards/zcu104.ts';
import { imagesOf } from '../generator/emit/folder.ts';
import { memoryFaults } from '../generator/emit/memory-faults.ts';
import { planFiles } from '../generator/emit/plan.ts';
import { decide, input, intConv2d, intDense, network, quantise, requantise, signedPixels, sum, synthetic } from '../generator/dsl/index.ts';
import { compile } from '../generator/engine/compile.ts';
import { planSparse } from '../generator/engine/folder.ts';
import { streamImages } from '../generator/engine/stream-places.ts';
import { nodeByName, type Graph, type TypedGraph } from '../generator/ir/graph.ts';
import { loadNetwork } from '../generator/load-network.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { build, lower, typecheck, type BuildOptions, type Design } from '../generator/pipeline.ts';
import { randomBlocks, randomChain } from '../generator/shared/random-networks.fixture.ts';
import { residualNetwork } from '../sim/specimens-residual.ts';

const random = randomFrom('memory faults');

/** The graph with one number of a parameter changed. */
function withChange(graph: TypedGraph, node: string, parameter: string, at: number, change: (value: number) => number): TypedGraph {
  const nodes = graph.nodes.map((one) => {
    if (one.name !== node) return one;
    const { shape, data } = one.parameters[parameter]!;
    const changed = data.slice();
    changed[at] = change(changed[at]!);
    return { ...one, parameters: { ...one.parameters, [parameter]: { shape, data: changed } } };
  });
  return { ...graph, nodes };
}

/** Faults of the images where a folder of `right` holds those of another network, by what is said. */
function said(right: Design, wrong: Design): string[] {
  const images = imagesOf(right);
  const [planned, lying] = [right, wrong].map((design) => planFiles(design, { network: design.name, defaulted: false }));
  return [...images].flatMap(([file, stands]) =>
    planned!.get(file) === lying!.get(file) ? [] : memoryFaults(file, planned!.get(file)!, Buffer.from(lying!.get(file)!), stands).map(({ what }) => what));
}

const options = { board: kc705, clockMhz: 200, fps: 1 } as const;
const tiny = typecheck((await loadNetwork('tiny')).graph);
const shared = (units: number, more: object = {}) => ({ ...options, architecture: 'shared', array: { units, taps: 72, ...more } }) as const;
const dataflow = { ...options, architecture: 'dataflow', reuse: 'off' } as const;
const typed = (graph: Graph) => typecheck(graph);
const chain = typed(randomChain(random, 1));
const blocks = typed(randomBlocks(random, 2));

/** Every weight must be named, and its bit stand there. */
const forms: [string, TypedGraph, BuildOptions][] = [
  ['folded', tiny, { ...dataflow, fps: 200_000 }],
  ['early', tiny, { ...dataflow, fps: 200_000, early: 'on', calibration: { frames: [new Uint8Array(64).map((_, i) => (i * 37) % 256)], path: undefined } }],
  ['residual', typed(residualNetwork(8)), { ...dataflow, fps: 60_000 }],
  ['shared', tiny, shared(2)],
  ['shared, filters that share a step', chain, shared(4)],
  ['unshared', blocks, shared(2, { unshared: true })],
];

describe.each(forms)('%s', (_, graph, how) => {
  const design = build(graph, how);

  test('every weight is named where it stands', () => {
    const found = new Map<string, number>();
    for (const { file, width, words, stands } of design.placement.engines.flatMap(({ cells }) => cells.flatMap(({ images }) => images)))
      words.forEach((word, line) => {
        for (let bit = 0; bit < width; bit++) {
          const place = stands(line, bit);
          if (!place?.of.endsWith("'s weights")) continue;
          const { filter, unit = filter, tap, bit: digit = 0 } = place.at;
          const key = `${place.of} ${unit} ${tap} ${digit}`;
          const value = (parseInt(word[word.length - 1 - (bit >> 2)]!, 16) >> (bit & 3)) & 1;
          // The array multiplies a weight with all planes of an integer at once.
          if (found.has(key) && (how.architecture !== 'shared' || found.get(key) !== value)) throw new Error(`${key} stands twice, again in ${file}`);
          found.set(key, value);
        }
      });
    const multiplying = design.lowered.nodes.filter(({ parameters }) => parameters['weights']);
    const wrong = multiplying.flatMap(({ name, type, parameters }) => {
      const { data } = parameters['weights']!;
      const fanIn = data.length / type.channels;
      const bits = data instanceof Int8Array ? 8 : 1;
      // Early decision may store all weights of a channel inverted.
      const at = (i: number, digit: number) => found.get(`${name}'s weights ${Math.floor(i / fanIn)} ${i % fanIn} ${digit}`);
      const turned = (i: number) => (how.early === 'on' && bits === 1 ? at(i % fanIn, 0)! ^ (data[i % fanIn]! & 1) : 0);
      return Array.from(data, (weight, i) => Array.from({ length: bits }, (_, digit) => ((weight >> digit) & 1) === (at(i, digit)! ^ turned(i)))).flat();
    });
    expect(wrong.filter((right) => !right)).toEqual([]);
    expect(wrong).toHaveLength(found.size);
    expect(found.size).toBeGreaterThan(100);
  });
});

/** A number of the network that is changed, and what is to be said, and nothing else. */
const changes: [string, TypedGraph, BuildOptions, [node: string, parameter: string, at: number, change: (value: number) => number], RegExp][] = [
  ['a weight', tiny, { ...dataflow, fps: 200_000 }, ['fc0', 'weights', 30, (w) => 1 - w], /^fc0's weights: filter 1, tap 6$/],
  ['a threshold of a folded layer', tiny, { ...dataflow, fps: 200_000 }, ['norm1', 'theta', 4, (t) => t + 1], /^conv1's thresholds: filter 4, bit \d+$/],
  ['a weight of the shared array', tiny, shared(2), ['conv1', 'weights', 5 * 36 + 20, (w) => 1 - w], /^conv1's weights: filter 5, tap 20$/],
  ['a threshold of the shared array', tiny, shared(2), ['norm0', 'theta', 3, (t) => t + 1], /^conv0's terms: filter 3, bit \d+$/],
  ['a term of an affine map in the array', blocks, shared(2), ['n2_b1_bn', 'b', 2, (b) => b + 1], /^n2_b1_c2's terms: filter 2, bit \d+$/],
  ['a threshold of the residual stream in the array', blocks, shared(2, { unshared: true }), ['n2_b2_s', 'theta', 1, (t) => t + 1], /'s levels: filter 1, bit \d+$/],
];

test.each(changes)('%s', (_, graph, how, change, what) => {
  // Both with the same folding, which may go by the weights.
  const found = said(build(graph, how), build(withChange(graph, ...change), how)).filter((text) => !/^(conv1|fc0|n2_\w+)'s terms/.test(text) || what.test(text));
  expect(found.length).toBeGreaterThan(0);
  for (const text of found) expect(text).toMatch(what);
});

test('channels that early decision has put in another order are counted as the network does', () => {
  const design = build(tiny, forms[1]![2]);
  const images = imagesOf(design);
  expect([...design.channelOrders.keys()]).toEqual(['conv1', 'norm1', 'fc0']);
  const found = { same: 0, moved: 0, wrong: 0 };
  const weightsOf = (graph: TypedGraph, name: string) => nodeByName(graph, name).parameters['weights']!.data;
  const before = lower(design.typed);
  for (const { file, width, words, stands } of design.placement.engines.flatMap(({ cells }) => cells.flatMap((cell) => cell.images)))
    for (const line of words.keys())
      for (let bit = 0; bit < width; bit++) {
        const [placed, counted] = [stands(line, bit), images.get(`mem/${file}`)!(line, bit)];
        const name = /^(conv1|fc0)'s weights$/.exec(placed?.of ?? '')?.[1];
        if (name === undefined || !placed) continue;
        const [after, data] = [weightsOf(design.lowered, name), weightsOf(before, name)];
        const fanIn = data.length / nodeByName(before, name).type.channels;
        const weight = (of: typeof data, { filter, tap }: Readonly<Record<string, number>>) => of[filter! * fanIn + tap!];
        if (weight(data, counted!.at) !== weight(after, placed.at)) found.wrong++;
        found[JSON.stringify(counted) === JSON.stringify(placed) ? 'same' : 'moved']++;
      }
  expect(found).toMatchObject({ wrong: 0, moved: expect.toSatisfy((n: number) => n > 20) });
});

test('constants of cells of their own: factors, terms, flips, biases, pools, tables', () => {
  const design = build(typed(residualNetwork(8)), { ...dataflow, fps: 60_000 });
  const pools = build(tiny, { ...dataflow, fps: 200_000 });
  const names = new Set<string>();
  for (const { width, words, stands } of [design, pools].flatMap(({ placement: { engines } }) => engines).flatMap(({ cells }) => cells.flatMap(({ images }) => images)))
    for (const line of words.keys()) for (let bit = 0; bit < width; bit++) names.add(stands(line, bit)!.of.replace(/^\w+'s /, ''));
  expect([...names].sort()).toEqual(['biases', 'channels whose pool is an AND', 'factors', 'flips', 'table', 'terms', 'thresholds', 'weights']);
});

describe('the sparse engine', () => {
  const weights = synthetic(5, { density: 0.5 });
  const bytes = { min: 0, max: 127, shift: 7 };
  const graph = typed(network('small', () => {
    const x = quantise('quant', input('pixels', { height: 9, width: 8, channels: 4 }), signedPixels());
    const y = requantise('relu', intConv2d('conv', x, { filters: 10, kernel: 3, stride: 2, bias: true, groups: 2, weights }), { ...bytes, weights });
    const both = sum('both', [intConv2d('c2', y, { filters: 6, kernel: 3, pad: 1, weights }), intConv2d('c3', y, { filters: 6, kernel: 1, weights })], { weights });
    const z = requantise('relu2', both, { ...bytes, weights });
    const hidden = requantise('relu3', intDense('fc1', z, { units: 20, bias: true, weights }), { ...bytes, weights });
    return decide('class', intDense('fc2', hidden, { units: 40, weights }), { classes: 40 });
  }));
  const shape = { lanes: 8, groups: 2, slots: 8, ringWords: 256, vectorWords: 64, ownWords: 32, mapPorts: 2, vectorPorts: 2 };
  const designOf = (of: TypedGraph) => ({ graph: of, compiled: compile(of, shape), board: zcu104, clockMhz: 250, primitives: undefined, network: 'small' });
  const right = designOf(graph);
  const images = streamImages(right);
  const planned = planSparse(right);
  const differing = (other: TypedGraph) => {
    const lying = planSparse(designOf(other));
    return [...images].flatMap(([file, stands]) => memoryFaults(file, planned.get(file)!, lying.get(file) as Uint8Array, stands).map(({ what }) => what));
  };

  // A weight's sign is a bit of its entry, and nothing else goes by it.
  test.each([['conv', "relu's weights: filter"], ['c2', "relu2's weights: filter"], ['c3', "relu2's weights: filter"], ['fc1', "relu3's weights: unit"], ['fc2', "fc2's weights: unit"]])(
    'a weight of %s with the other sign: one bit, named', (name, of) => {
      const { parameters, type } = graph.nodes.find((node) => node.name === name)!;
      const { data } = parameters['weights']!;
      const fanIn = data.length / type.channels;
      const term = name === 'c2' ? 'term 0, ' : name === 'c3' ? 'term 1, ' : '';
      for (let i = 0; i < 8; i++) {
        let at = Math.floor(random() * data.length);
        while (data[at] === 0) at = (at + 1) % data.length;
        expect(differing(withChange(graph, name, 'weights', at, (w) => -w))).toEqual([`${of} ${Math.floor(at / fanIn)}, ${term}tap ${at % fanIn}`]);
      }
    },
  );

  test.each([['conv', 'bias', 7, /^relu's terms: filter 7$/], ['relu3', 'a', 13, /^relu3's (factors|terms): unit 13$/]])('%s, %s %i', (node, parameter, at, what) => {
    const found = differing(withChange(graph, node, parameter, at, (value) => value + 1));
    expect(found.length).toBeGreaterThan(0);
    for (const text of found) expect(text).toMatch(what);
  });

  test('every bit that is set is something', () => {
    for (const [file, stands] of images)
      (planned.get(file) as Uint8Array).forEach((byte, at) => {
        for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1 && !stands(at, bit)) throw new Error(`${file}, byte ${at}, bit ${bit} is said to be padding`);
      });
  });
});

describe('lines of an image', () => {
  const stands = (word: number, bit: number) => ({ of: "fc0's weights", at: { filter: word, tap: bit } });
  const planned = ['0a', '1b', '2c', '3d', '4e'];
  const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
  const found = (lying: string) => memoryFaults('mem/a.mem', text(planned), Buffer.from(lying), stands).map((fault) => fault.text);
  test.each([
    ['as planned', text(planned), []],
    ['a bit', text(['0a', '1b', '2d', '3d', '4e']), ["mem/a.mem line 3 bit 0: 1 in place of 0 (fc0's weights: filter 2, tap 0)"]],
    ['two bits', text(['8a', '1b', '2c', '3d', '4f']), ["mem/a.mem line 1 bit 7: 1 in place of 0 (fc0's weights: filter 0, tap 7)", "mem/a.mem line 5 bit 0: 1 in place of 0 (fc0's weights: filter 4, tap 0)"]],
    ['a word too many in the middle', text(['0a', '1b', 'ff', '2c', '3d', '4e']), ['mem/a.mem line 3: 1 surplus word (nothing of the network)']],
    ['words too many at the end', text([...planned, '00', '00']), ['mem/a.mem line 6: 2 surplus words (nothing of the network)']],
    ['a word missing at the start', text(planned.slice(1)), ["mem/a.mem line 1: 1 missing word (fc0's weights)"]],
    ['a word missing at the end', text(planned.slice(0, -1)), ["mem/a.mem line 5: 1 missing word (fc0's weights)"]],
    ['a word missing, another wrong', text(['0b', '1b', '2c', '3d']), ["mem/a.mem line 5: 1 missing word (fc0's weights)", "mem/a.mem line 1 bit 0: 1 in place of 0 (fc0's weights: filter 0, tap 0)"]],
    ['an empty line', text(['0a', '', '2c', '3d', '4e']), ["mem/a.mem line 2: \"\" in place of 2 hex digits (fc0's weights)"]],
    ['an unknown bit', text(['0a', '1x', '2c', '3d', '4e']), ["mem/a.mem line 2: \"1x\" in place of 2 hex digits (fc0's weights)"]],
    ['capitals', text(['0A', '1b', '2c', '3d', '4e']), ["mem/a.mem line 1: capitals (fc0's weights)"]],
    ['no end', text(planned).trimEnd(), ['mem/a.mem line 5: no end of the line (nothing of the network)']],
    ['nothing', '', ['mem/a.mem line 2: 4 missing words (fc0\'s weights)', "mem/a.mem line 1: \"\" in place of 2 hex digits (fc0's weights)", 'mem/a.mem line 1: no end of the line (nothing of the network)']],
  ])('%s', (_, lying, said) => expect(found(lying)).toEqual(said));

  test('many are counted', () => {
    const faults = found(text(planned.map(() => 'ff')));
    expect(faults).toHaveLength(9);
    expect(faults[8]).toMatch(/^mem\/a\.mem: and \d+ more$/);
  });
});
