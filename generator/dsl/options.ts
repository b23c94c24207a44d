// SPDX-License-Identifier: Apache-2.0
/**
 * Options, and what each may be. TypeScript's types are gone when a network file runs, so every function of the DSL
 * says its options once more, as data. An option that it does not know, that it lacks, or that has another type is a
 * fault; which numbers are legal is a question to the layer's kind.
 */
import { inspect } from 'node:util';
import type { Issue } from '../errors/errors.ts';
import type { WeightReference } from '../ir/graph.ts';
import { closest } from '../errors/suggest.ts';

export interface Rule<T> {
  /** `a number` */
  readonly legal: string;
  accepts(value: unknown): value is T;
  /** Of a nested object: its own options. */
  readonly fields?: Rules<T>;
}

export interface OptionalRule<T> extends Rule<T> {
  readonly optional: true;
}

/** One rule for each option of the interface `O`, optional where it is optional there. */
export type Rules<O> = {
  readonly [K in keyof O]-?: object extends Pick<O, K> ? OptionalRule<Exclude<O[K], undefined>> : Rule<O[K]>;
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number';

/** NaN and ∞ too: a layer's kind says which numbers it takes. */
export const number: Rule<number> = { legal: 'a number', accepts: isNumber };
export const finite: Rule<number> = {
  legal: 'a finite number',
  accepts: (value): value is number => Number.isFinite(value),
};
export const numbers: Rule<readonly number[]> = {
  legal: 'a list of numbers',
  accepts: (value): value is readonly number[] => Array.isArray(value) && Array.from<unknown>(value).every(isNumber),
};
export const text: Rule<string> = { legal: 'text', accepts: (value) => typeof value === 'string' };
export const flag: Rule<boolean> = { legal: 'true false', accepts: (value) => typeof value === 'boolean' };

export function oneOf<T extends string>(...words: readonly T[]): Rule<T> {
  return { legal: words.join(' '), accepts: (value): value is T => (words as readonly unknown[]).includes(value) };
}

export function record<T extends object>(fields: Rules<T>): Rule<T> {
  return { legal: `{ ${Object.keys(fields).join(', ')} }`, accepts: (value): value is T => isObject(value), fields };
}

export function optional<T>(rule: Rule<T>): OptionalRule<T> {
  return { ...rule, optional: true };
}

/** What checkpoint() and synthetic() give. */
export const weightReference: Rule<WeightReference> = {
  legal: 'checkpoint(…) or synthetic(…)',
  accepts(value): value is WeightReference {
    if (!isObject(value)) return false;
    const { type, url, seed, density } = value as Readonly<Record<string, unknown>>;
    return type === 'checkpoint'
      ? typeof url === 'string'
      : type === 'synthetic' && Number.isFinite(seed) && Number.isFinite(density);
  },
};

/** Options of layers with parameters. */
export interface WeightOptions {
  readonly weights: WeightReference;
  /** Prefix of the tensors in the checkpoint. Absent: the layer's name. */
  readonly tensors?: string;
}

export const weightRules: Rules<WeightOptions> = { weights: weightReference, tensors: optional(text) };

/** A value of a network file as a message shows it: one line, and not a long one. */
export function show(value: unknown): string {
  const all =
    typeof value === 'string'
      ? JSON.stringify(value)
      : inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 4 });
  const line = all.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

/** What is wrong with one value, in the words of an issue. */
export type Fault = Pick<Issue, 'got' | 'legal' | 'fix'>;

/** Everything that is wrong with options; nothing where they are what the rules say. */
export function optionFaults<O>(rules: Rules<O>, options: unknown, within = ''): Fault[] {
  const known = Object.keys(rules);
  const legal = known.join(' ') || 'no options';
  if (!isObject(options)) return [{ got: `options = ${show(options)}`, legal: `an object of ${legal}` }];
  const given = new Map(Object.entries(options));
  const unknown = [...given]
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => {
      const shown = /^\w+$/.test(name) ? name : show(name);
      return { got: `unknown option ${within}${shown} = ${show(value)}`, legal, ...closest(name, known) };
    });
  const wrong = Object.entries<Rule<unknown>>(rules).flatMap(([name, rule]) =>
    faultsOf(`${within}${name}`, rule, given.get(name)),
  );
  return [...unknown, ...wrong];
}

function faultsOf(name: string, rule: Rule<unknown> & { readonly optional?: true }, value: unknown): Fault[] {
  if (value === undefined && rule.optional) return [];
  if (value === undefined) return [{ got: `no ${name}`, legal: rule.legal }];
  if (!rule.accepts(value)) return [{ got: `${name} = ${show(value)}`, legal: rule.legal }];
  return rule.fields ? optionFaults(rule.fields, value, `${name}.`) : [];
}

/** Arguments behind the last one that a function has. */
export function surplusFaults(surplus: readonly unknown[]): Fault[] {
  return surplus.map((value) => ({ got: `an argument too many: ${show(value)}`, fix: 'leave it out' }));
}
