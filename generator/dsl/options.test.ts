// SPDX-License-Identifier: Apache-2.0
/** Every function of the DSL, called as no TypeScript would allow: what it does not know or cannot take is an issue. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BitloomError, type Issue } from '../errors/errors.ts';
import { typecheck } from '../passes/typecheck.ts';
import * as dsl from '../index.ts';
import { optionFaults, optional, number, record, type Rules } from './options.ts';

type Call = (...args: readonly unknown[]) => dsl.Stream<'int'>;
type Arguments = readonly unknown[];

const weights = dsl.synthetic(1);
const d = dsl as unknown as Record<keyof typeof dsl, Call>;
let source: dsl.Stream<'int'> | undefined;
const map = { height: 4, width: 4, channels: 2 };
const pixels = () => (source ??= dsl.quantise('q', dsl.input('in', map), dsl.signedPixels()));
/** A network that has pixels of its own where its description asks for them. */
function describeNetwork(body: () => unknown) {
  source = undefined;
  return dsl.network('net', body as () => dsl.Stream<'scores'>);
}
const sums = (name: string) => dsl.binaryConv2d(`${name}_conv`, pixels(), { filters: 4, kernel: 1, weights });
const format = { min: -8, max: 7, fraction: 0 };
const fixed = (name: string) => dsl.affine(`${name}_affine`, pixels(), { format, weights });

const named = { weights, tensors: 'x' };
const dense = (name: string, x: dsl.Stream<'int'>, units = 2) => dsl.binaryDense(name, x, { units, weights });

/** A legal call of each: its arguments, made inside a network. */
const calls: Readonly<Record<keyof typeof dsl, () => Arguments>> = {
  network: () => ['inner', () => {}],
  checkpoint: () => [new URL('./w.safetensors', import.meta.url)],
  synthetic: () => [1, { density: 0.5 }],
  input: () => ['x', { height: 4, width: 4, channels: 2 }],
  quantise: () => [
    'x',
    dsl.input('p', { height: 4, width: 4, channels: 2 }),
    { element: 'int', values: dsl.signedPixels().values, scale: 1 },
  ],
  signedPixels: () => [],
  fixedPoint: () => [],
  binarise: () => [128],
  signedFormat: () => [6, 3],
  binaryConv2d: () => ['x', pixels(), { filters: 4, kernel: 3, stride: 1, pad: { size: 1, value: 0 }, ...named }],
  binaryDense: () => ['x', pixels(), { units: 3, weights, tensors: 'x' }],
  threshold: () => ['x', sums('p'), { weights, tensors: 'x' }],
  batchNormSign: () => ['x', sums('p'), { epsilon: 0.1, weights, tensors: 'x' }],
  multiThreshold: () => [
    'x',
    sums('p'),
    { bits: 2, signed: true, narrow: true, scale: 1, directions: 'each', ...named },
  ],
  maxPool: () => ['x', pixels(), { size: 2, stride: 2, rounding: 'floor' }],
  affine: () => ['x', pixels(), { format, form: 'batch-norm', epsilon: 0.1, rounding: 'half_up', ...named }],
  requantise: () => ['x', pixels(), { min: 0, max: 7, shift: 2, rounding: 'half_up', ...named }],
  add: () => {
    const x = fixed('p');
    return ['x', x, x];
  },
  averagePool: () => ['x', pixels(), { size: 2 }],
  intDense: () => ['x', pixels(), { units: 3, bias: true, bits: 2, narrow: true, weights, tensors: 'x' }],
  intConv2d: () => [
    'x',
    pixels(),
    { filters: 4, kernel: 3, stride: 1, pad: 1, groups: 2, bias: true, bits: 2, narrow: true, ...named },
  ],
  concat: () => {
    const x = pixels();
    return ['x', [x, x]];
  },
  sum: () => {
    const x = fixed('p');
    return ['x', [x, x], { left: [0, 1], weights, tensors: 'x' }];
  },
  decide: () => ['x', dense('fc', pixels(), 3), { classes: 3, ignore: 0, rule: 'first_max' }],
};
const names = Object.keys(calls) as (keyof typeof dsl)[];
const isLayer = (name: string) =>
  !['network', 'checkpoint', 'synthetic', 'signedPixels', 'fixedPoint', 'binarise', 'signedFormat'].includes(name);

