// SPDX-License-Identifier: Apache-2.0
/**
 * Residual networks on the sparse engine: a sum of convolutions and maps is one layer; every layer and result against
 * the golden model.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  averagePool,
  concat,
  decide,
  input,
  intConv2d,
  intDense,
  network,
  quantise,
  requantise,
  signedPixels,
  sum,
  synthetic,
  type Stream,
} from '../generator/index.ts';
import { compile, layersOf, type CompiledNetwork } from '../generator/architectures/sparse/compile/compile.ts';
import { isConvolution } from '../generator/architectures/sparse/cycles/cycles.ts';
import { modelledClocks } from '../generator/architectures/sparse/design.ts';
import { mapBeatBytes, vectorBeatBytes } from '../generator/architectures/sparse/program/shape.ts';
import { mapStream, portParts, vectorStream } from '../generator/architectures/sparse/stream.ts';
import type { BitloomError } from '../generator/errors/errors.ts';
import type { Graph, TypedGraph } from '../generator/ir/graph.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { libraryCells } from '../sim/early.ts';
import { layerNumber, locateLine, networkFrames } from '../sim/sparse-network.ts';
import { sparseFaults } from '../sim/sparse-report.ts';
import { sparseBench, type DrivenFrame, type SparseBench } from '../sim/sparse.ts';
import { randomResidual } from './random-residual.ts';

const shape = {
  lanes: 16,
  groups: 3,
  slots: 8,
  ringWords: 512,
  vectorWords: 256,
  ownWords: 64,
  mapPorts: 2,
  vectorPorts: 2,
};
const compiled = (graph: Graph): [TypedGraph, CompiledNetwork] => {
  const typed = typecheck(graph);
  return [typed, compile(typed, shape)];
};

function pixelsOf(graph: TypedGraph): Uint8Array {
  const { height, width, channels } = graph.nodes[0]!.type;
  const random = randomFrom(`pixels of ${graph.name}`);
  return Uint8Array.from({ length: height * width * channels }, () => Math.floor(random() * 256));
}

/** ResNet's two kinds of blocks, its average and classifier. */
const likeResnet = ({ left = 8, from = 'x' }: { readonly left?: number; readonly from?: 'x' | 't' } = {}) => {
  const weights = synthetic(9, { density: 0.6 });
  const relu = (name: string, x: Stream<'int'>, shift = 8) => requantise(name, x, { min: 0, max: 127, shift, weights });
  const conv = (name: string, x: Stream<'int'>, filters: number, kernel: number, stride = 1, pad = 1) =>
    intConv2d(name, x, { filters, kernel, stride, pad, bias: true, weights });
  return network('like_resnet', () => {
    const pixels = quantise('quant', input('pixels', { height: 12, width: 10, channels: 3 }), signedPixels());
    const x = relu('stem_8', conv('stem', pixels, 5, 3));
    const t = relu('c1_8', conv('c1', x, 5, 3));
    const y = relu('s1_8', sum('s1', [conv('c2', t, 5, 3), from === 'x' ? x : t], { left: [0, left], weights }));
    const z = relu(
      's2_8',
      sum('s2', [conv('d2', relu('d1_8', conv('d1', y, 8, 4, 2)), 8, 3), conv('proj', y, 8, 1, 2, 0)], {
        left: [0, 1],
        weights,
      }),
    );
    const features = relu('features', averagePool('average', z), 4);
    return decide('class', intDense('fc', features, { units: 7, bias: true, weights }), { classes: 7 });
  });
};

/** A network's frame with another's stream: what a compiler that takes one for the other would give. */
function mistaken([typed, network]: [TypedGraph, CompiledNetwork], graph: Graph): DrivenFrame {
  const [, { maps, vectors }] = compiled(graph);
  const { shape: engine } = network;
  const [first, second] = [
    mapStream(
      maps.map(({ layer }) => layer),
      engine,
    ),
    vectorStream(
      vectors.map(({ layer }) => layer),
      engine,
    ),
  ];
  const [frame] = networkFrames(typed, network, [pixelsOf(typed)]);
  return {
    ...frame!,
    maps: { bytes: portParts(first, engine.mapPorts), count: first.length / mapBeatBytes(engine) },
    vectors: { bytes: portParts(second, engine.vectorPorts), count: second.length / vectorBeatBytes(engine) },
  };
}

