// SPDX-License-Identifier: Apache-2.0
/** What toggle_counter.h wrote: the signals of a design by scope, and what every bit of them did. */

/** A bit in the window of clocks. */
export interface BitActivity {
  /** Ticks at 1; a clock is two ticks. */
  readonly ones: number;
  readonly toggles: number;
  /**
   * Equal for bits that toggled in the same clocks: one net under several names, or its inverse. '' for one that never
   * did.
   */
  readonly wave: string;
  /** Equal to another bit's `behind` where that one did the same a clock later. */
  readonly ahead: string;
  readonly behind: string;
}

export interface Signal {
  readonly name: string;
  /** Bit 0 first. */
  readonly bits: readonly BitActivity[];
}

export interface Scope {
  readonly name: string;
  readonly signals: readonly Signal[];
  readonly scopes: readonly Scope[];
}

export interface Activity {
  /** Ticks of the window. */
  readonly duration: number;
  /** The whole bench. */
  readonly root: Scope;
}

const still: BitActivity = { ones: 0, toggles: 0, wave: '', ahead: '', behind: '' };

interface OpenScope {
  readonly name: string;
  readonly signals: Signal[];
  readonly scopes: OpenScope[];
}

export function parseActivity(text: string): Activity {
  const root: OpenScope = { name: '', signals: [], scopes: [] };
  const path = [root];
  const known = new Map<string, BitActivity[]>();
  let duration = 0;
  for (const line of text.split('\n')) {
    const words = line.split(' ');
    switch (words[0]) {
      case 'DURATION':
        duration = Number(words[1]);
        break;
      case 'SCOPE': {
        const scope = { name: words[1]!, signals: [], scopes: [] };
        path.at(-1)!.scopes.push(scope);
        path.push(scope);
        break;
      }
      case 'UP':
        path.pop();
        break;
      case 'VAR': {
        const [, code, width, name] = words as [string, string, string, string];
        const bits = known.get(code) ?? Array<BitActivity>(Number(width)).fill(still);
        known.set(code, bits);
        path.at(-1)!.signals.push({ name, bits });
        break;
      }
      case 'BIT': {
        const [, code, bit, ones, toggles, wave, ahead, behind] = words as [
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
        ];
        known.get(code)![Number(bit)] = { ones: Number(ones), toggles: Number(toggles), wave, ahead, behind };
        break;
      }
      case 'HIGH':
        known.get(words[1]!)![Number(words[2])] = { ...still, ones: duration };
        break;
    }
  }
  return { duration, root };
}

/** The scope below `scope` that a path of names leads to. */
export function scopeAt(scope: Scope, ...names: readonly string[]): Scope {
  return names.reduce((at, name) => {
    const found = at.scopes.find((child) => child.name === name);
    if (!found) throw new Error(`the trace has no scope ${names.join('.')}`);
    return found;
  }, scope);
}
