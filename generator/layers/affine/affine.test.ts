// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { rational, toNumber } from '../../ir/rational.ts';
import { bipolar, int, type Int } from '../../ir/types.ts';
import { randomFrom } from '../../passes/random.ts';
import type { ParameterReader } from '../../layer-kind/layer-kind.ts';
import {
  evaluateLone,
  inferLone,
  integerIn,
  loneNode,
  oneOf,
  randomElements,
  tensorType,
} from '../../layer-kind/lone-node.fixture.ts';
import { affine } from './index.ts';
import { foldAffine } from './fold-affine.ts';
import { signedFormat } from './kind.ts';

const attributes = { ...signedFormat(12, 6), form: 'batch-norm', epsilon: 1e-5 };

function affineNode(input: ReturnType<typeof tensorType>, format: object, a: Int32Array, b: Int32Array, shift: number) {
  const shape = [input.channels];
  return loneNode(affine, { ...attributes, ...format }, input, {
    a: { shape, data: a },
    b: { shape, data: b },
    shift: { shape: [1], data: Int32Array.of(shift) },
  });
}

/** ⌊n / 2^shift⌋ in whole numbers of any size: BigInt's shift rounds down. */
function exactly(x: number, a: number, b: number, shift: number, min: number, max: number): number {
  const half = shift > 0 ? 1n << BigInt(shift - 1) : 0n;
  const y = Number((BigInt(a) * BigInt(x) + BigInt(b) + half) >> BigInt(shift));
  return Math.max(min, Math.min(max, y));
}

test('golden equals whole-number arithmetic on 20,000 elements, extremes of every width included', () => {
  const random = randomFrom('affine');
  let [clamped, free] = [0, 0];
  for (let i = 0; i < 100; i++) {
    const reach = oneOf(random, [5, 4608, 2 ** 20]);
    const input = tensorType(2, 5, 20, int(-reach, reach));
    const shift = integerIn(random, 0, 24);
    const format = oneOf(random, [signedFormat(8, 2), signedFormat(16, 9), { min: 0, max: 255, fraction: 0 }]);
    const corner = (bits: number) =>
      random() < 0.1
        ? oneOf(random, [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1])
        : Math.round((random() - 0.5) * 2 ** integerIn(random, 1, bits));
    const a = Int32Array.from({ length: 20 }, () => corner(16));
    const b = Int32Array.from({ length: 20 }, () => corner(32));
    const elements = randomElements(random, input);
    const wanted = elements.map((x, at) => exactly(x, a[at % 20]!, b[at % 20]!, shift, format.min, format.max));
    expect(evaluateLone(affine, affineNode(input, format, a, b, shift), elements)).toEqual(wanted);
    for (const y of wanted) y === format.min || y === format.max ? clamped++ : free++;
  }
  expect(clamped).toBeGreaterThan(2000);
  expect(free).toBeGreaterThan(2000);
});

test('halves round up, also below zero', () => {
  const node = affineNode(tensorType(1, 5, 1, int(-3, 3)), {}, Int32Array.of(1), Int32Array.of(0), 1);
  expect(evaluateLone(affine, node, [-3, -1, 0, 1, 3])).toEqual([-1, 0, 0, 1, 2]);
});

