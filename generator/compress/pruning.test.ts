// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../passes/random.ts';
import { histogramSvg } from '../report/histogram-chart.ts';
import { densityOf, masked, maskAbove, standardDeviation } from '../tensor/magnitude.ts';
import { magnitudes, peakMask, peakThreshold, peakLayers } from './peak-pruning.ts';
import { pruneLayers, type Masks, type Trainable } from './reversed-pruning.ts';

describe('magnitude', () => {
  const weights = Float32Array.of(0.5, -0.25, 0, 2, -1, 0.125);

  test('keeps what reaches the threshold, and nothing that was pruned before', () => {
    expect([...maskAbove(weights, 0.25)]).toEqual([1, 1, 0, 1, 1, 0]);
    expect([...maskAbove(weights, 0.25, Uint8Array.of(1, 0, 1, 1, 1, 1))]).toEqual([1, 0, 0, 1, 1, 0]);
    expect(densityOf(maskAbove(weights, 0.25))).toBeCloseTo(4 / 6, 12);
    expect([...masked(weights, maskAbove(weights, 1))]).toEqual([0, 0, 0, 2, -1, 0]);
  });

  test('standard deviation about the mean', () => {
    expect(standardDeviation(Float32Array.of(2, 4, 4, 4, 5, 5, 7, 9))).toBeCloseTo(2, 12);
    expect(standardDeviation(Float32Array.of(3, 3, 3))).toBe(0);
  });
});

describe('peak pruning', () => {
  const random = randomFrom('peak');
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  /** Pruned at 0.5 and trained again: a peak at ±0.8, tails to ±3, a gap between. */
  const bimodal = Float32Array.from({ length: 20_000 }, (_, i) => {
    if (i % 4 !== 0) return 0;
    const magnitude = 0.55 + Math.abs(0.25 + 0.1 * gaussian()) + (i % 16 === 0 ? 2 * random() : 0);
    return i % 8 === 0 ? magnitude : -magnitude;
  });

  test('moves the threshold to the peak beyond the gap', () => {
    const threshold = peakThreshold(magnitudes(bimodal, 64));
    expect(threshold).toBeGreaterThan(0.7);
    expect(threshold).toBeLessThan(0.85);
    const mask = peakMask(bimodal);
    bimodal.forEach((w, i) => expect(mask[i]).toBe(w !== 0 && Math.abs(w) >= threshold ? 1 : 0));
    expect(densityOf(mask)).toBeGreaterThan(0.1);
    expect(densityOf(mask)).toBeLessThan(0.25);
  });

  test('prunes nothing where magnitudes only fall off, nothing twice, and nothing of nothing', () => {
    const falling = Float32Array.from({ length: 10_000 }, () => 0.1 - Math.log(1 - random()));
    expect(densityOf(peakMask(falling))).toBe(1);
    expect([...peakMask(Float32Array.of(0, 0, 0))]).toEqual([0, 0, 0]);
    expect([...peakMask(Float32Array.of(0, 2, -2))]).toEqual([0, 1, 1]);
    const { counts } = magnitudes(bimodal, 10);
    expect(counts.reduce((a, b) => a + b)).toBe(5000);
  });
});

/** Three layers without training; the loss is what was pruned, some layers dearer than others. */
function table(
  costs: Readonly<Record<string, number>>,
): Trainable<Readonly<Record<string, Float32Array>>> & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    layers: Object.keys(costs),
    weights: (state, layer) => state[layer]!,
    retrain: async (state, masks) => {
      seen.push(Object.keys(masks).join(' '));
      return Object.fromEntries(
        Object.entries(state).map(([layer, weights]) => [
          layer,
          masks[layer] ? masked(weights, masks[layer]) : weights,
        ]),
      );
    },
    loss: async (state) =>
      Object.entries(state).reduce(
        (sum, [layer, weights]) => sum + costs[layer]! * weights.filter((w) => w === 0).length,
        0,
      ),
  };
}

const ramp = () => Float32Array.from({ length: 10 }, (_, i) => (i + 1) * (i % 2 === 0 ? 1 : -1));
const start = () => ({ first: ramp(), middle: ramp(), last: ramp() });

