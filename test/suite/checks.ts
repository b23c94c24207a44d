// SPDX-License-Identifier: Apache-2.0
/**
 * What is checked, as text: cells with their parameter points and tools, mutants, tests of every file. test/checks.txt
 * is that list; an entry leaves it only where somebody renews it, so that a check that vanishes is seen in review.
 */

export const listFile = new URL('../checks.txt', import.meta.url);

/** Heading (a test file, `cells`, `mutants`) → its entries, sorted. */
export type Checks = ReadonlyMap<string, readonly string[]>;

/** Headings at the margin, entries below them. */
export function printChecks(checks: Checks): string {
  const headings = [...checks.keys()].sort();
  return headings
    .map((heading) => [heading, ...checks.get(heading)!.map((entry) => `  ${entry}`), ''].join('\n'))
    .join('\n');
}

export function parseChecks(text: string): Checks {
  const checks = new Map<string, string[]>();
  let entries: string[] = [];
  for (const line of text.split('\n').filter((line) => line !== '')) {
    if (line.startsWith('  ')) entries.push(line.slice(2));
    else checks.set(line, (entries = []));
  }
  return checks;
}

/** Entries of `before` that are not in `now`, as `heading: entry`; one line for a heading that is gone as a whole. */
export function missing(before: Checks, now: Checks): string[] {
  return [...before].flatMap(([heading, entries]) => {
    const still = now.get(heading);
    if (!still) return [`${heading}: all ${entries.length}`];
    const left = new Set(still);
    return entries.filter((entry) => !left.has(entry)).map((entry) => `${heading}: ${entry}`);
  });
}

/** Entries in their order, one line each: names may have line ends, and stand there several times. */
export function entriesOf(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.replace(/\s+/g, ' ').trim()))].sort();
}
