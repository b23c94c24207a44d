// SPDX-License-Identifier: Apache-2.0
/** Wired layers against the definition: small ones of every kind, a real one, and what Yosys makes of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { cellText } from '../../../hardware/cell-library.ts';
import { replaced } from '../../../../sim/mutant.ts';
import { lacks } from '../../../../test/absent.ts';
import { sharedData } from '../../../images/shared-data.ts';
import { openWeights } from '../../../import/index.ts';
import { loadNetwork } from '../../../network-file/load-network.ts';
import { askedBy } from '../../../passes/asked-tensors.ts';
import { inferTypes } from '../../../passes/infer-types.ts';
import { countCells } from '../../../synth/count-cells.ts';
import { portLevels } from '../../../synth/logic-levels.ts';
import {
  decidingWindows,
  expected,
  library,
  models,
  netlistOf,
  netlistSources,
  randomLayer,
  simulate,
} from './bench.fixture.ts';
import {
  emitWired,
  emitWiredPixels,
  estimateWired,
  latencyOf,
  wireLayer,
  wirePixels,
  type WiredLayer,
  type WiredStyle,
  type WiredWeights,
} from './index.ts';
import { vivado } from '../../../toolchains/vivado/index.ts';

const asked = askedBy(inferTypes((await loadNetwork('cnv')).graph));

const [noIcarus, noVerilator, noYosys] = [lacks('iverilog'), lacks('verilator'), lacks('yosys')];

const filesOf = (layer: WiredLayer, style: WiredStyle) => emitWired(layer, { prefix: 'some', origin: 'a test', style });

async function compared(
  weights: WiredWeights,
  layer: WiredLayer,
  style: WiredStyle,
  lutLevel = false,
  randoms = 60,
): Promise<{ said: string; wanted: string }> {
  const windows = decidingWindows(weights, randoms, 'windows');
  const outputs = windows.map((window) => expected(weights, window));
  const said = await simulate({
    module: 'some_wired',
    files: filesOf(layer, style),
    latency: latencyOf(layer),
    windows,
    outputs,
    lutLevel,
  });
  return { said, wanted: `checked ${windows.length}` };
}

const shapes = [
  [5, 1],
  [1, 3],
  [7, 2],
  [9, 6],
  [13, 5],
  [27, 16],
  [31, 20],
  [50, 9],
  [64, 3],
  [72, 12],
  [99, 7],
  [100, 20],
] as const;
const views = [
  ['portable', false],
  ['xc7', false],
  ['xc7', true],
  ['xcup', true],
] as const;

test('windows meet every threshold exactly, and miss it by one, in every kind of compare', () => {
  const kinds = new Set<string>();
  for (const [taps, filters] of shapes) {
    const layer = randomLayer(taps, filters, `${taps} ${filters} 0`);
    const windows = decidingWindows(layer, 0, 'windows');
    for (let k = 0; k < filters; k++) {
      const threshold = layer.thresholds[k]!;
      const row = layer.weights.subarray(k * taps, (k + 1) * taps);
      const beyond = new Set(
        windows.map((window) => window.reduce((sum, bit, i) => sum + (bit === row[i] ? 1 : 0), 0) - threshold),
      );
      if (threshold >= 0 && threshold <= taps) expect(beyond).toContain(0);
      if (threshold >= 1 && threshold <= taps + 1) expect(beyond).toContain(-1);
      kinds.add(threshold <= 0 ? 'always' : threshold > taps ? 'never' : 'sometimes');
    }
    for (const { nodes, complemented } of wireLayer(layer).groups) {
      kinds.add(complemented ? 'complemented' : 'as it is');
      for (const node of nodes) if ('mirrored' in node) kinds.add(`${node.op}${node.mirrored ? ' mirrored' : ''}`);
    }
  }
  expect([...kinds].sort()).toEqual([
    'always',
    'as it is',
    'atLeast',
    'atLeast mirrored',
    'complemented',
    'exceeds',
    'exceeds mirrored',
    'never',
    'sometimes',
  ]);
});

describe.skipIf(noIcarus)('random layers do what their weights say', () => {
  test.each(
    shapes.flatMap(([taps, filters]) => views.map(([style, lutLevel]) => [taps, filters, style, lutLevel] as const)),
  )('%i taps, %i kernels, %s, LUT by LUT: %s', async (taps, filters, style, lutLevel) => {
    for (let seed = 0; seed < 2; seed++) {
      const weights = randomLayer(taps, filters, `${taps} ${filters} ${seed}`);
      for (const groupSize of seed === 0 ? [undefined, 1, 4] : [undefined]) {
        const { said, wanted } = await compared(weights, wireLayer(weights, groupSize), style, lutLevel);
        expect(said).toBe(wanted);
      }
    }
  });
});

/** Layers of BNN-PYNQ's cnvW1A1, named as its importer names them. */
function published(name: string, filters?: number): WiredWeights {
  const source = openWeights(join(sharedData!, 'bnn-pynq/params/cifar10/cnvW1A1'), () => asked);
  const thresholds = source.get(`${name}.thresholds`).data as Int32Array;
  const weights = source.get(`${name}.weights`).data as Uint8Array;
  const taps = weights.length / thresholds.length;
  return {
    taps,
    weights: weights.subarray(0, (filters ?? thresholds.length) * taps),
    thresholds: thresholds.subarray(0, filters),
  };
}

