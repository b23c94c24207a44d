// SPDX-License-Identifier: Apache-2.0
/** Thin templates: what a Handlebars file may hold, and what the one render function refuses. */
import Handlebars from 'handlebars';
import { describe, expect, test } from 'vitest';
import { guard, render, type ViewModel } from '../generator/templates/render.ts';
import { projectFiles, read } from './sources.ts';

const templates = projectFiles().filter((file) => /^templates\/.*\.hbs$/.test(file));
const blocks = ['each', 'if', 'unless'];
const conditionals = ['if', 'unless'];

type Statement = hbs.AST.Statement &
  Partial<Pick<hbs.AST.BlockStatement, 'path' | 'params' | 'program' | 'inverse'>> & { readonly escaped?: boolean };

/** Everything in a template that the law forbids. */
function faults(text: string): string[] {
  const found: string[] = [];
  const visit = (statements: readonly hbs.AST.Statement[], conditional: boolean): void => {
    for (const statement of statements as readonly Statement[]) {
      const at = `line ${statement.loc.start.line}`;
      const name = (statement.path as hbs.AST.PathExpression | undefined)?.original ?? '';
      switch (statement.type) {
        case 'ContentStatement':
        case 'CommentStatement':
          break;
        case 'MustacheStatement':
          if (!statement.escaped) found.push(`${at}: triple-stash`);
          if (statement.params!.length > 0) found.push(`${at}: helper ${name}`);
          break;
        case 'BlockStatement':
          if (!blocks.includes(name)) found.push(`${at}: block helper ${name}`);
          if (conditional && conditionals.includes(name)) found.push(`${at}: nested conditional`);
          for (const branch of [statement.program, statement.inverse])
            if (branch) visit(branch.body, conditional || conditionals.includes(name));
          break;
        default:
          found.push(`${at}: ${statement.type}`);
      }
    }
  };
  visit(Handlebars.parse(text).body, false);
  return found;
}

describe('templates', () => {
  test('there are some', () => expect(templates).toContain('templates/top/top.v.hbs'));

  test.each(templates)('%s is thin', (file) => {
    expect(faults(read(file))).toEqual([]);
    expect(read(file).split('\n').length - 1).toBeLessThanOrEqual(80);
  });

  // Handlebars takes a mistyped block for an empty one, even when strict.
  test.each(templates)('%s asks in blocks only for what some view-model has', (file) => {
    const views = [
      'generator/stream-top/verilog-top.ts',
      'generator/toolchains/vivado/project.ts',
      'generator/architectures/dataflow/wired/verilog.ts',
      'generator/report/page.ts',
      'generator/architectures/dataflow/matvec/wired.ts',
      'sim/simulator.ts',
    ]
      .map(read)
      .join('\n');
    for (const [, name] of read(file).matchAll(/\{\{#\w+ (\w+)\}\}/g))
      expect(views).toMatch(new RegExp(`\\b${name}\\b ?[:,}]`));
  });

  test.each([
    ['{{{raw}}}', 'triple-stash'],
    ['{{&raw}}', 'triple-stash'],
    ['{{add a 1}}', 'helper add'],
    ['{{#times 3}}x{{/times}}', 'block helper times'],
    ['{{#with a}}x{{/with}}', 'block helper with'],
    ['{{#if a}}{{#unless b}}x{{/unless}}{{/if}}', 'nested conditional'],
    ['{{#if a}}{{#each b}}{{#if c}}x{{/if}}{{/each}}{{/if}}', 'nested conditional'],
    ['{{#if a}}x{{else if b}}y{{/if}}', 'nested conditional'],
    ['{{> other}}', 'PartialStatement'],
  ])('%s would be found', (text, fault) => {
    expect(faults(text)).toEqual([`line 1: ${fault}`]);
  });
});

describe('the view-model', () => {
  test('of plain values passes', () => {
    expect(() =>
      guard({ a: 1, b: 'text', c: true, d: [{ e: 'x' }], signal: 'dut_0.u_conv.step', module: 'nn_fifo' }),
    ).not.toThrow();
  });

  test.each([
    ['undefined', { a: undefined }, 'view.a is undefined'],
    ['undefined in a list', { a: [1, undefined] }, 'view.a[1] is undefined'],
    ['null', { a: { b: null } }, 'view.a.b is null'],
    ['NaN', { a: NaN }, 'view.a is NaN'],
    ['infinity', { a: -Infinity }, 'view.a is -Infinity'],
    ['a function', { a: () => 1 }, 'view.a is () => 1'],
    ['a symbol', { a: Symbol('x') }, 'view.a is Symbol(x)'],
    ['a big integer', { a: 1n }, 'view.a is 1'],
    ['a module that is no identifier', { module: 'a; endmodule' }, 'view.module = "a; endmodule" is no identifier'],
    [
      'an instance that is no identifier',
      { instances: [{ instance: '0u' }] },
      'view.instances[0].instance = "0u" is no identifier',
    ],
    ['a port that is no identifier', { port: 'a.b' }, 'view.port = "a.b" is no identifier'],
    ['a stream that is no identifier', { stream: '' }, 'view.stream = "" is no identifier'],
    ['a top that is no identifier', { top: 'a-b' }, 'view.top = "a-b" is no identifier'],
    ['a parameter that is no identifier', { parameter: 'A(1)' }, 'view.parameter = "A(1)" is no identifier'],
    ['a signal that is no path', { signal: 'a..b' }, 'view.signal = "a..b" is no signal'],
    ['a line break', { comment: 'a\nmodule evil' }, 'view.comment = "a\\nmodule evil" is more than one line'],
  ])('with %s is refused', (_, view, message) => {
    expect(() => guard(view)).toThrow(message);
  });

  test('is refused by render too, and so is a name that the template has and the view has not', () => {
    const view = { top: 'x_top', mhz: 200, period: '5.000', pins: ['a'] };
    expect(render('vivado/clock.xdc.hbs', view)).toContain('create_clock -period 5.000 -name clk');
    expect(() => render('vivado/clock.xdc.hbs', { ...view, mhz: NaN })).toThrow('view.mhz is NaN');
    const { period: _, ...without } = view;
    expect(() => render('vivado/clock.xdc.hbs', without)).toThrow(/period/);
  });

  test('is printed as it is: nothing is escaped', () => {
    const text = 'a <= b & "c" \' `d`';
    const view: ViewModel = { top: 'x_top', mhz: 200, period: '5.000', pins: [text] };
    expect(render('vivado/clock.xdc.hbs', view)).toContain(text);
  });
});
