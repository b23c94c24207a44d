// SPDX-License-Identifier: Apache-2.0
/** A small fault as an edit of one text file, and the kinds of edit. */
export interface Mutant {
  /** What goes wrong. */
  readonly fault: string;
  /** Path in the specimens' output folder, or `vectors/<sequence>/…` for a stimulus or expected beats. */
  readonly file: string;
  /** Throws when the file no longer has what is to be changed. */
  readonly change: (text: string) => string;
}

/** The fault that replaces `before`, which must stand in the file exactly `times` times. */
export function replaced(before: string, after: string, times = 1): (text: string) => string {
  return (text) => {
    const found = text.split(before).length - 1;
    if (found !== times) throw new Error(`found ${found} times instead of ${times}: ${before}`);
    return text.replaceAll(before, after);
  };
}

function lines(text: string, edit: (lines: string[]) => void): string {
  const all = text.trimEnd().split('\n');
  edit(all);
  return `${all.join('\n')}\n`;
}

/** The fault that flips a bit in the last hex digit of a line (0 = the first). */
export function flipped(line: number, bit: 1 | 2 | 4 | 8 = 1): (text: string) => string {
  return (text) =>
    lines(text, (all) => {
      const word = all[line];
      if (!word) throw new Error(`no line ${line}`);
      all[line] = word.slice(0, -1) + (parseInt(word.slice(-1), 16) ^ bit).toString(16);
    });
}

/** The fault that loses a line. */
export function without(line: number): (text: string) => string {
  return (text) =>
    lines(text, (all) => {
      if (all.splice(line, 1).length === 0) throw new Error(`no line ${line}`);
    });
}

/** Faults in the library cell nn_<name>: each replaces a text that stands there once, or as often as it says. */
export function cell(
  name: string,
  faults: readonly (readonly [fault: string, before: string, after: string, times?: number])[],
): Mutant[] {
  return faults.map(([fault, before, after, times]) => ({
    fault,
    file: `rtl/nn_${name}.v`,
    change: replaced(before, after, times),
  }));
}