describe('batch-norm folded', () => {
  test('is within its roundings of the float formula: half a unit, half a factor an input, half a term', () => {
    const random = randomFrom('fold affine');
    let large = 0;
    for (let i = 0; i < 3000; i++) {
      const n = oneOf(random, [27, 144, 2304]);
      const input: Int = oneOf(random, [int(0, n, 2, -n), int(-n * 128, n * 128)]);
      const gamma = (random() - 0.5) * oneOf(random, [0.01, 2]);
      const [scale, offset] = [toNumber(input.scale), toNumber(input.offset)];
      const [beta, mean, variance] = [random() - 0.5, (random() - 0.5) * n * scale, n * (0.1 + random())];
      const { a, b, shift } = foldAffine(input, 6, 1e-5, [gamma], [beta], [mean], [variance])!;
      if (shift < 24) expect(Math.abs(2 * a[0]!) > 32767 || Math.abs(2 * b[0]!) >= 2 ** 31 - 1).toBe(true);
      for (const x of [input.min, input.max, integerIn(random, input.min, input.max)]) {
        const real = ((gamma * (scale * x + offset - mean)) / Math.sqrt(variance + 1e-5) + beta) * 64;
        const y = exactly(x, a[0]!, b[0]!, shift, -Infinity, Infinity);
        expect(Math.abs(y - real)).toBeLessThanOrEqual(0.5 + (0.5 * Math.abs(x) + 0.5) / 2 ** shift + 1e-6);
        if (Math.abs(real) > 64) large++;
      }
    }
    expect(large).toBeGreaterThan(1000);
  });

  test('one channel that needs a smaller shift gives it to all; what never fits is refused', () => {
    const fold = (...gamma: number[]) =>
      foldAffine(
        int(-100, 100),
        0,
        0,
        gamma,
        gamma.map(() => 0),
        gamma.map(() => 0),
        gamma.map(() => 1),
      );
    expect(fold(1)).toEqual({ a: Int32Array.of(16384), b: Int32Array.of(0), shift: 14 });
    expect(fold(1, 1000)).toEqual({ a: Int32Array.of(32, 32000), b: Int32Array.of(0, 0), shift: 5 });
    expect(fold(0)).toEqual({ a: Int32Array.of(0), b: Int32Array.of(0), shift: 24 });
    expect(fold(40_000)).toBeUndefined();
    expect(foldAffine(int(0, 1), 0, 0, [1], [2 ** 31], [0], [1])).toBeUndefined();
  });
});

describe('exact halves go up, where doubles miss them', () => {
  const fold = (input: Int, [gamma, beta, mean, variance]: readonly number[], epsilon = 0) =>
    // The second channel leaves room for no bit below the point.
    foldAffine(input, 0, epsilon, [gamma!, 1.6e6], [beta!, 0], [mean!, 0], [variance!, 1])!;

  test.each([
    ['a factor in units of 1/49', [558526.5, 0, 0, 1], [11399, 0]],
    ['one below 0', [-558526.5, 0, 0, 1], [-11398, 0]],
    ['a term', [49, 0.25, -0.25, 1], [1, 13]],
    ['a term below 0', [49, -24, 0.5, 1], [1, -48]],
    ['a root that is a fraction', [49 * 2.5, 0, 1, 25], [1, -24]],
  ])('%s', (_, norm, [a, b]) => {
    const folded = fold(int(-100, 100, rational(1, 49)), norm);
    expect([folded.shift, folded.a[0], folded.b[0]]).toEqual([0, a, b]);
  });

  test('doubles do miss one of these', () => {
    expect(Math.round(558526.5 * (1 / 49))).toBe(11398);
  });

  test('ε is the fraction that the network file says: √(5.25 + 0.04) = 2.3', () => {
    expect(fold(int(-100, 100, rational(1, 49)), [281.75, 0, 0, 5.25], 0.04).a[0]).toBe(3);
  });

  test('a channel without variance, and no ε, has no factor', () => {
    expect(foldAffine(int(0, 9), 0, 0, [1, 1], [0, 0], [0, 0], [1, 0])).toBeUndefined();
  });
});

