// SPDX-License-Identifier: Apache-2.0
/** Operations of the sparse engine on byte maps, and the values that they hand on. */
import type { RoleOf } from '../layer/role.ts';

/** Bytes that operations hand on: a map, or one channel of a vector. */
export interface Value {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly signed: boolean;
  /**
   * Phases of a map whose every stride-th row and column is a channel of its own: channel p · C + c is phase p of
   * channel c.
   */
  readonly spread?: Spread;
  /** It is a part of this value, from this channel on. */
  readonly within?: { readonly name: string; readonly first: number };
}

export interface Spread {
  readonly stride: number;
  /** First row and column of each phase. */
  readonly phases: readonly (readonly [y: number, x: number])[];
}

/** What a layer sums up, times 2^left: windows of a value, or the value itself. */
export interface Term {
  readonly input: string;
  readonly windows?: RoleOf<'windows'>;
  readonly left: number;
}

/** `name` is the node whose tensor the operation computes. */
export type Operation = { readonly name: string } & (
  | { readonly type: 'windows'; readonly terms: readonly Term[]; readonly bytes: RoleOf<'bytes'> }
  | { readonly type: 'maximum'; readonly input: string; readonly maximum: RoleOf<'maximum'> }
  /** Phases for convolutions with stride 2: copies. `name` is the value that they make. */
  | { readonly type: 'spread'; readonly input: string }
  /** Without `bytes`, 32-bit results. */
  | {
      readonly type: 'vector';
      readonly input: string;
      readonly vector: RoleOf<'vector'>;
      readonly bytes: RoleOf<'bytes'> | undefined;
    }
  | { readonly type: 'total'; readonly input: string; readonly bytes: RoleOf<'bytes'> | undefined }
);

export const inputsOf = (operation: Operation): string[] =>
  operation.type === 'windows' ? operation.terms.map(({ input }) => input) : [operation.input];

export interface Operations {
  readonly operations: readonly Operation[];
  readonly values: ReadonlyMap<string, Value>;
  /** The value that the frame is, and what pixels become in it. */
  readonly frame: { readonly value: string; readonly table: readonly number[] | undefined };
  /** Node whose tensor is the result. */
  readonly result: string;
}

/** Phases that the taps of convolutions of one stride see, in order. */
export function phasesOf(users: readonly Pick<RoleOf<'windows'>, 'kernel' | 'stride' | 'pad'>[]): Spread {
  const { stride } = users[0]!;
  const used = new Set(
    users.flatMap(({ kernel, pad }) =>
      Array.from({ length: kernel }, (_, k) => (((k - pad) % stride) + stride) % stride),
    ),
  );
  const each = [...used].sort((a, b) => a - b);
  return { stride, phases: each.flatMap((y) => each.map((x) => [y, x] as const)) };
}

/** A map of these phases: each is a channel. */
export function spreadShape(height: number, width: number, channels: number, spread: Spread) {
  const { stride, phases } = spread;
  return {
    height: Math.ceil(height / stride),
    width: Math.ceil(width / stride),
    channels: channels * phases.length,
    spread,
  };
}
