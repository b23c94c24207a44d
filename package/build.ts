// SPDX-License-Identifier: Apache-2.0
/**
 * Builds dist/, which the package consists of: the same folders as the checkout, with JavaScript and declarations in
 * place of TypeScript. `npm pack` runs this first. Types are not checked here: `npm run typecheck` does that.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import ts from 'typescript';
import { binaries } from '../generator/golden/kernels/assembled.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');

/** What programs and network files import. */
const publicModules = ['generator/index', 'cli/api'];

/** Files beside the modules that bitloom reads when it runs, by folder and ending. */
const assets: readonly (readonly [folder: string, endings: readonly string[]])[] = [
  ['templates', ['.v', '.hbs']],
  ['sim', ['.sv', '.v', '.cpp', '.h', '.vlt']],
  ['networks', ['.safetensors', '.gz']],
];

/** Every import of a value stands as it is written; types go. */
const compilerOptions = { verbatimModuleSyntax: true, target: 'ES2022' } as const;

/** Imports, and URLs of modules that run on threads of their own, name the compiled modules. */
function withCompiledNames(text: string): string {
  return text
    .replace(/((?:\bfrom |\bimport |\bimport\()"\.[^"]*)\.ts"/g, '$1.js"')
    .replace(/(new URL\("\.[^"]*)\.ts(", import\.meta\.url\))/g, '$1.js$2');
}

/** The program, the public modules, the networks, and all modules that these bring in when they run. */
function modules(): Set<string> {
  const found = new Set<string>();
  const find = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    const text = readFileSync(path, 'utf8');
    const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
    const started = [...text.matchAll(/new URL\('(\.[^']*\.m?[jt]s)', import\.meta\.url\)/g)].map(([, name]) => name!);
    for (const name of [...imported, ...started]) if (name.startsWith('.')) find(resolve(dirname(path), name));
  };
  const networks = readdirSync(join(root, 'networks')).filter((name) => name.endsWith('.ts'));
  for (const name of [
    'cli/cli.ts',
    ...publicModules.map((each) => `${each}.ts`),
    ...networks.map((n) => `networks/${n}`),
  ])
    find(join(root, name));
  return found;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Every module as JavaScript, by itself. */
async function compileModules(): Promise<void> {
  const settings = { loader: 'ts', format: 'esm', target: 'node20', tsconfigRaw: { compilerOptions } } as const;
  const compiled = [...modules()].map(async (path) => {
    const { code } = await transform(readFileSync(path, 'utf8'), { ...settings, sourcefile: path });
    write(join(dist, relative(root, path)).replace(/\.ts$/, '.js'), withCompiledNames(code));
  });
  await Promise.all(compiled);
}

/** Declarations of the public modules, and of the modules that these name. Throws what the compiler has to say. */
function declare(): void {
  const names = publicModules.map((name) => join(root, `${name}.ts`));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: names, include: [] }, ts.sys, root);
  const program = ts.createProgram(names, { ...options, noEmit: false, noCheck: true, declaration: true });
  const declared = new Set<string>();
  const declareModule = (name: string): void => {
    if (declared.has(name)) return;
    declared.add(name);
    const emit = (_: string, text: string): void => {
      write(join(dist, relative(root, name)).replace(/\.ts$/, '.d.ts'), text);
      for (const [, to] of text.matchAll(/(?:from |import\()["'](\.[^"']*\.ts)["']/g))
        declareModule(resolve(dirname(name), to!));
    };
    const { diagnostics } = program.emit(program.getSourceFile(name), emit, undefined, true);
    if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, ts.createCompilerHost({})));
  };
  names.forEach(declareModule);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function copyAssets(): void {
  for (const [folder, endings] of assets)
    for (const path of filesIn(join(root, folder)))
      if (endings.includes(extname(path))) cpSync(path, join(dist, relative(root, path)));
  const { name, version, type } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ name, version, type }, null, 2)}\n`);
}

/** Puts the chart library into the one file that knows it, with the licences of what is copied. */
async function bundleCharts(): Promise<void> {
  const svg = 'generator/report/svg';
  const settings = {
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'inline',
  } as const;
  await build({ ...settings, entryPoints: [join(root, `${svg}.ts`)], outfile: join(dist, `${svg}.js`), minify: true });
  const require = createRequire(import.meta.url);
  for (const name of ['echarts', 'zrender']) {
    const folder = dirname(require.resolve(`${name}/package.json`));
    for (const file of readdirSync(folder).filter((each) => /^(licenses?|notice|copyright)/i.test(each)))
      cpSync(join(folder, file), join(dist, 'licenses', name, file), { recursive: true });
  }
}

/** The golden model's kernels as bytes, so that the package needs no assembler. */
function writeKernels(): void {
  const entries = Object.entries(binaries).map(
    ([file, bytes]) => `  ${file}: Buffer.from("${Buffer.from(bytes).toString('base64')}", "base64"),\n`,
  );
  write(join(dist, 'generator/golden/kernels/assembled.js'), `export const binaries = {\n${entries.join('')}};\n`);
}

/** npm links the program by its first line. */
function makeProgram(): void {
  const path = join(dist, 'cli/cli.js');
  writeFileSync(path, `#!/usr/bin/env node\n${readFileSync(path, 'utf8')}`);
}

rmSync(dist, { recursive: true, force: true });
await compileModules();
declare();
makeProgram();
copyAssets();
await bundleCharts();
writeKernels();