describe.skipIf(noIcarus || !sharedData)('cnvW1A1, 576 taps, 64 kernels', () => {
  test.each(views)('%s, LUT by LUT: %s', async (style, lutLevel) => {
    const weights = published('conv1');
    const { said, wanted } = await compared(weights, wireLayer(weights), style, lutLevel, lutLevel ? 4 : 60);
    expect(said).toBe(wanted);
  });

  test('the same weights give the same text', () => {
    const weights = published('conv1', 12);
    expect(filesOf(wireLayer(weights), 'xc7')).toEqual(filesOf(wireLayer(weights), 'xc7'));
  });
});

describe.skipIf(noVerilator)('Verilator has nothing to say', () => {
  const layers: readonly (readonly [string, WiredWeights])[] = [
    ['one tap', randomLayer(1, 1, 'lint')],
    ['constants only', { taps: 9, weights: new Uint8Array(27), thresholds: [0, 10, -5] }],
    ['constants only, also of pixels', { taps: 9, weights: new Uint8Array(27), thresholds: [-9999, 9999, -9999] }],
    ['equal kernels', { taps: 9, weights: new Uint8Array(36), thresholds: [1, 4, 5, 9] }],
    ['27 taps, 16 kernels', randomLayer(27, 16, 'lint')],
    ['150 taps, 7 kernels', randomLayer(150, 7, 'lint')],
  ];
  /** All that it says of a layer in every style, of bits and of pixels, as simulators and as synthesis see it. */
  async function lint(weights: WiredWeights, edit = (text: string) => text): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'wired-'));
    const pixels = wirePixels({
      taps: weights.taps,
      bits: 8,
      weights: weights.weights,
      thresholds: weights.thresholds,
    });
    try {
      const styles = ['portable', 'xc7', 'xcup'] as const;
      const files = styles.flatMap((style) => [
        ...emitWired(wireLayer(weights), { prefix: `some_${style}`, origin: 'a test', style }),
        ...emitWiredPixels(pixels, { prefix: `first_${style}`, origin: 'a test', style }),
      ]);
      for (const { path, text } of files) writeFileSync(join(folder, path), edit(text));
      // One run of the tool reads all of them, below a module that connects nothing.
      const instances = styles
        .flatMap((style) => [`some_${style}`, `first_${style}`])
        .map((x) => `${x}_wired u_${x} ();`);
      const [off, on] = ['off', 'on'].map((what) => `/* verilator lint_${what} PINMISSING */`);
      writeFileSync(join(folder, 'all.v'), [off, 'module all;', ...instances, 'endmodule', on, ''].join('\n'));
      let said = '';
      for (const view of [[], ['-DSYNTHESIS']]) {
        const places = [...library, '-y', models, '-y', folder, join(folder, 'all.v')];
        const { all } = await execa('verilator', ['--lint-only', '-Wall', ...view, ...places], {
          reject: false,
          all: true,
        });
        said += all;
      }
      return said;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test.each(layers)('%s', async (_, weights) => expect(await lint(weights)).toBe(''));

  test.each(['some_portable', 'some_xc7', 'some_xcup', 'first_portable', 'first_xc7', 'first_xcup'])(
    'and has, where a wire is odd: %s',
    async (name) => {
      const odd = (text: string) =>
        text.includes(`module ${name}_wired `) ? text.replace(/endmodule/, 'wire odd = clk;\nendmodule') : text;
      expect(await lint(randomLayer(1, 1, 'lint'), odd)).toContain('%Warning-UNUSEDSIGNAL');
    },
  );
});

