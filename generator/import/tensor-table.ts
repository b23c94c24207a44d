// SPDX-License-Identifier: Apache-2.0
/** A TensorSource over tensors that lie in memory. */
import { closest, distance } from 'fastest-levenshtein';
import { fail } from '../errors/errors.ts';
import {
  dataTypes,
  type ForeignTensor,
  type NamedTensor,
  type SourceClasses,
  type TensorSource,
  type WeightOrigin,
} from './tensors.ts';

export interface TableOptions {
  readonly source: WeightOrigin;
  /** File or folder as the user wrote it, used in messages. */
  readonly where: string;
  readonly describe: string;
  readonly metadata?: ReadonlyMap<string, string>;
  readonly classes?: SourceClasses;
}

export function tensorTable(
  tensors: ReadonlyMap<string, NamedTensor | ForeignTensor>,
  options: TableOptions,
): TensorSource {
  return {
    source: options.source,
    describe: options.describe,
    metadata: options.metadata ?? new Map(),
    ...(options.classes ? { classes: options.classes } : {}),
    has: (name) => tensors.has(name),
    names: () => [...tensors.keys()],
    get(name) {
      const tensor = tensors.get(name) ?? missing(name, [...tensors.keys()], options.where);
      return 'foreign' in tensor ? unsupported(name, tensor, options.where) : tensor;
    },
  };
}

function unsupported(name: string, { foreign }: ForeignTensor, where: string): never {
  const fix = 'store it as F32, or as integers where its values are some';
  const got = `elements of type ${foreign}`;
  return fail({ code: 'NN006', where: `${where} › ${name}`, got, legal: dataTypes, fix });
}

function missing(name: string, names: string[], where: string): never {
  const near = names.length > 0 ? closest(name, names) : undefined;
  return fail({
    code: 'NN010',
    where,
    got: `no tensor '${name}'`,
    legal: names.length > 0 ? names.join(' ') : 'none, it holds no tensors',
    ...(near !== undefined && distance(name, near) <= 3 ? { fix: `did you mean '${near}'?` } : {}),
  });
}
