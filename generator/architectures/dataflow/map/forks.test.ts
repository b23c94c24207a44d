// SPDX-License-Identifier: Apache-2.0
import { dataflowOf } from '../layers/layers.ts';
import { describe, expect, test } from 'vitest';
import {
  add,
  affine,
  batchNormSign,
  binaryConv2d,
  binaryDense,
  decide,
  input,
  network,
  quantise,
  signedFormat,
  signedPixels,
  synthetic,
  type Stream,
} from '../../../index.ts';
import type { BitloomError } from '../../../errors/errors.ts';
import type { TypedGraph } from '../../../ir/graph.ts';
import { loadNetwork } from '../../../network-file/load-network.ts';
import { lower } from '../../../passes/lower.ts';
import { typecheck } from '../../../passes/typecheck.ts';
import { unfolded } from './candidates.ts';
import { chainsOf, detoursOf } from './chains.ts';
import { chooseFolds } from './choose-folds.ts';
import { rowsAhead } from './forks.ts';
import { beatsPerFrame } from '../../../hardware/hardware.ts';
import { place } from './place.ts';

const weights = synthetic(2);
const format = signedFormat(8, 2);
const materials = { lutPerBram: 100 };
const tbDnn = lower(typecheck((await loadNetwork('tb-dnn')).graph));

/** A network of one stream of 8×8×4 integers; `body` leads from it to integers of the same format. */
function graphOf(
  body: (r: Stream<'int'>, step: (name: string, x: Stream<'int'>) => Stream<'int'>) => Stream<'int'>,
): TypedGraph {
  const conv = (name: string, x: Stream<'bipolar' | 'int'>) =>
    affine(`${name}_a`, binaryConv2d(name, x, { filters: 4, kernel: 3, pad: { size: 1, value: -1 }, weights }), {
      format,
      weights,
    });
  const step = (name: string, x: Stream<'int'>) => conv(name, batchNormSign(`${name}_s`, x, { weights }));
  const graph = network('forked', () => {
    const pixels = quantise('quant', input('pixels', { height: 8, width: 8, channels: 1 }), signedPixels());
    const end = body(conv('first', pixels), step);
    return decide('class', binaryDense('fc', batchNormSign('last', end, { weights }), { units: 2, weights }), {
      classes: 2,
    });
  });
  return lower(typecheck(graph));
}

const said = (graph: TypedGraph) => {
  try {
    place(graph, chooseFolds(graph, 10_000, {}, materials), 10_000, materials);
  } catch (error) {
    return (error as BitloomError).issues.map(({ code, where, got }) => `${code} ${where}: ${got}`);
  }
  return [];
};

const detours = (graph: TypedGraph) =>
  detoursOf(chainsOf(graph)).map(({ join, shortcut, main }) => {
    const names = (engines: typeof main) => engines.map(([node]) => node!.name).join(' ');
    return `${shortcut.from} → ${join}: ${names(main)} | ${names(shortcut.engines)}`;
  });

describe('detours', () => {
  test('of tb-dnn: a shortcut a block, with its projection where the shape changes', () => {
    expect(detours(tbDnn)).toEqual([
      'bn0 → s1b1_add: s1b1_s s1b1_c1 s1b1_c2 s1b1_bn2 | ',
      's1b1_add → s1b2_add: s1b2_s s1b2_c1 s1b2_c2 s1b2_bn2 | ',
      's2b1_s → s2b1_add: s2b1_c1 s2b1_c2 s2b1_bn2 | s2b1_proj s2b1_bnp',
      's2b1_add → s2b2_add: s2b2_s s2b2_c1 s2b2_c2 s2b2_bn2 | ',
      's3b1_s → s3b1_add: s3b1_c1 s3b1_c2 s3b1_bn2 | s3b1_proj s3b1_bnp',
      's3b1_add → s3b2_add: s3b2_s s3b2_c1 s3b2_c2 s3b2_bn2 | ',
    ]);
  });

  test('one inside another, three readers of one result, a stream added to itself', () => {
    expect(detours(graphOf((r, step) => add('outer', r, add('inner', r, step('c', r)))))).toEqual([
      'first_a → inner: c_s c c_a | ',
      'first_a → outer: c_s c c_a inner | ',
    ]);
    expect(detours(graphOf((r, step) => add('outer', step('c2', add('inner', step('c1', r), r)), r)))).toEqual([
      'first_a → inner: c1_s c1 c1_a | ',
      'first_a → outer: c1_s c1 c1_a inner c2_s c2 c2_a | ',
    ]);
    expect(detours(graphOf((r) => add('twice', r, r)))).toEqual(['first_a → twice:  | ']);
    for (const graph of [
      graphOf((r) => add('twice', r, r)),
      graphOf((r, step) => add('outer', r, add('inner', r, step('c', r)))),
    ])
      expect(said(graph)).toEqual([]);
  });

  test('crossing ones are refused', () => {
    const crossing = graphOf((r, step) => {
      const side = step('side', r);
      return add('second', add('first_add', step('c2', step('c1', r)), side), step('more', side));
    });
    expect(said(crossing)).toEqual(['NN006 forked › side_s (threshold): a result that two shortcuts lead through']);
  });
});

