// SPDX-License-Identifier: Apache-2.0
/**
 * The word for a verification that failed. Where nothing differs, something else was not as modelled or promised: a
 * rate, a count, a damaged frame.
 */
export function refusal(mismatches: number): 'NOT PROVEN' | 'NOT EQUAL' {
  return mismatches === 0 ? 'NOT PROVEN' : 'NOT EQUAL';
}