describe.skipIf(noIcarus)('a fault shows', () => {
  const weights = randomLayer(72, 12, 'faults');
  const layer = wireLayer(weights, 4);
  const windows = decidingWindows(weights, 20, 'windows');
  const outputs = windows.map((window) => expected(weights, window));
  const run = (edit: (text: string) => string, style: WiredStyle, lutLevel = false) => {
    const files = filesOf(layer, style).map((file) =>
      file.path === 'some_wired_0.v' ? { ...file, text: edit(file.text) } : file,
    );
    return simulate({ module: 'some_wired', files, latency: latencyOf(layer), windows, outputs, lutLevel });
  };
  const faults: readonly (readonly [string, RegExp, (found: string) => string])[] = [
    [
      'a tap inverted',
      /INVERT\(7'h\w+\)|\+ \{2'd0, ~?window/,
      (found) =>
        found.startsWith('I')
          ? found.endsWith('h0)')
            ? "INVERT(7'h1)"
            : "INVERT(7'h0)"
          : found.includes('~')
            ? found.replace('~', '')
            : found.replace('window', '~window'),
    ],
    [
      'a constant one lower',
      /(?<=\D)(\d+)'d([1-9]\d*)(?=[,)\s;])/,
      (found) => found.replace(/\d+$/, (value) => `${Number(value) - 1}`),
    ],
    ['a tap of another class', /window\[\d+\]/, (found) => (found === 'window[0]' ? 'window[1]' : 'window[0]')],
    ['a threshold one higher', /THRESHOLD\((\d+)\)/, (found) => `THRESHOLD(${Number(/\d+/.exec(found)![0]) + 1})`],
    ['a compare mirrored', /MIRROR\([01]\)/, (found) => (found === 'MIRROR(0)' ? 'MIRROR(1)' : 'MIRROR(0)')],
  ];

  test('and none shows where there is none', async () => {
    for (const [style, lutLevel] of views)
      expect(await run((text) => text, style, lutLevel)).toBe(`checked ${windows.length}`);
  });

  test.each(faults)('%s', async (_, pattern, replacement) => {
    for (const [style, lutLevel] of views) {
      const edit = (text: string) => text.replace(pattern, replacement);
      const original = filesOf(layer, style).find(({ path }) => path === 'some_wired_0.v')!.text;
      expect(edit(original)).not.toBe(original);
      expect(await run(edit, style, lutLevel)).toMatch(/differing outputs/);
    }
  });
});

describe.skipIf(noIcarus)('a fault in a cell shows', () => {
  // Sums of nine bits: a CARRY8 is not enough.
  const weights = randomLayer(300, 4, 'cells');
  const layer = wireLayer(weights);
  const windows = decidingWindows(weights, 20, 'windows');
  const outputs = windows.map((window) => expected(weights, window));
  test.each([
    ['none', 'nn_xilinx_carry', 'xcup', 'module', 'module', /^checked \d+$/],
    [
      'nothing enters CARRY8',
      'nn_xilinx_carry',
      'xcup',
      'i == 0 ? enter : co',
      "i == 0 ? 1'b0 : co",
      /differing outputs/,
    ],
    [
      'no carry into the next CARRY8',
      'nn_xilinx_carry',
      'xcup',
      'co[(i == 0 ? 0 : 8*i - 1)]',
      "1'b0",
      /differing outputs/,
    ],
    [
      'no carry into the next CARRY4',
      'nn_xilinx_carry',
      'xc7',
      'co[(i == 0 ? 0 : 4*i - 1)]',
      "1'b0",
      /differing outputs/,
    ],
    ['the majority loses a term', 'nn_sum3', 'portable', '(z & (x ^ y))', '(z & x)', /differing outputs/],
    ['a unit is lost', 'nn_sum3', 'portable', 'majority, units[0]', "majority, 1'b0", /differing outputs/],
    [
      'half is added',
      'nn_exceeds',
      'portable',
      '(~half & (a_all ^ b_all))',
      '(half & (a_all ^ b_all))',
      /differing outputs/,
    ],
    ['no unit', 'nn_exceeds', 'portable', '{majority, unit}', "{majority, 1'b0}", /differing outputs/],
  ] as const)('%s in %s, %s', async (_, cell, style, before, after, said) => {
    const folder = mkdtempSync(join(tmpdir(), 'wired-'));
    try {
      const text = cellText(cell);
      const edited = replaced(before, after)(text);
      expect(edited === text).toBe(before === after);
      writeFileSync(join(folder, `${cell}.v`), edited);
      const netlist = [join(folder, `${cell}.v`), ...library, '-y', models];
      expect(
        await simulate({
          module: 'some_wired',
          files: filesOf(layer, style),
          latency: latencyOf(layer),
          windows,
          outputs,
          lutLevel: true,
          netlist,
        }),
      ).toMatch(said);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(noYosys || noIcarus)('what Yosys makes of it', () => {
  test.each([
    [27, 16, 'xc7'],
    [99, 7, 'xc7'],
    [72, 12, 'xc7'],
    [72, 12, 'xcup'],
    [72, 12, 'portable'],
  ] as const)(
    '%i taps, %i kernels, %s: the estimated LUTs, few levels, the same bits',
    async (taps, filters, style) => {
      const weights = randomLayer(taps, filters, `netlist ${taps}`);
      const layer = wireLayer(weights);
      const folder = mkdtempSync(join(tmpdir(), 'wired-'));
      try {
        const netlist = await netlistOf(filesOf(layer, style), 'some_wired', folder, style);
        const { lut, ff } = countCells(netlist, vivado.synthesis('xc7'));
        const estimate = estimateWired(layer);
        // The estimate is of primitives.
        if (style !== 'portable') expect(Math.abs(estimate.lut - lut)).toBeLessThanOrEqual(0.02 * lut + 2);
        expect(Math.abs(estimate.ff - ff)).toBeLessThanOrEqual(0.02 * ff + 2);
        const { ffToFf, inToFf } = portLevels(netlist, vivado.synthesis('xc7'));
        expect(Math.max(ffToFf!, ...Object.values(inToFf))).toBeLessThanOrEqual(6);

        const windows = decidingWindows(weights, 60, 'windows');
        const outputs = windows.map((window) => expected(weights, window));
        const sources = await netlistSources(folder);
        expect(
          await simulate({
            module: 'netlist',
            files: [],
            latency: latencyOf(layer),
            windows,
            outputs,
            netlist: sources,
          }),
        ).toBe(`checked ${windows.length}`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
