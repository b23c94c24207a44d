// SPDX-License-Identifier: Apache-2.0
/** Cell instances of a design, as its top and synthesis see them. */
import type { ParameterValue } from './hardware.ts';

export interface Connection {
  readonly port: string;
  readonly signal: string;
  readonly direction: 'in' | 'out';
}

export interface Instance {
  readonly name: string;
  readonly module: string;
  readonly comment: string;
  /** The engine whose report line counts it. */
  readonly engine: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly ports: readonly Connection[];
}