/** Issues of the function called with these arguments, in a network that is sound otherwise. All else stays thrown. */
function issuesOf(name: keyof typeof dsl, change: (args: Arguments) => Arguments): readonly Issue[] {
  try {
    typecheck(
      describeNetwork(() => {
        const given = d[name](...change(calls[name]()));
        if (name === 'decide') return given as never;
        const last = isLayer(name) ? given : pixels();
        const bits =
          (last.element as string) === 'bipolar'
            ? last
            : dsl.requantise('end_small', last, { min: 0, max: 7, weights });
        return dsl.decide('end', dsl.binaryDense('end_fc', bits, { units: 2, weights }), { classes: 2 });
      }),
    );
    return [];
  } catch (error) {
    if (error instanceof BitloomError) return error.issues;
    throw error;
  }
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !('node' in value) &&
  !('seed' in value);

/** Paths of all options objects among the arguments, nested ones too, outermost first. */
function objectPaths(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (path.length === 0) return (value as Arguments).flatMap((each, i) => objectPaths(each, [i]));
  if (!isPlain(value)) return [];
  return [path, ...Object.entries(value).flatMap(([key, each]) => objectPaths(each, [...path, key]))];
}

function replaced(
  value: unknown,
  [key, ...path]: readonly (string | number)[],
  by: (old: unknown) => unknown,
): unknown {
  if (key === undefined) return by(value);
  if (Array.isArray(value)) return value.map((each, i) => (i === key ? replaced(each, path, by) : each));
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], path, by) };
}
const changed = (args: Arguments, path: readonly (string | number)[], by: (old: unknown) => unknown) =>
  replaced(args, path, by) as Arguments;

/** Arguments of a legal call, looked at outside any network. */
function argumentsOf(name: keyof typeof dsl): Arguments {
  let args: Arguments = [];
  // What it describes is no network, and need not be.
  expect(() => describeNetwork(() => void (args = calls[name]()))).toThrow(BitloomError);
  return args;
}

test('the table has every function of the DSL', () => {
  expect(Object.values(dsl).every((each) => typeof each === 'function')).toBe(true);
  expect(names.sort()).toEqual(Object.keys(dsl).sort());
});

describe.each(names.filter((name) => name !== 'network'))('%s', (name) => {
  const paths = objectPaths(argumentsOf(name));

  test('a legal call is legal', () => {
    expect(issuesOf(name, (args) => args)).toEqual([]);
  });

  test('an unknown option is named with all that are known, wherever it stands', () => {
    for (const path of paths) {
      const [issue, ...more] = issuesOf(name, (args) =>
        changed(args, path, (old) => ({ ...(old as object), goups: 16 })),
      );
      const option = [...path.slice(1), 'goups'].join('.');
      const known = Object.keys(
        path.reduce((value, key) => (value as Record<string, unknown>)[key], argumentsOf(name) as unknown) as object,
      );
      expect(issue).toMatchObject({ code: 'NN004', got: `unknown option ${option} = 16` });
      expect(issue!.source).toMatch(/^generator\/dsl\/options\.test\.ts:\d+$/);
      expect(issue!.legal!.split(' ').sort()).toEqual(known.sort());
      expect(more).toEqual([]);
    }
    if (paths.length > 0) return;
    // No options at all: an object of them is an argument too many.
    expect(issuesOf(name, (args) => [...args, { goups: 16 }])).toMatchObject([
      { code: 'NN004', got: 'an argument too many: { goups: 16 }' },
    ]);
  });

  test('values of other types are issues, never faults of the generator', () => {
    const values = [undefined, null, '3', NaN, -1, true, [], {}, Symbol('s'), Object.create(null)];
    argumentsOf(name).forEach((argument, i) => {
      for (const value of values) expect(() => issuesOf(name, (args) => changed(args, [i], () => value))).not.toThrow();
      if (typeof argument !== 'string' && !(isPlain(argument) && ['synthetic', 'averagePool'].includes(name)))
        for (const value of [undefined, null, '3', {}])
          expect(issuesOf(name, (args) => changed(args, [i], () => value))).not.toEqual([]);
    });
    for (const path of paths)
      for (const [key, old] of Object.entries(
        path.reduce((value, part) => (value as Record<string, unknown>)[part], argumentsOf(name) as unknown) as object,
      ))
        for (const value of values) {
          const issues = issuesOf(name, (args) => changed(args, [...path, key], () => value));
          if (value !== undefined && (typeof value !== typeof old || Number.isNaN(value)))
            expect(issues, `${name} ${key} = ${inspect(value)}`).not.toEqual([]);
        }
  });

  test('an option that is not given is either optional or named', () => {
    for (const path of paths) {
      const given = path.reduce(
        (value, part) => (value as Record<string, unknown>)[part],
        argumentsOf(name) as unknown,
      ) as object;
      for (const key of Object.keys(given)) {
        const issues = issuesOf(name, (args) =>
          changed(args, path, (old) =>
            Object.fromEntries(Object.entries(old as object).filter(([each]) => each !== key)),
          ),
        );
        if (issues.length > 0)
          expect(issues).toMatchObject([{ code: 'NN004', got: `no ${[...path.slice(1), key].join('.')}` }]);
      }
    }
  });
});

