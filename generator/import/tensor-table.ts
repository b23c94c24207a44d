/** A TensorSource over tensors that lie in memory. */
import { closest, distance } from 'fastest-levenshtein';
import { fail } from '../errors.ts';
import type { NamedTensor, TensorSource, WeightOrigin } from './tensors.ts';

export interface TableOptions {
  readonly source: WeightOrigin;
  /** File or folder as the user wrote it, used in messages. */
  readonly where: string;
  readonly describe: string;
  readonly metadata?: ReadonlyMap<string, string>;
}

export function tensorTable(tensors: ReadonlyMap<string, NamedTensor>, options: TableOptions): TensorSource {
  return {
    source: options.source,
    describe: options.describe,
    metadata: options.metadata ?? new Map(),
    has: (name) => tensors.has(name),
    names: () => [...tensors.keys()],
    get: (name) => tensors.get(name) ?? missing(name, [...tensors.keys()], options.where),
  };
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