describe('networks', () => {
  const all = [likeResnet(), ...Array.from({ length: 12 }, (_, seed) => randomResidual(seed))].map(compiled);
  const engine = {
    ...all[0]![1].shape,
    accumulatorBits: Math.max(
      ...all.map(
        ([
          ,
          {
            shape: { accumulatorBits },
          },
        ]) => accumulatorBits,
      ),
    ),
  };
  const good = all.flatMap(([typed, network]) => networkFrames(typed, network, [pixelsOf(typed)]));
  const wrong = [likeResnet({ left: 7 }), likeResnet({ from: 't' })].map((graph) => mistaken(all[0]!, graph));
  let bench: SparseBench;
  beforeAll(async () => {
    bench = await sparseBench({ shape: engine, sources: libraryCells() }, [...good, ...wrong]);
  }, 400_000);
  afterAll(() => bench?.close());

  test('hold shortcuts of all kinds', () => {
    const sums = all.flatMap(
      ([
        ,
        {
          network: { operations },
        },
      ]) =>
        operations.flatMap((operation) =>
          operation.type === 'windows' && operation.terms.length > 1 ? [operation.terms] : [],
        ),
    );
    const some = (of: (terms: (typeof sums)[number]) => boolean) => expect(sums.some(of)).toBe(true);
    some((terms) => terms.length === 3);
    some((terms) => terms.some(({ windows, left }) => !windows && left > 7));
    some((terms) => terms.some(({ windows }) => windows?.kernel === 1 && windows.stride === 1));
    some(
      (terms) =>
        terms.some(({ windows }) => windows?.kernel === 1 && windows.stride === 2) &&
        terms.some(({ windows }) => windows?.stride === 1),
    );
    some((terms) => terms.some(({ input }) => input === 'quant'));
    expect(
      all.some(
        ([
          ,
          {
            network: { values, operations },
          },
        ]) =>
          operations.some((operation) => operation.type === 'spread' && values.get(operation.input)!.height % 2 === 1),
      ),
    ).toBe(true);
  });

  test.each([0, 16, 75])(
    'every layer, memory that pauses %i of 100 clocks; a factor or a map mistaken for another is seen',
    async (pause) => {
      const result = await bench.run({ pause, seed: pause + 1 });
      const mismatches = result.mismatches.filter(
        (line) => !wrong.some((_, i) => line.includes(` frame=${good.length + i} `)),
      );
      const rightOnes = {
        ...result,
        mismatches,
        frames: result.frames.slice(0, good.length),
        layers: result.layers.filter(({ frame }) => frame < good.length),
      };
      expect(sparseFaults(rightOnes, good)).toEqual([]);
      wrong.forEach((_, i) => {
        const first = result.differences.find(({ frame }) => frame === good.length + i)!;
        expect(locateLine(all[0]![1], first, '').layer).toBe('s1_8');
      });
      if (pause !== 0) return;
      const off = result.layers.flatMap(({ machine, frame, layer, clocks }) => {
        const [, network] = all[frame] ?? all[0]!;
        const modelled = modelledClocks(network, 1, 2).machines[machine][0]![layer]!.clocks;
        const { name, descriptor } = layersOf(network)[layerNumber(network, { machine, layer })]!.layer;
        // What is handed over may wait for vectors of another network's frame.
        return frame < good.length &&
          descriptor.operation !== 'handover' &&
          Math.abs(modelled - clocks) > Math.max(32, 0.05 * clocks)
          ? [`${name} of frame ${frame}: ${clocks}, modelled ${modelled}`]
          : [];
      });
      expect(off).toEqual([]);
    },
    60_000,
  );

  test('a factor beyond 8 bits is several entries of one slot, one behind the other', () => {
    const [, { maps }] = all[0]!;
    const { layer } = maps.find(({ node }) => node === 's1_8')!;
    // 256 = 127 + 127 + 2. The shortcut’s vectors have one weight each: three entries in its group, and a filler in
    // each of the others.
    const entries = isConvolution(layer) ? layer.entriesOf.map((counts) => counts.at(-2)!) : [];
    expect(entries.sort()).toEqual([...Array.from({ length: shape.groups - 1 }, () => 1), 3]);
  });
});