describe('reversed pruning', () => {
  test('goes from the last layer to the first, backs off one step and goes on; finished masks stay', async () => {
    const model = table({ first: 3, middle: 1, last: 0.1 });
    const { state, masks, steps } = await pruneLayers(model, start(), {
      allowedLoss: 6,
      thresholds: [0.2, 0.5, 1, 1.5],
    });
    expect([...new Set(steps.map(({ layer }) => layer))]).toEqual(['last', 'middle', 'first']);
    expect(Object.keys(masks)).toEqual(['last', 'middle']);
    expect(steps.map(({ kept }) => kept)).toEqual([true, true, true, true, true, false, false]);
    // 1.5 standard deviations of ±1 … ±10 are 9.3.
    expect([state.last, state.middle, state.first].map((weights) => weights!.filter((w) => w !== 0).length)).toEqual([
      1, 9, 10,
    ]);
    expect(steps.at(-1)).toMatchObject({ layer: 'first', kept: false });
    expect(model.seen.filter((names) => names.includes('middle'))).toEqual(
      Array.from({ length: 3 }, (_, i) => (i < 2 ? 'last middle' : 'last middle first')),
    );
  });

  test('forward order goes from the first layer to the last', async () => {
    const { masks, steps } = await pruneLayers(table({ first: 3, middle: 1, last: 0.1 }), start(), {
      allowedLoss: 9,
      thresholds: [0.2, 0.5, 1, 1.5],
      order: 'forward',
    });
    expect([...new Set(steps.map(({ layer }) => layer))]).toEqual(['first', 'middle', 'last']);
    expect(Object.values(masks).map(densityOf)).toEqual([0.9, 0.7, 0.1]);
  });

  test('a layer may add its share of the loss, by its weights, and not what others left', async () => {
    const state = { small: ramp(), large: Float32Array.from([...ramp(), ...ramp(), ...ramp()]) };
    const { masks } = await pruneLayers(table({ small: 1, large: 1 }), state, {
      allowedLoss: 12,
      thresholds: [0.2, 0.5, 1],
    });
    expect(Object.entries(masks).map(([layer, mask]) => [layer, densityOf(mask)])).toEqual([
      ['large', 0.7],
      ['small', 0.7],
    ]);
  });

  test('prunes nothing where nothing may be lost, everything where all may', async () => {
    const none = await pruneLayers(
      table({ first: 1, last: 1 }),
      { first: ramp(), last: ramp() },
      { allowedLoss: 0, thresholds: [0.2] },
    );
    expect([none.masks, none.steps.every(({ kept }) => !kept)]).toEqual([{}, true]);
    const all = await pruneLayers(
      table({ first: 1, last: 1 }),
      { first: ramp(), last: ramp() },
      { allowedLoss: 100, thresholds: [10] },
    );
    expect(Object.values(all.masks).map(densityOf)).toEqual([0, 0]);
  });
});

/** Two linear layers, one behind the other, and how they are trained to do what a teacher does. */
class Student implements Trainable<Linear> {
  static readonly sizes = { inputs: 12, hidden: 8, outputs: 4 };
  readonly layers = ['first', 'last'];
  private readonly wanted: readonly Float32Array[];

  constructor(
    teacher: Linear,
    private readonly examples: readonly Float32Array[],
  ) {
    this.wanted = examples.map((x) => forward(teacher, x).y);
  }

  readonly weights = (state: Linear, layer: string) => state[layer as keyof Linear];

  /** The mean over the examples of the squared distance from the teacher. */
  readonly loss = async (state: Linear) =>
    this.examples.reduce(
      (sum, x, n) => sum + forward(state, x).y.reduce((s, v, o) => s + (v - this.wanted[n]![o]!) ** 2, 0),
      0,
    ) / this.examples.length;

  readonly retrain = async (state: Linear, masks: Masks) => {
    const { inputs, hidden } = Student.sizes;
    const keep = (layer: keyof Linear) => (masks[layer] ? masked(state[layer], masks[layer]) : state[layer]).slice();
    const [first, last] = [keep('first'), keep('last')];
    for (let epoch = 0; epoch < 20; epoch++)
      this.examples.forEach((x, n) => {
        const { h, y } = forward({ first, last }, x);
        const error = y.map((v, o) => v - this.wanted[n]![o]!);
        const back = h.map((_, k) => error.reduce((sum, e, o) => sum + e * last[o * hidden + k]!, 0));
        error.forEach((e, o) =>
          h.forEach((v, k) => (last[o * hidden + k]! -= 0.05 * e * v * (masks['last']?.[o * hidden + k] ?? 1))),
        );
        back.forEach((b, k) =>
          x.forEach((v, i) => (first[k * inputs + i]! -= 0.05 * b * v * (masks['first']?.[k * inputs + i] ?? 1))),
        );
      });
    return { first, last };
  };
}

