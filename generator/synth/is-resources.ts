// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a JSON value is what synthesis gives for a module (`Resources`): every field there, of its kind, every
 * number a count.
 */
import type { Resources } from './synthesise.ts';

type Is = (value: unknown) => boolean;

const isCount: Is = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isText: Is = (value) => typeof value === 'string';
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const orNull =
  (is: Is): Is =>
  (value) =>
    value === null || is(value);
const listOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is);
const recordOf =
  (is: Is): Is =>
  (value) =>
    isObject(value) && Object.values(value).every(is);

/** Every field of T; a field that is added to the type is missed here by the compiler. */
function fieldsOf<T>(fields: Readonly<Record<keyof T, Is>>): Is {
  const wanted = Object.entries<Is>(fields);
  return (value) => isObject(value) && wanted.every(([name, is]) => is(value[name as keyof typeof value]));
}

const levels = orNull(isCount);

const isWhole = fieldsOf<Resources>({
  lut: isCount,
  lutRam: isCount,
  ff: isCount,
  bram36: isCount,
  romBram36: isCount,
  uram: isCount,
  dsp: isCount,
  memoryBitsUsed: orNull(isCount),
  cells: recordOf(isCount),
  logicLevels: fieldsOf<Resources['logicLevels']>({ inToFf: levels, ffToOut: levels, inToOut: levels, ffToFf: levels }),
  portLevels: fieldsOf<Resources['portLevels']>({
    inToFf: recordOf(isCount),
    ffToOut: recordOf(isCount),
    inToOut: recordOf(recordOf(isCount)),
    ffToFf: levels,
    worstPath: orNull(fieldsOf<NonNullable<Resources['portLevels']['worstPath']>>({ from: isText, to: isText })),
  }),
  timing: orNull(
    fieldsOf<NonNullable<Resources['timing']>>({
      delayNs: isCount,
      from: isText,
      to: isText,
      notTimed: listOf(isText),
    }),
  ),
});

export function isResources(value: unknown): value is Resources {
  return isWhole(value);
}