test('all faults of all layers come at once, with did-you-mean', () => {
  const faulty = () =>
    describeNetwork(() => {
      const conv = { filters: 4, kernel: '3', padding: 1, strides: 2, groups: 2, dilation: 1, bias: true };
      const x = d.binaryConv2d('conv', pixels(), conv);
      return dsl.decide('end', d.binaryDense('fc', x, { unit: 2, weights: 'w.safetensors' }), { classes: 2 });
    });
  const legal = 'filters kernel stride pad weights tensors';
  const at = (layer: string) => ({ code: 'NN004', where: `net › ${layer}` });
  expect(faulty).toThrow(BitloomError);
  try {
    faulty();
  } catch (error) {
    expect((error as BitloomError).issues).toMatchObject([
      { ...at('conv (binary-conv)'), got: 'unknown option padding = 1', legal, fix: 'did you mean pad?' },
      { ...at('conv (binary-conv)'), got: 'unknown option strides = 2', legal, fix: 'did you mean stride?' },
      { ...at('conv (binary-conv)'), got: 'unknown option groups = 2', legal },
      { ...at('conv (binary-conv)'), got: 'unknown option dilation = 1', legal },
      { ...at('conv (binary-conv)'), got: 'unknown option bias = true', legal },
      { ...at('conv (binary-conv)'), got: 'kernel = "3"', legal: 'a number' },
      { ...at('conv (binary-conv)'), got: 'no weights', legal: 'checkpoint(…) or synthetic(…)' },
      {
        ...at('fc (binary-dense)'),
        got: 'unknown option unit = 2',
        legal: 'units weights tensors',
        fix: 'did you mean units?',
      },
      { ...at('fc (binary-dense)'), got: 'no units', legal: 'a number' },
      { ...at('fc (binary-dense)'), got: 'weights = "w.safetensors"', legal: 'checkpoint(…) or synthetic(…)' },
    ]);
  }
});

test.each([
  ['sum', ['left'], [0, 0.5], 'NN013'],
  ['sum', ['left'], [16, 0], 'NN013'],
  ['sum', ['left'], [1], 'NN013'],
  ['requantise', ['shift'], 2.5, 'NN013'],
  ['requantise', ['shift'], 25, 'NN013'],
  ['binaryConv2d', ['pad', 'value'], 0.5, 'NN005'],
  ['binaryConv2d', ['pad', 'value'], NaN, 'NN005'],
  ['quantise', ['scale'], 0, 'NN005'],
  ['quantise', ['scale'], -1, 'NN005'],
  ['quantise', ['scale'], Infinity, 'NN005'],
] as const)('%s: %j = %j is refused, not rounded', (name, path, value, code) => {
  expect(issuesOf(name, (args) => changed(args, [2, ...path], () => value))).toMatchObject([{ code }]);
});

test('values are shown on one line, and not a long one', () => {
  const [long] = optionFaults({ a: number }, { a: `x\n${'y'.repeat(1000)}` });
  expect(long!.got).toMatch(/^a = "x\\ny+…$/);
  const rules: Rules<{ readonly pad?: { readonly size: number } }> = { pad: optional(record({ size: number })) };
  expect(optionFaults(rules, { pad: { 'a\nb c d': 1 } })).toEqual([
    { got: 'unknown option pad."a\\nb c d" = 1', legal: 'size' },
    { got: 'no pad.size', legal: 'a number' },
  ]);
});

test('an option without a meaning beside another one is a fault: ε where there is no variance', () => {
  const faults = (form: string, epsilon?: number) =>
    issuesOf('affine', ([name, x]) => [
      name,
      x,
      { format: { min: -8, max: 7, fraction: 0 }, form, ...(epsilon === undefined ? {} : { epsilon }), weights },
    ]).map(({ code, got }) => `${code} ${got}`);
  expect(faults('integer', 0.1)).toEqual(['NN004 epsilon = 0.1 with form = "integer", which has no variance']);
  expect([faults('integer'), faults('batch-norm', 0.1)]).toEqual([[], []]);
});