test('phases of a map that is also a part of a concatenation lie beside it', () => {
  const weights = synthetic(1);
  const relu = (name: string, x: Stream<'int'>) => requantise(name, x, { min: 0, max: 127, shift: 8, weights });
  const conv = (name: string, x: Stream<'int'>, kernel: number, stride: number, pad = 0) =>
    relu(name, intConv2d(`${name}_sums`, x, { filters: 4, kernel, stride, pad, weights }));
  const [
    ,
    {
      layout: { maps },
    },
  ] = compiled(
    network('parts', () => {
      const x = conv(
        'x',
        quantise('quant', input('pixels', { height: 8, width: 8, channels: 2 }), signedPixels()),
        3,
        1,
        1,
      );
      const joined = concat('joined', [conv('beside', x, 1, 1), x]);
      const terms = [
        intConv2d('strided', x, { filters: 4, kernel: 2, stride: 2, weights }),
        intConv2d('all', joined, { filters: 4, kernel: 1, stride: 2, weights }),
      ];
      return decide('class', intDense('fc', relu('sum_8', sum('sum', terms, { weights })), { units: 3, weights }), {
        classes: 3,
      });
    }),
  );
  const [part, phases, whole] = ['x', 'x by phases', 'joined'].map((name) => maps.get(name)!);
  expect(part!.line).toBe(whole!.line + 4 * whole!.span);
  expect(phases!.line).toBeGreaterThanOrEqual(whole!.line + 8 * whole!.span);
});

test('a filter that fits no ring is said', () => {
  expect(() => compile(typecheck(likeResnet()), { ...shape, ringWords: 8 })).toThrow(
    /^NN006 unsupported construct · s1_8 · a filter whose weights, or vectors, do not fit the rings/,
  );
});

test('sums that the engine cannot do are said', () => {
  const weights = synthetic(1);
  const bytes = (name: string, x: Stream<'int'>, min = 0, max = 127) =>
    requantise(name, x, { min, max, shift: 8, weights });
  const conv = (name: string, x: Stream<'int'>, pad = 1) =>
    intConv2d(name, x, { filters: 4, kernel: 3, pad, bias: true, weights });
  const issues = (body: (x: Stream<'int'>) => Stream<'int'>) => {
    const graph = network('beyond', () => {
      const pixels = quantise('quant', input('pixels', { height: 6, width: 6, channels: 3 }), signedPixels());
      const y = body(bytes('stem_8', conv('stem', pixels)));
      return decide('class', intDense('fc', y, { units: 3, weights }), { classes: 3 });
    });
    try {
      compile(typecheck(graph), shape);
    } catch (error) {
      return (error as BitloomError).issues.map(({ code, where, got }) => `${code} ${where}: ${got}`);
    }
    return [];
  };
  const added = (terms: readonly Stream<'int'>[], left: readonly number[] = terms.map(() => 0)) =>
    bytes('sum_8', sum('sum', terms, { left, weights }));
  expect(issues((x) => added([conv('conv', x), x]))).toEqual([]);
  expect(issues((x) => sum('sum', [conv('conv', x), x], { weights }))).toEqual([
    'NN006 beyond › sum (sum): sums that are not requantised',
  ]);
  expect(issues((x) => added([conv('conv', bytes('signed', conv('before', x), -128)), x]))).toEqual([
    'NN006 beyond › sum (sum): a sum over maps with and without negative values',
  ]);
  expect(
    issues((x) =>
      added([
        intConv2d('narrow', x, { filters: 4, kernel: 3, weights }),
        intConv2d('back', bytes('small', conv('inner', x, 0)), { filters: 4, kernel: 1, weights }),
      ]),
    ),
  ).toEqual(['NN006 beyond › sum (sum): a sum over maps of 6 and 4 rows']);
  expect(issues((x) => added([averagePool('average', x), averagePool('again', x)]))).toContain(
    'NN006 beyond › sum (sum): a sum with average, which is neither a convolution nor a map of 8 bits',
  );
  const shared = (x: Stream<'int'>) => {
    const c = conv('conv', x);
    return added([c, bytes('too', c)]);
  };
  expect(issues(shared)[0]).toBe('NN006 beyond › conv (int-conv): sums that are not requantised');
  expect(issues((x) => added([conv('conv', x), x], [15, 15]))[0]).toMatch(/^NN006 sum_8: sums that can reach \d+$/);
  expect(issues((x) => intConv2d('last', averagePool('average', x), { filters: 3, kernel: 1, weights }))[0]).toBe(
    'NN006 beyond › average (average-pool): averages that are not requantised',
  );
});
