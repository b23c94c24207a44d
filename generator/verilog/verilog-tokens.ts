// SPDX-License-Identifier: Apache-2.0
/** Verilog as tokens: what a simulator reads when comments are gone. */

export type TokenType = 'comment' | 'string' | 'directive' | 'system' | 'number' | 'word' | 'other';

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  /** Place of its first character in the file. */
  readonly at: number;
}

/**
 * In the order in which they are tried. A comment without an end and a string over two lines are `other` characters.
 */
const types: readonly (readonly [TokenType, string])[] = [
  ['comment', '//[^\\n\\r]*|/\\*[^]*?\\*/'],
  ['string', '"(?:[^"\\\\\\n\\r]|\\\\[^\\n\\r])*"'],
  ['directive', '`\\w*'],
  ['system', '\\$[\\w$]*'],
  ['number', '\\d[\\d_]*(?:\\.\\d[\\d_]*)?'],
  ['word', '[A-Za-z_][\\w$]*'],
  ['other', '[^ \\t\\r\\n]'],
];

/** All tokens with their comments. White space is blanks, tabs and line ends; other such characters are tokens. */
export function tokensOf(text: string): Token[] {
  const pattern = new RegExp(types.map(([, source]) => `(${source})`).join('|'), 'gu');
  return Array.from(text.matchAll(pattern), (match): Token => {
    const type = types[match.slice(1).findIndex((group) => group !== undefined)]![0];
    return { type, text: match[0], at: match.index };
  });
}
