/** «Did you mean» for names a user mistyped. */
import { closest as nearest, distance } from 'fastest-levenshtein';

/** A fix to spread into an issue, or nothing when no name is near. */
export function closest(got: string, legal: readonly string[]): { fix?: string } {
  if (legal.length === 0) return {};
  const candidate = nearest(got.toLowerCase(), legal as string[]);
  return distance(got.toLowerCase(), candidate) <= Math.max(2, candidate.length / 3) ? { fix: `did you mean ${candidate}?` } : {};
}
