// SPDX-License-Identifier: Apache-2.0
/** The laws of the house about its own sources (docs/architecture.md): who may see whom, and what nobody may do. */
import { basename, dirname } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { architectures } from '../generator/architectures/index.ts';
import { boards } from '../generator/boards/index.ts';
import { kc705 } from '../generator/boards/kc705.ts';
import { layerKinds } from '../generator/layers/index.ts';
import { usage } from '../generator/hardware/fit.ts';
import { table } from '../generator/report/tables.ts';
import { importsOf, parse, projectFiles, reach, read, walk } from './sources.ts';

const files = projectFiles();
const modules = files.filter((file) => /\.(ts|mjs)$/.test(file) && !/\.(test|fixture)\.ts$/.test(file));
const generator = modules.filter((file) => /^(cli|generator)\//.test(file));
const registry = 'generator/layers/index.ts';
const isGolden = (file: string) => /^generator\/(layers\/[^/]+\/golden(-wasm)?\.ts|golden\/)/.test(file);
const isLowering = (file: string) =>
  /^generator\/(layers\/[^/]+\/(dataflow|shared-array|sparse)\.ts|emit\/|stream-top\/)/.test(file);

describe('the golden model and the lowering never see each other', () => {
  const goldens = generator.filter(isGolden);
  const lowerings = generator.filter((file) =>
    /^generator\/layers\/[^/]+\/(dataflow|shared-array|sparse)\.ts$/.test(file),
  );

  test('there is something to look at, and the graph finds it', () => {
    expect(goldens.length).toBeGreaterThanOrEqual(layerKinds.length + 4);
    expect(lowerings.length).toBeGreaterThanOrEqual(layerKinds.length);
    // Kinds know their golden half alone: architectures have tables of their own, and the interpreter reaches none.
    expect([...reach('generator/golden/interpret.ts')].filter(isLowering)).toEqual([]);
    expect([...reach('generator/layers/binary-conv/dataflow.ts')]).toContain(
      'generator/architectures/dataflow/matvec/lower.ts',
    );
    expect([...reach('generator/golden/infer.ts')]).toContain('generator/golden/worker.ts');
    expect(
      importsOf(
        'x.ts',
        "import type { A } from './a.ts'; import { type B } from './b.ts'; import { type C, d } from './c.ts'; " +
          "export * from './e.ts';",
      ),
    ).toEqual(['c.ts', 'e.ts']);
  });

  test.each(goldens)('%s reaches no lowering', (file) => {
    const reached = [...reach(file, (to) => to === registry)];
    expect(reached.filter(isLowering)).toEqual([]);
    // Names of beats and hex words are shared; folding, placement and costs are the mapping's own.
    expect(
      reached.filter((to) =>
        [
          /^generator\/(architectures\/|stream-top\/|hardware\/(?!hardware\.ts))/,
          /^generator\/layers\/[^/]+\/(dataflow|shared-array|sparse)\.ts/,
        ].some((mapping) => mapping.test(to)),
      ),
    ).toEqual([]);
    if (file.startsWith('generator/layers/')) expect(reached).not.toContain(registry);
  });

  test.each(lowerings)('%s reaches no golden model', (file) => {
    expect([...reach(file)].filter((to) => isGolden(to) || to === registry)).toEqual([]);
  });
});

describe('passes ask the kind and never look at its name', () => {
  const names = new Set(layerKinds.map((kind) => kind.kind));
  // generator/synth and toolchains/ read netlists, whose ports have directions "input" and "output";
  // generator/architectures/dataflow/wired makes some, of cells that "add";
  // importers write network files, which call layers by name; mutants name the cells they break;
  // an architecture's table has a line a kind.
  const askers = modules.filter(
    (file) =>
      /^(generator|sim)\//.test(file) &&
      !/^(generator\/(layers\/[^/]+\/|importers\/|synth\/|toolchains?\/)|sim\/mutants)/.test(file) &&
      !/^generator\/architectures\/(dataflow\/(wired\/|matvec\/wired)|[^/]+\/(layers|roles)\/)/.test(file),
  );

  /** `x.kind === …`, `switch (x.kind)`, and the name of a kind as text. */
  function branches(file: string, text?: string): string[] {
    const found: string[] = [];
    walk(parse(file, text), (node) => {
      const isKind = (n: ts.Node) =>
        ts.isPropertyAccessExpression(n) && n.name.text === 'kind' && !ts.isCallExpression(n.parent);
      const compared =
        ts.isBinaryExpression(node) &&
        /^[!=]==?$/.test(node.operatorToken.getText()) &&
        [node.left, node.right].some(isKind);
      const switched = ts.isSwitchStatement(node) && isKind(node.expression);
      const named = ts.isStringLiteralLike(node) && names.has(node.text);
      if (compared || switched || named) found.push(node.getText());
    });
    return found;
  }

  test('the scan sees what it looks for', () => {
    expect(
      branches('x.ts', "if (node.kind === other) f(); switch (node.kind) {} g('max-pool'); node.kind(1);"),
    ).toHaveLength(3);
    expect(askers.length).toBeGreaterThan(40);
  });

  test.each(askers)('%s', (file) => {
    expect(branches(file)).toEqual([]);
  });
});

describe('outside their folders nobody names an architecture', () => {
  const names = new Set(architectures.map(({ name }) => name));
  // Benches of sim/ that are made for one of them name it; what chooses a bench asks its interface.
  const askers = modules
    .filter((file) => /^(cli|generator|sim\/harness)\//.test(file))
    .filter((file) => !file.startsWith('generator/architectures/'));
  /** A layer's style is a word of report.json. */
  const isStyle = (node: ts.Node): boolean =>
    /^(readonly )?style\b|\bstyle [!=]==/.test(node.parent.getText()) ||
    (ts.isLiteralTypeNode(node.parent) && isStyle(node.parent.parent));

  function named(file: string, text?: string): string[] {
    const found: string[] = [];
    walk(parse(file, text), (node) => {
      if (ts.isStringLiteralLike(node) && names.has(node.text) && !isStyle(node)) found.push(node.getText());
    });
    return found;
  }

  test('the scan sees what it looks for', () => {
    expect(named('x.ts', "if (design.architecture.name === 'sparse') f({ arch: 'shared' });")).toHaveLength(2);
    expect(named('x.ts', "type A = { readonly style: 'early' | 'shared' }; const b = { style: 'sparse' };")).toEqual(
      [],
    );
    expect(askers.length).toBeGreaterThan(100);
  });

  test('and they do not', () => {
    expect(askers.flatMap((file) => named(file).map((name) => `${file}: ${name}`))).toEqual([]);
  });
});

test('a layer is one folder with the same files, and a line in the registry', () => {
  const folders = new Set(
    generator.filter((file) => /^generator\/layers\/[^/]+\/kind\.ts$/.test(file)).map((file) => dirname(file)),
  );
  for (const folder of folders)
    for (const name of ['kind.ts', 'golden.ts', 'index.ts', `${basename(folder)}.test.ts`])
      expect(files).toContain(`${folder}/${name}`);
  const registered = importsOf(registry).map((file) => dirname(file));
  expect(new Set(registered)).toEqual(folders);
  expect(layerKinds.map((kind) => `generator/layers/${kind.kind}`).sort()).toEqual([...folders].sort());
});

test('an architecture has a line for every layer file that is written for it', () => {
  const tables = {
    dataflow: 'generator/architectures/dataflow/layers/layers.ts',
    'shared-array': 'generator/architectures/shared-array/roles/roles.ts',
    sparse: 'generator/architectures/sparse/roles/roles.ts',
  };
  for (const [name, table] of Object.entries(tables)) {
    const written = generator.filter((file) => /^generator\/layers\//.test(file) && basename(file) === `${name}.ts`);
    expect(written.length).toBeGreaterThan(4);
    expect(
      importsOf(table)
        .filter((file) => basename(file) === `${name}.ts`)
        .sort(),
    ).toEqual(written.sort());
  }
});

test('only a program may end the process', () => {
  const enders = (file: string, text?: string) => {
    let ends = false;
    walk(parse(file, text), (node) => {
      ends ||=
        ts.isPropertyAccessExpression(node) &&
        node.expression.getText() === 'process' &&
        /^(exit|exitCode|abort|kill)$/.test(node.name.text);
    });
    return ends;
  };
  expect(enders('x.ts', 'process.exit(1)')).toBe(true);
  // The worker is a process of its own, which ends when its parent has gone; foreign.ts keeps network files from ending
  // it.
  // Of processes/, one file asks whether a process is there, and one ends the tools that it started.
  const legal = [
    'cli/cli.ts',
    'generator/network-file/foreign.ts',
    'generator/processes/owner.ts',
    'generator/processes/run-tool.ts',
    'generator/synth/yosys-worker.ts',
  ];
  expect(generator.filter((file) => enders(file)).sort()).toEqual(legal);
  // Options are part of the program that has them.
  expect(
    modules.filter((file) => /^(sim|networks)\//.test(file) && !file.endsWith('.main.ts') && enders(file)),
  ).toEqual(['sim/programs/options.ts']);
});

test('folders are made level by level: recursive mkdir of Node never ends below /proc', () => {
  const makesAtOnce = (file: string, text?: string) => {
    let found = false;
    walk(parse(file, text), (node) => {
      found ||=
        ts.isCallExpression(node) &&
        /(^|\.)mkdir(Sync)?$/.test(node.expression.getText()) &&
        node.arguments.some((argument) => /\brecursive\b/.test(argument.getText()));
    });
    return found;
  };
  expect(makesAtOnce('x.ts', "fs.mkdirSync('a/b', { recursive: true })")).toBe(true);
  expect(makesAtOnce('x.ts', 'await mkdir(path, { recursive: true })')).toBe(true);
  expect(makesAtOnce('x.ts', "mkdirSync('a')")).toBe(false);
  expect(modules.filter((file) => /^(cli|generator|sim|bench)\//.test(file) && makesAtOnce(file))).toEqual([]);
});

test('what only tests use is no part of the generator', () => {
  /** Names that a file declares and exports, and all names that occur in it, each as often as it does. */
  const namesOf = (file: string, text?: string) => {
    const source = parse(file, text);
    const said = new Map<string, number>();
    walk(source, (node) => ts.isIdentifier(node) && said.set(node.text, (said.get(node.text) ?? 0) + 1));
    const exported = source.statements.filter(
      (node) =>
        ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
    );
    const declared = exported.flatMap((node) =>
      ts.isFunctionDeclaration(node)
        ? [node.name!.getText()]
        : ts.isVariableStatement(node)
          ? node.declarationList.declarations.map(({ name }) => name.getText())
          : [],
    );
    return { file, said, declared };
  };
  // Benches of sim/, and fixtures, are there for tests.
  const deadAmong = (all: readonly ReturnType<typeof namesOf>[]) =>
    all
      .filter(({ file }) => !/^(sim|test)\/|\.fixture\.ts$/.test(file))
      .flatMap(({ file, said, declared }) =>
        declared.filter(
          (name) => said.get(name) === 1 && !all.some((other) => other.file !== file && other.said.has(name)),
        ),
      );
  const specimen = namesOf('x.ts', 'export const dead = 1; export function used() {} export const own = used();');
  expect(deadAmong([specimen, namesOf('y.ts', "import { own } from './x.ts'; own();")])).toEqual(['dead']);
  // Programs of test/ are no tests: they write what is generated.
  const written = modules.filter((file) => file.endsWith('.main.ts')).flatMap((file) => [file, ...reach(file)]);
  const rooms = modules.filter((file) => /^(cli|generator|sim|networks|bench)\//.test(file));
  const program = [...new Set([...rooms, ...written])].map((file) => namesOf(file));
  // The registry of layers, which the laws walk; Node calls the other, a hook of its loader.
  expect(deadAmong(program).sort()).toEqual(['initialize', 'layerKinds']);
});

test('every file has a home and one idea', () => {
  expect(files.filter((file) => /(^|[/.-])(utils?|helpers?|common|misc)([/.-]|$)/i.test(file))).toEqual([]);
  const limits: [RegExp, number][] = [
    [/\.hbs$/, 80],
    // Cells have a port, a parameter and a field of a contract on a line each, with a comment.
    [/\.s?v$/, 300],
  ];
  const lines = (file: string) => read(file).split('\n').length - 1;
  const tooLong = files.filter((file) => lines(file) > (limits.find(([name]) => name.test(file))?.[1] ?? Infinity));
  expect(tooLong.map((file) => `${file}: ${lines(file)}`)).toEqual([]);
});

test('every board is data with the source of every fact', () => {
  const boardFiles = generator.filter((file) => /^generator\/boards\/(?!index|board)/.test(file));
  expect(boardFiles.map((file) => basename(file, '.ts')).sort()).toEqual(boards.map((board) => board.name).sort());
  for (const board of boards) {
    const facts = ['resources', 'part', 'clock', ...(board.clockPins ? ['pins'] : [])];
    const sourced = board.sources.flatMap((source) => source.split(':')[0]!.split(/, | and /));
    expect([board.name, ...sourced].sort()).toEqual([board.name, ...facts].sort());
    for (const source of board.sources) expect(source).toMatch(/\b(DS|UG)\d+\b|this project/);
  }
});

describe('unknown is not zero', () => {
  const cost = { lut: 10, lutRam: 0, ff: 10, bram36: null, uram: 0, dsp: 0 };

  test('an unknown resource has no share of the board', () => {
    const { total, percent } = usage(cost, kc705);
    expect(total.bram36).toBeNull();
    expect(Object.keys(percent)).not.toContain('bram36');
    expect(percent.lut).toBeCloseTo(1000 / kc705.resources.lut, 10);
  });

  test('an unknown number prints as ?', () => {
    expect(
      table(
        ['name', 'LUT'],
        [
          ['a', null],
          ['b', 0],
        ],
      ),
    ).toMatch(/a +│ +\?.*\n.*b +│ +0/s);
  });
});
