// SPDX-License-Identifier: Apache-2.0
/** Options are defined once: what a design was asked for stands in its manifest, and comes back from there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { architectures } from '../generator/architectures/index.ts';
import { boardNamed } from '../generator/boards/index.ts';
import type { Architecture, Design } from '../generator/design/architecture.ts';
import { planFiles } from '../generator/emit/plan.ts';
import { optionsIn, type Manifest } from '../generator/emit/manifest.ts';
import { rebuildCommand } from '../generator/emit/rebuild.ts';
import {
  camel,
  choicesOf,
  isField,
  isSame,
  typeOf,
  optionValue,
  type DesignOption,
} from '../generator/options/option.ts';
import { clock, fps, primitives } from '../generator/options/target.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { prepare } from '../cli/commands/prepare.ts';
import { temporaryFolder } from './command-line.ts';
import { run } from './streams.ts';

const folder = temporaryFolder();
const warn = () => {};

const int8Network = join(folder, 'int8.ts');
writeFileSync(
  int8Network,
  `
  import * as d from ${JSON.stringify(new URL('../generator/index.ts', import.meta.url).href)};
  const weights = d.synthetic(5, { density: 0.5 });
  export default d.network('small_int8', () => {
    const x = d.quantise('q', d.input('pixels', { height: 6, width: 6, channels: 2 }), d.signedPixels());
    const y = d.intConv2d('conv', x, { filters: 4, kernel: 3, bias: true, weights });
    const z = d.requantise('relu', y, { min: 0, max: 127, weights });
    return d.decide('class', d.intDense('fc', z, { units: 3, weights }), { classes: 3 });
  });
  `,
);

/** Small networks that the architectures can build, and the board. */
const targets: Readonly<Record<string, { readonly network: string; readonly board: string }>> = {
  dataflow: { network: 'tiny', board: 'kc705' },
  shared: { network: 'tiny', board: 'kc705' },
  sparse: {
    network: int8Network,
    board: 'zcu104',
  },
};

/** Legal values of options that are no enumerations. */
const values: Readonly<Record<string, readonly unknown[]>> = {
  fps: ['1', '250.5', '2e3', 'max'],
  clock: [1, 100, 333.25],
  'bram-price': [0, 12.5],
  'calibration-limit': [1, 3],
  units: [2, 4],
  taps: [72, 144],
  unshared: [true],
};

function legalValues(option: DesignOption): readonly unknown[] {
  return choicesOf(option) ?? values[option.name] ?? [];
}

const all = [...new Set([fps, clock, primitives, ...architectures.flatMap(({ options }) => options)])];
const architectureNamed = (name: string) => architectures.find((architecture) => architecture.name === name)!;

type Given = Record<string, unknown>;

/** Some of the architecture's options, each with a legal value. */
function someOptions({ options }: Architecture, random: () => number): Given {
  const given: Given = {};
  for (const option of [fps, clock, primitives, ...options]) {
    const legal = legalValues(option);
    if (legal.length > 0 && random() < 0.5) given[camel(option.name)] = legal[Math.floor(random() * legal.length)];
  }
  // Rates are of the network, which need not reach them.
  if (given['fps'] !== undefined && given['fps'] !== 'max') given['fps'] = '10';
  // Frames and gates are early decision's.
  if (given['early'] === undefined || given['early'] === 'off') {
    delete given['calibrationLimit'];
    delete given['gate'];
  }
  return given;
}

/** The words behind `npm run gen --`, as prepare takes them. */
function parsed(command: string): Given {
  const words = command.replace(/^.*?gen -- /, '').split(/ (?=--)/);
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^--([\w-]+)(?: (.*))?$/.exec(word)!;
      const option = all.find((each) => each.name === name);
      const type = option ? typeOf(option) : 'string';
      return [camel(name!), type === 'boolean' ? true : type === 'number' ? Number(value) : value];
    }),
  );
}

const manifestOf = (design: Design, network: string): Manifest =>
  JSON.parse(planFiles(design, { network, defaulted: false }).get('manifest.json') as string) as Manifest;

