// SPDX-License-Identifier: Apache-2.0
/**
 * Switching activity in SAIF 2.0 (IEEE 1801, annex I), as Vivado's read_saif takes it: of the top's ports and of all
 * registers, the
 * names that synthesis keeps. What lies between them its power report works out.
 */
import type { Measured } from '../activity/measure.ts';
import type { BitActivity, Scope, Signal } from '../activity/trace.ts';
import { version } from '../../generator/emit/version.ts';

/** SAIF's hierarchy: instances alone; a generate block is a part of the names in it. */
export function saifText({ top, modules, duration }: Measured, topName: string, clockMhz: number): string {
  // A clock is two ticks.
  const tick = Math.round(1e6 / clockMhz / 2);
  const lines: string[] = [];
  const net = (indent: string, name: string, { ones, toggles }: BitActivity) =>
    lines.push(
      `${indent}    (${escaped(name)} (T0 ${(duration - ones) * tick}) (T1 ${ones * tick}) (TX 0) (TC ` +
        `${toggles}) (IG 0))`,
    );

  const instance = (scope: Scope, name: string, moduleName: string, indent: string): void => {
    const module = modules.get(moduleName)!;
    const isNamed = ({ name: signal }: Signal) =>
      module.registers.has(signal) || (scope === top && module.ports.has(signal));
    const found = withBlocks(scope, module.instances);
    lines.push(`${indent}(INSTANCE ${escaped(name)}`, `${indent}  (NET`);
    for (const { prefix, signals } of found.blocks)
      for (const signal of signals.filter(isNamed))
        signal.bits.forEach((bit, i) =>
          net(indent, prefix + (signal.bits.length === 1 ? signal.name : `${signal.name}[${i}]`), bit),
        );
    lines.push(`${indent}  )`);
    for (const child of found.instances)
      instance(child.scope, child.name, module.instances.get(child.scope.name)!, `${indent}  `);
    lines.push(`${indent})`);
  };
  instance(top, topName, topName, '  ');

  const header = [
    '(SAIFVERSION "2.0")',
    '(DIRECTION "backward")',
    `(DESIGN "${topName}")`,
    '(VENDOR "bitloom")',
    '(PROGRAM_NAME "bitloom")',
    `(VERSION "${version}")`,
  ];
  const head = [...header, '(DIVIDER / )', '(TIMESCALE 1 ps)', `(DURATION ${duration * tick})`];
  return ['(SAIFILE', ...head.map((line) => `  ${line}`), ...lines, ')', ''].join('\n');
}

interface Blocks {
  readonly blocks: readonly { readonly prefix: string; readonly signals: readonly Signal[] }[];
  readonly instances: readonly { readonly name: string; readonly scope: Scope }[];
}

/** A scope with the generate blocks in it, and the instances in both. */
function withBlocks(scope: Scope, instances: ReadonlyMap<string, string>, prefix = ''): Blocks {
  const isInstance = ({ name }: Scope) => instances.has(name);
  const inner = scope.scopes
    .filter((child) => !isInstance(child))
    .map((child) => withBlocks(child, instances, `${prefix}${child.name}.`));
  return {
    blocks: [{ prefix, signals: scope.signals }, ...inner.flatMap(({ blocks }) => blocks)],
    instances: [
      ...scope.scopes.filter(isInstance).map((child) => ({ name: prefix + child.name, scope: child })),
      ...inner.flatMap((found) => found.instances),
    ],
  };
}

/** Letters, digits and underscores stand for themselves. */
const escaped = (name: string): string => name.replace(/\W/g, '\\$&');