test(
  'rows ahead: those of the last window, and what comes in while the rows of the windows ' + 'before it are worked on',
  () => {
    const engines = (names: readonly string[]) =>
      names.map((name) => ({
        name,
        nodes: [tbDnn.nodes.find((node) => node.name === name)!],
        fold: unfolded,
        ...materials,
      }));
    expect(rowsAhead(engines(['s1b1_s']))).toBe(0);
    expect(rowsAhead(engines(['s1b1_c2']))).toBe(2);
    expect(rowsAhead(engines(['s1b1_c1', 's1b1_c2']))).toBe(4);
    expect(rowsAhead(engines(['s2b1_c1', 's2b1_c2']))).toBe(6);
    // Half a row at once of the last one: half a row of its map, which at stride 2 is a whole one of the fork's.
    const half = { ...unfolded, pixels: 8 };
    const grouped = engines(['s2b1_c1', 's2b1_c2', 's2b1_bn2']).map((engine) =>
      engine.name === 's2b1_c2' ? { ...engine, fold: half } : engine,
    );
    expect(rowsAhead(grouped)).toBe(7);
    expect(rowsAhead(grouped.slice(1))).toBe(2.5);
  },
);

describe('placed', () => {
  const interval = 8333;
  const folds = chooseFolds(tbDnn, interval, {}, materials);
  const { engines } = place(tbDnn, folds, interval, materials);
  const named = new Map(engines.map((engine) => [engine.name, engine]));

  test('every engine has a folding, those on shortcuts too, and meets the rate', () => {
    for (const { name, cycles } of engines) expect(cycles, name).toBeLessThanOrEqual(interval);
    expect(folds.get('s2b1_proj')).not.toEqual(unfolded);
  });

  test('streams are connected: what a cell takes, one cell gives, once', () => {
    const cells = engines.flatMap((engine) => engine.cells);
    const taken = cells.flatMap(({ input: from, shortcut }) => [from.name, ...(shortcut ? [shortcut.name] : [])]);
    const given = [
      engines[0]!.output.name,
      ...cells.flatMap(({ output, branch }) => [output.name, ...(branch ? [branch.name] : [])]),
    ];
    expect(new Set(taken).size).toBe(taken.length);
    expect(new Set(given).size).toBe(given.length);
    expect([...taken, engines.at(-1)!.output.name].sort()).toEqual(given.sort());
  });

  test(
    'a shortcut of one stream waits for four rows and the last convolution’s group of pixels; beside a ' +
      'projection, for what its ring does not hold',
    () => {
      const [direct] = named.get('s1b1_add')!.queues;
      const row = beatsPerFrame(direct!.input) / 32;
      expect(direct).toMatchObject({
        from: 'bn0',
        reader: 's1b1_add',
        depth: Math.ceil((4 + named.get('s1b1_c2')!.fold.pixels / 32) * row) + 4 * 16,
      });
      const [projected] = named.get('s2b1_proj')!.queues;
      const held = dataflowOf(named.get('s2b1_proj')!.nodes[0]!).cost.rowFlow!(named.get('s2b1_proj')!)!.held;
      expect(projected).toMatchObject({
        from: 's2b1_s',
        depth:
          Math.ceil(
            (6 + (2 * named.get('s2b1_c2')!.fold.pixels) / 16 - (held - 2)) * (beatsPerFrame(projected!.input) / 32),
          ) +
          3 * 16,
      });
    },
  );
});
