// SPDX-License-Identifier: Apache-2.0
/** Files given as networks that are none, or misbehave: an issue and exit 2, whatever their code does. */
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { bitloom, networkFile, root, temporaryFolder, type Ran } from './command-line.ts';

const folder = temporaryFolder();
const dense = "return d.decide('class', d.binaryDense('fc0', pixels, { units: 3, weights }), { classes: 3 });";

/** Files by what is wrong with them: their text, and what is said. */
const files: Readonly<Record<string, readonly [name: string, text: string, says: RegExp]>> = {
  'never settles': ['never.mts', 'await new Promise(() => {});', /NN004 .* it waits for what never comes/],
  'throws text': ['text.ts', 'throw "so";', /NN004 .* thrown: 'so'/],
  'throws an empty text': ['empty-text.ts', 'throw "";', /NN004 .* thrown: ''/],
  'throws nothing': ['nothing.ts', 'throw undefined;', /NN004 .* thrown: undefined/],
  'throws null': ['null.ts', 'throw null;', /NN004 .* thrown: null/],
  'throws what has no text': [
    'textless.ts',
    'throw Object.create(null);',
    /NN004 .* thrown: \[Object: null prototype\]/,
  ],
  'throws a proxy': [
    'proxy-thrown.ts',
    'throw new Proxy({}, { has() { throw 1; }, getPrototypeOf() { throw 2; }, get() { throw 3; } });',
    /NN004 .* thrown: /,
  ],
  'throws an error without text': [
    'bare.ts',
    'throw Object.assign(new Error(), { toString() { throw 1; } });',
    /NN004 .* thrown: /,
  ],
  'exports a promise': ['promise.ts', 'export default Promise.resolve({});', /NN004 .* no network as default export/],
  'exports a proxy': [
    'proxy.ts',
    'export default new Proxy({}, { get() { throw 1; }, has() { throw 2; }, getPrototypeOf() { throw 3; } });',
    /NN004/,
  ],
  'exports a getter that throws': [
    'getter.cjs',
    'module.exports = { get default() { throw new Error("got"); } };',
    /NN004/,
  ],
  'exports a function': ['function.ts', 'export default () => 1;', /no network as default export/],
  'exports a copy of a network': [
    'copy.ts',
    'import tiny from ROOT/networks/tiny.ts; export default { ...tiny };',
    /no network as default export/,
  ],
  'ends the process': ['exit.ts', 'process.exit(0);', /NN004 .* it ends the process \(exit 0\)/],
  'ends the process, and hides it': [
    'hidden.ts',
    'try { process.exit(5); } catch {} export default 1;',
    /NN004 .* it ends the process \(exit 5\)/,
  ],
  'leaves a rejection to itself': [
    'rejection.ts',
    'void Promise.reject(new Error("lost")); export default 1;',
    /NN004 .* Error: lost/,
  ],
  'throws in a timer': [
    'timer.mts',
    'setTimeout(() => { throw new Error("later"); }); await new Promise(() => {});',
    /NN004 .* Error: later/,
  ],
  'has a syntax error': ['syntax.ts', 'export default {', /NN004/],
  'imports what is not there': ['import.ts', "import './absent.ts';", /NN004 .* Cannot find module/],
  'imports an absent package': ['package.ts', "import 'no-such-package-of-ours';", /NN004 .* Cannot find package/],
  'is a program': ['program.ts', 'import ROOT/sim/sweep.main.ts;', /NN004/],
  'is the generator': ['generator.ts', 'export * from ROOT/cli/main.ts;', /NN004 .* no network as default export/],
  'is empty': ['empty.ts', '', /no network as default export/],
  'is JSON': ['data.json', '{ "name": "net", "nodes": [] }', /NN004/],
  'is no JSON': ['bad.json', '{', /NN004/],
  'is Python': ['net.py', 'import torch\n', /NN004/],
  'is bytes': ['net.bin', '\0\x01\xff', /NN004/],
  'has no ending': ['net', 'export default 1;', /NN004/],
  'has samples that throw nothing': [
    'samples.ts',
    'export { default } from ROOT/networks/tiny.ts; export const samples = () => { throw undefined; };',
    /NN004 .*samples/,
  ],
  'has samples that never come': [
    'late.ts',
    'export { default } from ROOT/networks/tiny.ts; export const samples = () => new Promise(() => {});',
    /NN004 .*samples/,
  ],
  'has samples that are none': [
    'none.ts',
    'export { default } from ROOT/networks/tiny.ts; export const samples = 5;',
    /NN004 .*samples/,
  ],
};

