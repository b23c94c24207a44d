// SPDX-License-Identifier: Apache-2.0
/** docs/numbers.md says what the code does. */
import { expect, test } from 'vitest';
import { rounds as calibration } from '../generator/tensor/fixed-point.ts';
import { rounds as folding, thresholds } from '../generator/compress/fold.ts';
import {
  affine,
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
import { interpreter } from '../generator/golden/interpret.ts';
import { nodeByName } from '../generator/ir/graph.ts';
import { roundings, type Rounded } from '../generator/ir/rounding.ts';
import { layerKinds } from '../generator/layers/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { said } from './said.ts';
import { read } from './sources.ts';

/** Rows of the table below the line that starts with these columns. */
function rowsBelow(head: string): string[] {
  const lines = read('docs/numbers.md').split('\n');
  const at = lines.findIndex((line) => line.startsWith(head));
  expect(at, `a table with ${head}`).toBeGreaterThan(0);
  const rest = lines.slice(at + 2);
  return rest.slice(
    0,
    rest.findIndex((line) => !line.startsWith('|')),
  );
}

test('every kind is in the table, with all that it rounds, its default and its choices', () => {
  const choices = ({ legal: [, ...others], option }: Rounded) =>
    option ? `\`${option}\` (${others.map((name) => `\`${name}\``).join(' ') || 'no other'})` : '';
  const row = (kind: string, rounded: Rounded) =>
    `| ${kind} | ${rounded.what} | \`${rounded.legal[0]}\` | ${choices(rounded)} |`;
  const wanted = layerKinds.flatMap(
    ({ kind, rounds }) => rounds?.map((rounded) => row(kind, rounded)) ?? [`| ${kind} | nothing | | |`],
  );
  expect(rowsBelow('| kind | what is rounded')).toEqual(wanted.sort());
});

test('every name is explained, and used', () => {
  expect(rowsBelow('| name | the neighbour')).toEqual(
    Object.entries(roundings).map(([name, means]) => `| \`${name}\` | ${means} |`),
  );
  const used = [...layerKinds.flatMap(({ rounds }) => rounds ?? []), calibration, ...folding].flatMap(
    ({ legal }) => legal,
  );
  expect(new Set(used)).toEqual(new Set(Object.keys(roundings)));
});

test('tools too', () => {
  const row =
    (file: string) =>
    ({ what, legal }: Rounded) =>
      `| ${what} | \`${legal[0]}\` | \`generator/${file}\` |`;
  expect(rowsBelow('| what | rounding')).toEqual([
    row('tensor/fixed-point.ts')(calibration),
    ...folding.map(row('compress/fold.ts')),
  ]);
});

const weights = synthetic(1);

/** A network of one layer, and a classifier behind it, on pixels p − 128: four of them unless said. */
const lone = (layer: (x: Stream<'int'>) => Stream<'int'>, size = { height: 2, width: 2 }) =>
  network('lone', () => {
    const pixels = quantise('quant', input('pixels', { ...size, channels: 1 }), signedPixels());
    return decide('class', intDense('fc', layer(pixels), { units: 1, weights }), { classes: 1 });
  });

test('an option names the rounding: the default is no other network, the rest is refused', async () => {
  const requantised = (rounding?: string) =>
    lone((x) =>
      requantise('r', x, {
        min: -8,
        max: 7,
        shift: 1,
        weights,
        ...(rounding ? { rounding: rounding as 'half_up' } : {}),
      }),
    );
  const scaled = (rounding: string) =>
    lone((x) =>
      affine('a', x, {
        format: { min: -8, max: 7, fraction: 0 },
        form: 'integer',
        weights,
        rounding: rounding as 'half_up',
      }),
    );
  expect(typecheck(requantised('half_up')).nodes.map(({ attributes }) => attributes)).toEqual(
    typecheck(requantised()).nodes.map(({ attributes }) => attributes),
  );
  expect(nodeByName(typecheck(requantised()), 'r').attributes['rounding']).toBe('half_up');
  for (const rounding of ['floor', 'half_even', 'half_away'])
    for (const graph of [requantised, scaled])
      expect(await said(() => typecheck(graph(rounding)), 'no folder')).toMatch(
        new RegExp(`rounding = "${rounding}".* legal: half_up$`),
      );
  const pooled = (rounding: string) => lone((x) => maxPool('m', x, { size: 2, rounding: rounding as 'ceil' }));
  expect(await said(() => pooled('half_up'), 'no folder')).toMatch(/rounding = "half_up".* legal: floor ceil$/);
});

test('half_up is what a requantisation does, on both sides of 0', () => {
  const { trace } = interpreter(typecheck(lone((x) => requantise('r', x, { min: -8, max: 7, shift: 1, weights }))));
  const of = (...values: number[]) => [...trace(Uint8Array.from(values, (v) => v + 128)).get('r')!.data];
  expect(of(-3, -1, 1, 3)).toEqual([-1, 0, 1, 2]);
  expect(of(-128, 127, 13, 14)).toEqual([-8, 7, 7, 7]);
});

test('floor is how many outputs fit', () => {
  const sizes = (layer: (x: Stream<'int'>) => Stream<'int'>) =>
    nodeByName(typecheck(lone(layer, { height: 7, width: 6 })), 'l').type;
  expect(sizes((x) => intConv2d('l', x, { filters: 1, kernel: 2, stride: 2, weights }))).toMatchObject({
    height: 3,
    width: 3,
  });
  expect(sizes((x) => maxPool('l', x, { size: 4, stride: 2 }))).toMatchObject({ height: 2, width: 2 });
  expect(sizes((x) => maxPool('l', x, { size: 4, stride: 2, rounding: 'ceil' }))).toMatchObject({
    height: 3,
    width: 2,
  });
});

test('thresholds of a residual stream are rounded up, and no farther out than its integers', () => {
  const shifts = Float32Array.of(0.3, -0.3, 0.25, 1e30, -1e30);
  expect([...thresholds(shifts, { min: -8, max: 7, fraction: 2 }).data]).toEqual([2, -1, 1, 8, -8]);
});
