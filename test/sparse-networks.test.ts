// SPDX-License-Identifier: Apache-2.0
/**
 * Whole small networks on the sparse engine: compiled from their layers, every layer and result against the golden
 * model.
 */
import { describe, expect, test } from 'vitest';
import {
  add,
  affine,
  averagePool,
  concat,
  decide,
  input,
  intConv2d,
  intDense,
  maxPool,
  network,
  quantise,
  requantise,
  signedPixels,
  synthetic,
  type Stream,
} from '../generator/index.ts';
import { compile, layersOf } from '../generator/architectures/sparse/compile/compile.ts';
import { modelledClocks } from '../generator/architectures/sparse/design.ts';
import { reachOf } from '../generator/architectures/sparse/compile/convolution.ts';
import type { BitloomError } from '../generator/errors/errors.ts';
import type { Graph } from '../generator/ir/graph.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { libraryCells } from '../sim/early.ts';
import { layerNumber, networkFrames } from '../sim/sparse-network.ts';
import { sparseFaults } from '../sim/sparse-report.ts';
import { sparseBench } from '../sim/sparse.ts';

const shape = {
  lanes: 16,
  groups: 3,
  slots: 8,
  ringWords: 512,
  vectorWords: 128,
  ownWords: 32,
  mapPorts: 2,
  vectorPorts: 2,
};
const weights = synthetic(3, { density: 0.4 });
const conv = (name: string, x: Stream<'int'>, options: object, shift = 8, min = 0) =>
  requantise(`${name}_8`, intConv2d(name, x, { filters: 8, kernel: 3, bias: true, weights, ...options }), {
    min,
    max: 127,
    shift,
    weights,
  });
const pixels = (height: number, width: number, channels: number) =>
  quantise('quant', input('pixels', { height, width, channels }), signedPixels());

/** Stride 4 on the frame, groups, pools that overlap, fully connected layers of several sets. */
const likeAlexnet = network('like_alexnet', () => {
  const p1 = maxPool('pool1', conv('conv1', pixels(35, 31, 3), { filters: 6, kernel: 7, stride: 4 }), {
    size: 3,
    stride: 2,
  });
  const c2 = conv('conv2', p1, { filters: 10, kernel: 5, pad: 2, groups: 2 });
  const f3 = requantise('fc3_8', intDense('fc3', c2, { units: 70, bias: true, weights }), {
    min: 0,
    max: 127,
    shift: 8,
    weights,
  });
  return decide('class', intDense('fc4', f3, { units: 11, bias: true, weights }), { classes: 11 });
});

/**
 * Concatenations, windows beyond the edge, stride 2 inside, padding of a 1×1 kernel, averages in several parts,
 * batch-norm.
 */
const likeSqueezenet = network('like_squeezenet', () => {
  const c1 = conv('conv1', pixels(19, 22, 1), { filters: 9, kernel: 3, stride: 2 });
  const p1 = maxPool('pool1', c1, { size: 3, stride: 2, rounding: 'ceil' });
  const squeezed = conv('squeeze', p1, { filters: 4, kernel: 1 }, 6);
  const joined = concat('fire', [
    conv('expand1', squeezed, { filters: 7, kernel: 1 }, 6),
    conv('expand3', squeezed, { filters: 5, pad: 1 }, 7, -128),
  ]);
  const halved = concat('halved', [
    conv('down3', joined, { stride: 2, pad: 1 }),
    conv('down1', joined, { kernel: 1, stride: 2 }),
  ]);
  const normal = affine('norm', intConv2d('last', halved, { filters: 40, kernel: 1, pad: 1, weights }), {
    format: { min: -128, max: 127, fraction: 2 },
    weights,
  });
  return decide('class', averagePool('average', normal), { classes: 40 });
});

/** A map is the result: no vectors at all. */
const mapsOnly = network('maps_only', () => {
  const squeezed = conv('conv1', pixels(12, 17, 2), { filters: 6, kernel: 3, pad: 1 });
  return decide(
    'class',
    conv('conv2', maxPool('pool1', squeezed, { size: 2, stride: 2 }), { filters: 9, kernel: 1 }, 6, -128),
    { classes: 9, ignore: 423 },
  );
});

/** Bytes are the result; vectors take longer than maps. */
const mostlyVectors = network('mostly_vectors', () => {
  const x = conv('conv1', pixels(7, 7, 3), { filters: 4, kernel: 3 });
  const chain = [60, 120, 90, 70].reduce(
    (from: Stream<'int'>, units, i) =>
      requantise(`fc${i}_8`, intDense(`fc${i}`, from, { units, bias: true, weights }), {
        min: i % 2 ? -128 : 0,
        max: 127,
        shift: 8,
        weights,
      }),
    x,
  );
  return decide('class', chain, { classes: 70 });
});