describe.each(architectures.map(({ name }) => name))('%s', (name) => {
  const architecture = architectureNamed(name);
  const { network, board } = targets[name]!;
  const random = randomFrom(`options of ${name}`);
  const drawn = Array.from({ length: 6 }, () => someOptions(architecture, random));
  const designs: { given: Given; design: Design }[] = [];

  beforeAll(async () => {
    for (const given of drawn) {
      const { design } = await prepare({ network, board, arch: name, out: folder, ...given }, warn);
      designs.push({ given, design });
    }
  });

  test('random legal options come back from the manifest, and the rebuild command says them', async () => {
    expect(drawn.some((given) => Object.keys(given).length > 1)).toBe(true);
    for (const { given, design } of designs) {
      const manifest = manifestOf(design, network);
      expect(architecture.options.map((option) => isField(option, manifest))).not.toContain(false);
      const back = optionsIn(manifest, architecture);
      expect(back).toMatchObject(
        Object.fromEntries(
          Object.entries(given).filter(([key]) => key !== 'fps' || architecture.options.includes(fps)),
        ),
      );
      const again = await prepare({ network, board, arch: name, out: folder, ...back }, warn);
      expect(manifestOf(again.design, network)).toEqual(manifest);
      const rebuilt = await prepare(
        { out: folder, ...parsed(rebuildCommand(design, { network, defaulted: false })), network } as never,
        warn,
      );
      expect(manifestOf(rebuilt.design, network)).toEqual(manifest);
    }
  });

  test('a manifest of one other value is another design', () => {
    const { design } = designs[0]!;
    const manifest = manifestOf(design, network);
    const held = { ...design.options };
    for (const option of architecture.options) {
      expect([option.name, isSame(option, manifest, held)]).toEqual([option.name, true]);
      const field = camel(option.name);
      if (!(field in manifest) || option.same) continue;
      expect([option.name, isSame(option, { ...manifest, [field]: 'another' }, held)]).toEqual([option.name, false]);
    }
  });
});

test('every option with every architecture is used or refused', async () => {
  const said: string[] = [];
  for (const { name, options } of architectures)
    for (const option of all) {
      const { network, board } = targets[name]!;
      const legal = legalValues(option).filter((value) => !option.unused?.includes(value));
      const value = option.name === 'calibration' ? 'absent.npy' : (legal.at(-1) ?? legal[0]);
      const word = value === true ? [] : [String(value)];
      const early = option.name === 'gate' || option.name.startsWith('calibration') ? ['--early', 'on'] : [];
      const own = [fps, clock, primitives, ...options].includes(option);
      const { exitCode, stderr } = await run([
        ...['check', '--board', board, '--network', network, '--arch', name, `--${option.name}`, ...word],
        ...(own ? early : []),
      ]);
      const refused = stderr.includes(`--${option.name} · ${value} with --arch ${name}`);
      // Images that are not there are looked for: the option is used.
      const used = exitCode === 0 || exitCode === 1 || /absent\.npy/.test(stderr.replace(/·.* with --arch.*/g, ''));
      said.push(`${name} --${option.name}: ${refused ? 'refused' : used ? 'used' : stderr}`);
      expect(said.at(-1)).toBe(`${name} --${option.name}: ${own ? 'used' : 'refused'}`);
    }
  expect(said).toHaveLength(architectures.length * all.length);
}, 300_000);

test('a definition gives type, choices and errors', () => {
  expect(all.map((option) => [option.name, typeOf(option)])).toContainEqual(['bram-price', 'number']);
  for (const option of all) {
    expect(option.help).not.toBe('');
    const choices = choicesOf(option);
    if (!choices) continue;
    expect(() => optionValue(option, `${choices[0]}x`)).toThrow(choices.join(' '));
    for (const choice of choices) expect(optionValue(option, choice)).toBe(choice);
  }
  expect(boardNamed('kc705').clockMhz).toBeGreaterThan(0);
});
