// SPDX-License-Identifier: Apache-2.0
/** «Did you mean» for names a user mistyped. */
import { closest as nearest, distance } from 'fastest-levenshtein';

/** A fix to spread into an issue, or nothing when no name is near. */
export function closest(got: string, legal: readonly string[]): { fix?: string } {
  if (legal.length === 0) return {};
  const word = got.toLowerCase();
  const candidate = nearest(word, legal as string[]);
  if (distance(word, candidate) <= Math.max(2, candidate.length / 3)) return { fix: `did you mean ${candidate}?` };
  // `padding` for pad: too many letters apart, and yet the same word.
  const stem = legal.find((name) => name.length > 2 && word.startsWith(name));
  return stem === undefined ? {} : { fix: `did you mean ${stem}?` };
}