const run = async (graph: Graph) => {
  const typed = typecheck(graph);
  const compiled = compile(typed, shape);
  const { height, width, channels } = typed.nodes[0]!.type;
  const random = randomFrom(graph.name);
  const images = [0, 1, 2, 3].map(() =>
    Uint8Array.from({ length: height * width * channels }, () => Math.floor(random() * 256)),
  );
  const frames = networkFrames(typed, compiled, images);
  const bench = await sparseBench({ shape: compiled.shape, sources: libraryCells() }, frames);
  try {
    return {
      compiled,
      frames,
      results: await Promise.all([0, 16, 75].map((pause) => bench.run({ pause, seed: pause + 1 }))),
    };
  } finally {
    bench.close();
  }
};

describe.each([likeAlexnet, likeSqueezenet, mapsOnly, mostlyVectors])('$name', (graph) => {
  test('every layer of four frames, one behind the other, memory that pauses 0, 16 and 75 % of the clocks; clocks ' +
    'within 5 % of the model', async () => {
    const { compiled, frames, results } = await run(graph);
    for (const result of results) {
      expect(sparseFaults(result, frames)).toEqual([]);
      expect(result.frames.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    }
    const model = modelledClocks(compiled, 1, 4);
    // A few clocks count in layers as short as these.
    const off = (measured: number, modelled: number, few = 32) =>
      Math.abs(modelled - measured) > Math.max(few, 0.05 * measured);
    const wrong = results[0]!.layers.flatMap(({ machine, layer, clocks, frame }) => {
      const modelled = model.machines[machine][frame]![layer]!.clocks;
      return off(clocks, modelled)
        ? [
            `${layersOf(compiled)[layerNumber(compiled, { machine, layer })]!.layer.name} of frame ${frame}: ` +
              `${clocks}, modelled ${modelled}`,
          ]
        : [];
    });
    expect(wrong).toEqual([]);
    const {
      frames: [first, , before, last],
    } = results[0]!;
    const measured = { latency: first!.end - first!.start, interval: last!.end - before!.end };
    expect([measured.latency, model.latency, off(measured.latency, model.latency, 64)]).toEqual([
      measured.latency,
      model.latency,
      false,
    ]);
    expect([measured.interval, model.interval, off(measured.interval, model.interval, 64)]).toEqual([
      measured.interval,
      model.interval,
      false,
    ]);
    expect(measured.interval).toBeLessThan(0.95 * measured.latency);
  }, 300_000);
});

test('what the engine cannot do is said, all at once', () => {
  const graph = network('beyond', () => {
    const x = pixels(9, 9, 2);
    const wide = affine('wide', intConv2d('conv', x, { filters: 2, kernel: 3, weights }), {
      format: { min: -2000, max: 2000, fraction: 0 },
      weights,
    });
    const y = maxPool('pool', requantise('back', add('add', wide, wide), { min: 0, max: 127, weights }), {
      size: 4,
      stride: 3,
    });
    return decide('class', intDense('fc', y, { units: 3, weights }), { classes: 3 });
  });
  const issues = () => {
    try {
      compile(typecheck(graph), shape);
    } catch (error) {
      return (error as BitloomError).issues.map(({ code, where, got }) => `${code} ${where}: ${got}`);
    }
    return [];
  };
  expect(issues()).toEqual([
    'NN006 beyond › wide (affine): a map of integers -2000..2000',
    'NN006 beyond › add (add): add, which the sparse engine does not have',
    'NN006 beyond › pool (max-pool): windows of 4 with stride 3',
  ]);
});

test('a map behind a vector is refused', () => {
  const dense = (name: string, x: Stream<'int'>, units = 6) =>
    requantise(`${name}_8`, intDense(name, x, { units, weights }), { min: 0, max: 127, shift: 8, weights });
  const message = (behind: (x: Stream<'int'>) => Stream<'int'>) => {
    try {
      compile(
        typecheck(network('behind', () => decide('class', behind(dense('fc', pixels(5, 5, 2))), { classes: 4 }))),
        shape,
      );
    } catch (error) {
      return (error as BitloomError).issues.map(({ code, where, got }) => `${code} ${where}: ${got}`)[0];
    }
    return undefined;
  };
  expect(message((x) => dense('next', x, 4))).toBeUndefined();
  expect(message((x) => conv('conv', x, { filters: 4, kernel: 1 }))).toBe(
    'NN006 behind › conv (int-conv): a layer of maps behind fc_8, a vector',
  );
  expect(message((x) => intDense('last', concat('both', [x, dense('too', x)]), { units: 4, weights }))).toBe(
    'NN006 behind › both (concat): a layer of maps behind fc_8, a vector',
  );
  expect(message((x) => dense('next', dense('long', x, 200), 4))).toBe('NN006 long_8: 200 results inside the network');
});

test('accumulators hold the greatest sum that the weights can reach', () => {
  const map = { line: 0, channels: 1, height: 1, width: 1, pitch: 1, span: 1 };
  const vectors = [0, 1].map((channel) => ({ map, channel, offset: 0 }));
  expect(
    reachOf({ name: 'c', vectors, weights: Int32Array.of(-128, 3, 100, -4), filters: 2, signed: true } as never),
  ).toBe(228 * 128);
});
