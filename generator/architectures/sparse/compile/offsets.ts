// SPDX-License-Identifier: Apache-2.0
/** What is added behind the factor of a requantisation. */
import { fail } from '../../../errors/errors.ts';
import type { RoleOf } from '../layer/role.ts';

export const inInt32 = (value: number) => value >= -(2 ** 31) && value < 2 ** 31;

/** For every channel or unit a·bias + b, bias where there are no `bytes`. NN006 where that needs more than 32 bits. */
export function offsetsOf(
  where: string,
  bytes: Pick<RoleOf<'bytes'>, 'a' | 'b'> | undefined,
  bias: ArrayLike<number>,
): Int32Array {
  return Int32Array.from(bias, (term, i) => {
    const offset = bytes ? bytes.a[i]! * term + bytes.b[i]! : term;
    return inInt32(offset)
      ? offset
      : fail({
          code: 'NN006',
          where: `${where} ${i}`,
          got: `bias and term together ${offset}`,
          legal: '32-bit integers',
        });
  });
}