describe('integer form', () => {
  const reader = (a: number, shift: number): ParameterReader => ({
    bits: () => new Uint8Array(),
    int8: () => new Int8Array(),
    integers: (key) => Int32Array.of({ a, b: 7, shift }[key]!),
    reals: () => new Float64Array(),
    note: () => undefined,
    refuse: (key, got) => {
      throw new Error(`${key}: ${got}`);
    },
  });
  const resolve = (a: number, shift: number) => {
    const input = tensorType(1, 1, 1, int(-9, 9));
    return affine.resolve!(
      loneNode(affine, { ...attributes, form: 'integer' }, input),
      [input],
      input,
      reader(a, shift),
    );
  };

  test('takes factors, terms and shift as they are', () => {
    expect(resolve(-32768, 24)).toEqual({
      a: { shape: [1], data: Int32Array.of(-32768) },
      b: { shape: [1], data: Int32Array.of(7) },
      shift: { shape: [1], data: Int32Array.of(24) },
    });
  });

  test('refuses factors and shifts that hardware does not hold', () => {
    expect(() => resolve(32768, 3)).toThrow('a: a[0] = 32768');
    expect(() => resolve(1, 25)).toThrow('shift: shift = 25');
    expect(() => resolve(1, -1)).toThrow('shift: shift = -1');
  });
});

describe('shift form', () => {
  const input = tensorType(1, 5, 3, int(-1000, 1000));
  const typed = (shift: number, tensors: (drawn: number) => number = () => shift) => {
    const bare = loneNode(affine, { min: 0, max: 127, fraction: 0, form: 'shift', epsilon: 0, shift }, input);
    const parameters = affine.resolve!(bare, [input], bare.type, {
      bits: () => new Uint8Array(),
      int8: () => new Int8Array(),
      integers: (key, _shape, draw) => (key === 'shift' ? Int32Array.of(tensors(draw(() => 0))) : new Int32Array()),
      reals: () => new Float64Array(),
      note: () => undefined,
      refuse: (key, got) => {
        throw new Error(`${key}: ${got}`);
      },
    });
    return { ...bare, parameters };
  };

  test('divides by a power of two, halves up, and clamps: a ReLU where the least is 0', () => {
    const node = typed(3);
    expect(
      evaluateLone(affine, node, [-1000, -4, -5, 0, 3, 4, 11, 12, 1000, 1015, 8, 9, 20, 28, 27]).slice(0, 9),
    ).toEqual([0, 0, 0, 0, 0, 1, 1, 2, 125]);
  });

  test('the checkpoint has the shift, synthetic weights take that of the network; five bits in all', () => {
    expect(typed(3, () => 9).parameters['shift']!.data[0]).toBe(9);
    expect(typed(3, (drawn) => drawn).parameters['shift']!.data[0]).toBe(3);
    expect(() => typed(25)).toThrow('shift: shift = 25');
    expect([affine.parameterBits!(typed(3)), affine.floatParameters!(typed(3))]).toEqual([5, 0]);
  });
});

describe('infer', () => {
  test('gives the format, with its unit', () => {
    expect(inferLone(affine, attributes, [tensorType(2, 3, 4, int(0, 9, 2, -9))]).type).toEqual(
      tensorType(2, 3, 4, int(-2048, 2047, 1 / 64)),
    );
  });

  test.each([
    [{ min: 5, max: 5 }, 'NN005 format 5..5'],
    [{ min: 0, max: 2 ** 15 }, 'NN005 format 0..32768'],
    [{ min: -0.5 }, 'NN005 format -0.5..2047'],
    [{ fraction: 1.5 }, 'NN005 fraction = 1.5'],
    [{ epsilon: -1 }, 'NN005 epsilon = -1'],
    [{ form: 'float' }, 'NN005 form = "float"'],
  ])('refuses %o', (change, issue) => {
    expect(inferLone(affine, { ...attributes, ...change }, [tensorType(1, 1, 1, int(0, 9))]).issues).toEqual([issue]);
  });

  test('refuses bits', () => {
    expect(inferLone(affine, attributes, [tensorType(1, 1, 1, bipolar)]).issues).toEqual([
      'NN005 an affine map of bits',
    ]);
  });
});

test('48 bits a channel and the shift once', () => {
  const node = affineNode(tensorType(1, 1, 10, int(0, 9)), {}, new Int32Array(10), new Int32Array(10), 0);
  expect(affine.parameterBits!(node)).toBe(485);
});