const said = new Map<string, Ran>();

beforeAll(async () => {
  const paths = Object.entries(files).map(([what, [name, text]]) => {
    const path = join(folder, name);
    writeFileSync(
      path,
      text.replace(/ROOT([^;]*\.ts)/, (_, rest: string) => JSON.stringify(join(root, rest))),
    );
    return { what, path };
  });
  mkdirSync(join(folder, 'a folder.ts'));
  paths.push(
    { what: 'is a folder', path: join(folder, 'a folder.ts') },
    { what: 'has a long name', path: 'n'.repeat(10_000) },
  );
  // One process for all, and outside of vitest, which would load them in its own way.
  const driver = join(folder, 'driver.mts');
  writeFileSync(join(folder, 'paths.json'), JSON.stringify(paths));
  writeFileSync(
    driver,
    `
    import { readFileSync } from 'node:fs';
    import { run } from ${JSON.stringify(join(root, 'test/streams.ts'))};
    const all = [];
    for (const { what, path } of JSON.parse(readFileSync(${JSON.stringify(join(folder, 'paths.json'))}, 'utf8'))) {
      const words = ['verify', '--board', 'kc705', '--network', path, '--json'];
      words.push('--out', ${JSON.stringify(join(folder, 'out'))});
      all.push([what, await run(words)]);
    }
    process.stdout.write(JSON.stringify(all), () => process.exit());`,
  );
  const { stdout } = await execa(process.execPath, ['--import', import.meta.resolve('tsx'), driver]);
  for (const [what, ran] of JSON.parse(stdout) as [string, Ran][]) said.set(what, ran);
});

test.each([
  ...Object.entries(files).map(([what, [, , says]]): [string, RegExp] => [what, says]),
  ['is a folder', /NN003 .*: a folder, not a file/] as const,
  ['has a long name', /NN003/] as const,
])('a file that %s', (what, says) => {
  const { exitCode, stdout, stderr } = said.get(what)!;
  expect(stderr).toMatch(says);
  expect(exitCode).toBe(2);
  expect((JSON.parse(stdout) as { issues: { code: string }[] }).issues.map((issue) => issue.code)).toEqual([
    says.source.includes('NN003') ? 'NN003' : 'NN004',
  ]);
});

describe('the process itself', () => {
  const check = (network: string) => ['check', '--board', 'kc705', '--network', network, '--json'];

  test('the command line as a network', async () => {
    const { exitCode, stdout } = await bitloom(check('cli/cli.ts'));
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      2,
      { issues: [{ code: 'NN004', got: 'no network as default export' }] },
    ]);
  });

  test('a network that prints and leaves a timer behind', async () => {
    const network = networkFile(
      folder,
      `console.log('built'); setInterval(() => {}, 1000); process.exitCode = 7; ${dense}`,
    );
    const { exitCode, stdout, stderr } = await bitloom(check(network));
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { issues: [] }]);
    expect(stderr).toMatch(/^built$/m);
  });

  test('an end in the middle of a command is a fault', async () => {
    const hook = join(folder, 'ends.cjs');
    writeFileSync(hook, 'Number.prototype.toLocaleString = () => process.exit(0);');
    const { exitCode, stdout } = await bitloom(check('tiny'), { node: ['--require', hook] });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      3,
      { issues: [], internal: expect.stringContaining('in the middle') },
    ]);
  });

  test('stdout that is full, and one that nobody reads', async () => {
    const cli = ['--import', import.meta.resolve('tsx'), join(root, 'cli/cli.ts'), ...check('tiny')];
    const full = openSync('/dev/full', 'w');
    const { exitCode, stderr } = await execa(process.execPath, cli, { reject: false, stdout: full as never });
    closeSync(full);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/NN030 output folder not writable · stdout · ENOSPC/),
    ]);
    const quoted = [process.execPath, ...cli].map((word) => `'${word}'`).join(' ');
    const closed = await execa('bash', ['-c', `${quoted} | true; echo \${PIPESTATUS[0]}`], { reject: false });
    expect([closed.stdout, closed.stderr]).toEqual(['0', expect.not.stringContaining('EPIPE')]);
  });
});
