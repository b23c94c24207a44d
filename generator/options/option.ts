// SPDX-License-Identifier: Apache-2.0
/**
 * An option of a design, defined once. The command line, its help and its errors, the manifest, the rebuild command and
 * docs/options.md all follow from this definition.
 */
import { z } from 'zod';
import { fail } from '../errors/errors.ts';
import { closest } from '../errors/suggest.ts';

/** Values as a design holds them, by the option's name in camel case. */
export type Held = Readonly<Record<string, unknown>>;

export interface DesignOption {
  /** As it is typed, without the dashes. */
  readonly name: string;
  /** Of the value as the command line gives it: text, a number or true. */
  readonly schema: z.ZodType;
  readonly help: string;
  /** For errors, where the schema does not say it. */
  readonly legal?: string;
  /** Taken where nothing is given. Absent: nothing. */
  readonly usual?: unknown;
  /** Values that ask for nothing: legal with architectures that do not have the option, too. */
  readonly unused?: readonly unknown[];
  /** The value as it would be typed, from what the design holds under the option's name; as held where absent. */
  of?(held: unknown, all: Held): unknown;
  /** Fields of manifest.json; one of the option's name where absent. */
  write?(all: Held): Readonly<Record<string, unknown>>;
  /** The value as it would be typed, from manifest.json; undefined where the field says nothing. */
  read?(manifest: Held): unknown;
  /** Whether the fields are such as `write` makes. */
  readonly field?: z.ZodType;
  /** Whether a design holds what its manifest says, where paths may have other names meanwhile. */
  same?(manifest: Held, all: Held): boolean;
}

export const camel = (name: string): string => name.replace(/-./g, (dash) => dash[1]!.toUpperCase());

/** `string`, `number` or `boolean`, for the command line. */
export function typeOf({ schema }: Pick<DesignOption, 'schema'>): 'string' | 'number' | 'boolean' {
  const { type } = z.toJSONSchema(schema) as { type?: string };
  if (type === 'boolean') return 'boolean';
  return type === 'number' || type === 'integer' ? 'number' : 'string';
}

/** What an enumeration allows, in its order. */
export function choicesOf({ schema }: Pick<DesignOption, 'schema'>): readonly string[] | undefined {
  return schema instanceof z.ZodEnum ? schema.options.map(String) : undefined;
}

/** The value that was typed, else the usual one. NN001 where it is not legal. */
export function optionValue(option: DesignOption, given: unknown, usual: unknown = option.usual): unknown {
  if (given === undefined) return usual;
  if (option.schema.safeParse(given).success) return given;
  const choices = choicesOf(option);
  return fail({
    code: 'NN001',
    where: `--${option.name}`,
    got: typeof given === 'string' ? JSON.stringify(given) : String(given),
    legal: option.legal ?? choices?.join(' ') ?? '',
    ...(choices && typeof given === 'string' ? closest(given, choices) : {}),
  });
}

/** The value as it would be typed. */
export function typed(option: DesignOption, all: Held): unknown {
  const held = all[camel(option.name)];
  return option.of ? option.of(held, all) : held;
}

/** The option's fields of manifest.json: null where nothing was given. */
export function manifestFields(option: DesignOption, all: Held): Readonly<Record<string, unknown>> {
  return option.write ? option.write(all) : { [camel(option.name)]: typed(option, all) ?? null };
}

/** The value as it would be typed, as manifest.json has it; undefined where nothing was given. */
export function readBack(option: DesignOption, manifest: Held): unknown {
  const value = option.read ? option.read(manifest) : manifest[camel(option.name)];
  return value ?? undefined;
}

/** Whether manifest.json has the option's fields as `manifestFields` makes them. */
export function isField(option: DesignOption, manifest: Held): boolean {
  if (option.field) return option.field.safeParse(manifest).success;
  const value = manifest[camel(option.name)];
  return value === null || option.schema.safeParse(value).success;
}

/** Whether a design holds what its manifest says. */
export function isSame(option: DesignOption, manifest: Held, all: Held): boolean {
  if (option.same) return option.same(manifest, all);
  return Object.entries(manifestFields(option, all)).every(([field, value]) => manifest[field] === value);
}