interface Linear {
  readonly first: Float32Array;
  readonly last: Float32Array;
}

function forward({ first, last }: Linear, x: Float32Array) {
  const { inputs, hidden, outputs } = Student.sizes;
  const h = Float32Array.from({ length: hidden }, (_, k) =>
    x.reduce((sum, v, i) => sum + first[k * inputs + i]! * v, 0),
  );
  const y = Float32Array.from({ length: outputs }, (_, o) =>
    h.reduce((sum, v, k) => sum + last[o * hidden + k]! * v, 0),
  );
  return { h, y };
}

describe('reversed pruning of a trained network', () => {
  test('a trained network: two linear layers find their teacher again, most of whose weights are 0', async () => {
    const { inputs, hidden, outputs } = Student.sizes;
    const random = randomFrom('teacher');
    const sparse = (count: number) =>
      Float32Array.from({ length: count }, () => (random() < 0.3 ? 2 * random() - 1 : 0.02 * (random() - 0.5)));
    const teacher: Linear = { first: sparse(hidden * inputs), last: sparse(outputs * hidden) };
    const examples = Array.from({ length: 150 }, () => Float32Array.from({ length: inputs }, () => 2 * random() - 1));
    const student = new Student(teacher, examples);
    const { state, masks, steps } = await pruneLayers(student, teacher, {
      allowedLoss: 0.002,
      thresholds: [0.1, 0.2, 0.4, 0.8, 1.6],
    });
    const left =
      [...masks['first']!, ...masks['last']!].reduce((a, b) => a + b, 0) / (hidden * inputs + outputs * hidden);
    expect(left).toBeLessThan(0.4);
    expect(await student.loss(state)).toBeLessThanOrEqual(0.002);
    (['first', 'last'] as const).forEach((layer) =>
      state[layer].forEach((w, i) => expect(w !== 0 && !masks[layer]![i]).toBe(false)),
    );
    expect(steps.some(({ kept }) => !kept)).toBe(true);
  });
});

describe('peak pruning by layers', () => {
  const peaked = () => Float32Array.of(0, 5, -5, 5, -5, 5, 4, 6, 0, 9);
  const pruned = (state: Readonly<Record<string, Float32Array>>) => ({
    state,
    masks: Object.fromEntries(
      Object.entries(state).map(([layer, w]) => [layer, Uint8Array.from(w, (v) => Number(v !== 0))]),
    ),
    steps: [],
  });

  test('moves each threshold to its peak, the last layer first, and takes back what costs too much', async () => {
    const { state, masks, steps } = await peakLayers(
      table({ first: 3, last: 0.1 }),
      pruned({ first: peaked(), last: peaked() }),
      2 * 3 + 0.5,
    );
    expect(steps.map(({ layer, kept }) => `${layer} ${kept}`)).toEqual(['last true', 'first false']);
    expect([...masks['last']!]).toEqual([0, 1, 1, 1, 1, 1, 0, 1, 0, 1]);
    expect([...state['first']!]).toEqual([...peaked()]);
    expect([...state['last']!]).toEqual([0, 5, -5, 5, -5, 5, 0, 6, 0, 9]);
  });

  test('a layer whose peak is its smallest weight is no step', async () => {
    const { steps } = await peakLayers(table({ only: 0 }), pruned({ only: Float32Array.of(0, 1, 1, 1, -2, 3) }), 100);
    expect(steps).toEqual([]);
  });
});

test('the histogram of a layer before and after, as SVG: the same bytes every time, other weights other bytes', () => {
  const before = Float32Array.from({ length: 500 }, (_, i) => Math.sin(i) / (1 + (i % 7)));
  const after = masked(before, maskAbove(before, 0.2));
  const picture = (weights: Float32Array) => histogramSvg({ layer: 'fc8', before, after: weights, threshold: 0.2 });
  expect(picture(after)).toMatch(/^<svg[^]*fc8: weights that are not 0[^]*threshold 0\.200[^]*<\/svg>\n$/);
  expect(picture(after)).toBe(picture(after));
  expect(picture(after)).not.toBe(picture(before));
  expect(() =>
    histogramSvg({ layer: 'none', before: new Float32Array(4), after: new Float32Array(4), threshold: 0 }),
  ).not.toThrow();
});
