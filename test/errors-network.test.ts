// SPDX-License-Identifier: Apache-2.0
/** Network files that must not pass: what is wrong is named, and no name of theirs gets anywhere. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kc705 } from '../generator/boards/kc705.ts';
import { check } from '../cli/commands/gen.ts';
import { verify } from '../cli/commands/verify.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { networkFile, temporaryFolder } from './command-line.ts';
import { said } from './said.ts';

const folder = temporaryFolder();
const silent = { warn: () => {}, progress: () => {} };

/** All passes on a network of this body. */
async function passes(body: string, name?: string): Promise<void> {
  const { graph } = await loadNetwork(networkFile(folder, body, name === undefined ? {} : { name }));
  buildDataflow(typecheck(graph), { board: kc705, clockMhz: 200, fps: 1 });
}

function module(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const sums = "d.binaryConv2d('conv0', pixels, { filters: 8, kernel: 3, weights })";
const bits = `d.batchNormSign('norm0', ${sums}, { weights })`;
const scores = (x: string) => `d.decide('class', d.binaryDense('fc0', ${x}, { units: 4, weights }), { classes: 4 })`;

test('the network that the faulty ones vary is sound', async () => {
  await expect(passes(`return ${scores(bits)};`)).resolves.toBeUndefined();
});

describe('files that describe no network', () => {
  test.each([
    [
      'throws',
      "throw new Error('no GPU');",
      'NN004 invalid network description · throws.ts · Error: no GPU · fix: make the file a module that exports ' +
        'network(…)',
    ],
    [
      'throws-text',
      "throw 'tired';",
      "NN004 invalid network description · throws-text.ts · thrown: 'tired' · fix: make the file a module that " +
        'exports network(…)',
    ],
    [
      'no-default',
      'export const network = 1;',
      'NN004 invalid network description · no-default.ts · no network as default export · fix: export default ' +
        'network(…)',
    ],
    [
      'handmade',
      "export default { name: '../../evil', nodes: [{ name: 'a; endmodule', kind: 'input', inputs: [], " +
        "attributes: {}, tensors: 'a', place: 'x' }] };",
      'NN004 invalid network description · handmade.ts · no network as default export · fix: export default network(…)',
    ],
  ])('%s', async (name, text, expected) => {
    expect(await said(() => loadNetwork(module(`${name}.ts`, text)), folder)).toBe(expected);
  });

  test('a syntax error is named', async () => {
    expect(await said(() => loadNetwork(module('syntax.ts', 'export default network(;')), folder)).toMatch(
      /^NN004 .*syntax\.ts.*(Unexpected|Expected|Expression expected|parse)/i,
    );
  });
});

describe('descriptions that are no network', () => {
  const place = 'net.ts:N';
  test.each([
    [
      'a name twice',
      `${scores(bits)}; return ${scores(bits)};`,
      `NN004 invalid network description · net › conv0 (binary-conv) · ${place} · the name conv0 is taken · ` +
        'fix: give each layer its own name',
    ],
    [
      'nothing returned',
      `${scores(bits)};`,
      'NN004 invalid network description · net · the function returns nothing, the last layer is class · fix: ' +
        'return the last layer',
    ],
    [
      'a layer in the middle returned',
      `const x = ${bits}; ${scores('x')}; return x;`,
      'NN004 invalid network description · net · the function returns norm0, the last layer is class · fix: ' +
        'return the last layer',
    ],
    [
      'a network in a network',
      "return d.network('inner', () => pixels);",
      'NN004 invalid network description · inner · network() inside network net · fix: use a function for a block',
    ],
    [
      'a stream of another network',
      "return d.decide('class', { node: 'elsewhere', element: 'int' }, { classes: 2 });",
      `NN004 invalid network description · net › class (decide) · ${place} · an input elsewhere of another ` +
        'network · fix: use layers of this network',
    ],
  ])('%s', async (_, body, expected) => {
    expect(await said(() => passes(body), folder)).toBe(expected);
  });

  test('a layer outside network(…)', async () => {
    const dsl = new URL('../generator/index.ts', import.meta.url).href;
    const path = module(
      'outside.ts',
      `import { input } from '${dsl}';\ninput('pixels', { height: 1, width: 1, channels: 1 });\n`,
    );
    expect(await said(() => loadNetwork(path), folder)).toBe(
      'NN004 invalid network description · (no network) › pixels (input) · outside.ts:N · a layer outside ' +
        'network(…) · fix: call it in the function given to network()',
    );
  });

  test('samples that are no images', async () => {
    for (const [samples, got] of [
      ["() => { throw new Error('gone'); }", 'Error: gone'],
      ['() => ({ count: 1, pixels: new Uint8Array(3) })', 'no image set of this size'],
    ]) {
      const path = networkFile(folder, `return ${scores(bits)};`);
      writeFileSync(path, `export const samples = ${samples};\n`, { flag: 'a' });
      const options = { board: 'kc705', network: path, out: folder, frames: 1, stall: '0', shard: '1/1' };
      expect(await said(() => verify(options, silent), folder)).toBe(
        `NN004 invalid network description · net › samples · ${got} · legal: { count, pixels }, 32 bytes a frame`,
      );
    }
  });
});

describe('names that must not reach Verilog or the file system', () => {
  const evil = [
    'a; endmodule',
    '../../etc/passwd',
    'a/b',
    'a\nmodule evil',
    '$(reboot)',
    'a"b',
    '',
    'A',
    '0a',
    'a__b',
    '_a',
    'a_',
    'ä',
    'constructor ',
    'status_in',
    's_axis',
    'x'.repeat(41),
    7,
    null,
  ];

  test.each(evil)('%j as a layer', async (name) => {
    const body = `return d.decide(${JSON.stringify(name)}, pixels, { classes: 2 });`;
    expect(await said(() => passes(body), folder)).toContain(
      `NN032 illegal name · net › ${String(name).replace('\n', ' ')} (decide) · net.ts:N · layer name ` +
        `${JSON.stringify(name)} · legal: letters`,
    );
  });

  test.each(evil.filter((name) => !/^(status_in|s_axis)$/.test(String(name))))('%j as a network', async (name) => {
    expect(await said(() => passes(`return ${scores(bits)};`, name as string), folder)).toContain(
      `network name ${JSON.stringify(name)}`,
    );
  });

  test('a path with a line break never becomes a comment', async () => {
    for (const option of ['network', 'weights'] as const)
      expect(
        await said(
          () => check({ board: 'kc705', network: 'tiny', out: folder, [option]: 'a\nmodule evil;' }, silent),
          folder,
        ),
      ).toBe(`NN032 illegal name · --${option} · "a\\nmodule evil;" · legal: a path without control characters`);
  });

  test('text options are checked too', async () => {
    const body =
      `return d.decide('class', d.binaryDense('fc0', ${bits}, { units: 4, weights }), { classes: 4, rule: ` +
      `'first_max"); evil u (' });`;
    expect(await said(() => passes(body), folder)).toContain(
      'NN004 invalid network description · net › class (decide) · net.ts:N · rule = "first_max\\"); evil u (" · ' +
        'legal: first_max highest_bit',
    );
  });
});

describe('mathematics without meaning', () => {
  test.each([
    [
      'a threshold on bits',
      `return ${scores(`d.threshold('again', ${bits}, { weights })`)};`,
      'NN005 shapes do not agree · net › again (threshold) · net.ts:N · a threshold on bits',
    ],
    [
      'sums of sums',
      `return ${scores(`d.binaryDense('first', ${bits}, { units: 4, weights })`)};`,
      'NN006 unsupported construct · net › fc0 (binary-dense) · net.ts:N · sums of sums',
    ],
    [
      'padding of bits with 0',
      'return ' +
        scores(`d.binaryConv2d('conv1', ${bits}, { filters: 2, kernel: 2, pad: { size: 1, value: 0 }, weights })`) +
        ';',
      'NN005 shapes do not agree · net › conv1 (binary-conv) · net.ts:N · pad.value = 0 · legal: -1 1',
    ],
    [
      'stride 0',
      "return d.decide('class', d.binaryConv2d('conv0', pixels, { filters: 8, kernel: 3, stride: 0, weights }), " +
        '{ classes: 3 });',
      'NN005 shapes do not agree · net › conv0 (binary-conv) · net.ts:N · stride = 0 · legal: a positive integer',
    ],
    [
      'epsilon NaN',
      `return ${scores(`d.batchNormSign('norm0', ${sums}, { weights, epsilon: NaN })`)};`,
      'NN005 shapes do not agree · net › norm0 (threshold) · net.ts:N · epsilon = NaN · legal: a finite number from 0',
    ],
    [
      'too many classes',
      `return d.decide('class', d.binaryDense('fc0', ${bits}, { units: 4, weights }), { classes: 5 });`,
      'NN005 shapes do not agree · net › class (decide) · net.ts:N · classes = 5 of 4 values · legal: 1..4',
    ],
  ])('%s', async (_, body, expected) => {
    expect(await said(() => passes(body), folder)).toContain(expected);
  });
});

describe('what dataflow cannot build', () => {
  test.each([
    [
      'a layer nobody reads',
      `${bits}; return d.decide('class', pixels, { classes: 2, ignore: 30 });`,
      'NN006 unsupported construct · net › norm0 (threshold) · net.ts:N · a result that no layer reads · fix: ' +
        'remove the layer, or use its result',
    ],
    [
      'a max-pool without threshold',
      `return d.decide('class', d.maxPool('pool0', ${sums}, { size: 2 }), { classes: 2, ignore: 6 });`,
      'NN006 unsupported construct · net › pool0 (max-pool) · net.ts:N · a max-pool of integers · fix: follow ' +
        'it by a threshold or batch-norm: the pool then runs on bits',
    ],
    [
      'an overlapping pool',
      `return ${scores(`d.maxPool('pool0', ${bits}, { size: 2, stride: 1 })`)};`,
      'NN006 unsupported construct · net › pool0 (max-pool) · net.ts:N · overlapping windows (size 2, stride 1) ' +
        '· fix: make the stride equal the size',
    ],
  ])('%s', async (_, body, expected) => {
    expect((await said(() => passes(body), folder)).split('\n')).toContain(expected);
  });
});
