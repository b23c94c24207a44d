// SPDX-License-Identifier: Apache-2.0
/** JSON.parse takes the last of two equal keys without a word: a header that says a tensor twice is no header. */

const tokens = /"(?:[^"\\]|\\.)*"\s*:?|[{}[\]]/g;

/** A key that one object has twice; undefined where there is none. @param text that JSON.parse takes */
export function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, -1)) as string;
      if (open.at(-1)!.has(key)) return key;
      open.at(-1)!.add(key);
    }
  }
  return undefined;
}
