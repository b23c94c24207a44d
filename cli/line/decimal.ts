// SPDX-License-Identifier: Apache-2.0
/** Numbers as people type them: `200`, `-1`, `0.5`, `1e-3`. */

/** The number; undefined for what is none or is not finite: `0x10`, ` 5`, `Infinity`, `1e309`, nothing. */
export function decimal(text: string): number | undefined {
  const value = Number(text);
  // −0 is 0.
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) && Number.isFinite(value) ? value + 0 : undefined;
}
