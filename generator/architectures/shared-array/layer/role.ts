// SPDX-License-Identifier: Apache-2.0
import type { TypedNode } from '../../../ir/graph.ts';

/**
 * What a kind is to the shared architecture (generator/architectures/shared-array): work of the array, or part of its
 * output stage. A kind without a role keeps its dataflow cell, before or behind the array.
 */
export type SharedRole =
  | { readonly part: 'array'; window(node: TypedNode): SharedWindow }
  | {
      readonly part: 'compare';
      thresholds(node: TypedNode): { readonly theta: Int32Array; readonly mirrored: Uint8Array };
    }
  | {
      readonly part: 'pool';
      pool(node: TypedNode): { readonly size: number; readonly stride: number; readonly minimum: Uint8Array };
    }
  | {
      readonly part: 'scale';
      map(node: TypedNode): {
        readonly a: Int32Array;
        readonly b: Int32Array;
        readonly shift: number;
        readonly min: number;
        readonly max: number;
      };
    }
  | { readonly part: 'join' }
  | { readonly part: 'mean'; window(node: TypedNode): { readonly rows: number; readonly columns: number } };

/** The taps of an output pixel: a square window, or the whole map. */
export interface SharedWindow {
  readonly kernel: number | 'map';
  readonly stride: number;
  readonly padSize: number;
  readonly padValue: number;
}
