// SPDX-License-Identifier: Apache-2.0
/**
 * Sizes of the sparse engine at which its cells are synthesised and compared with their estimates: those that the
 * constants of generator/architectures/sparse/cell-estimates.ts come from, and others that test them.
 */
import { engineSize } from '../generator/architectures/sparse/design.ts';
import { sparseInstances } from '../generator/architectures/sparse/instances.ts';
import type { EngineShape } from '../generator/architectures/sparse/program/shape.ts';
import type { LogicCost } from '../generator/architectures/sparse/cell-estimates.ts';
import type { Instance } from '../generator/hardware/instance.ts';

export interface SparseSize {
  readonly name: string;
  readonly use: 'constants' | 'test';
  readonly shape: EngineShape;
  /** Positions of the carry primitive; 0: portable adders. */
  readonly carryBits: 0 | 8;
}

/** One cell of an engine, and how often it stands there. */
export interface CountedCell extends Pick<Instance, 'module' | 'parameters'> {
  readonly times: number;
}

export interface CountedEngine {
  readonly name: string;
  readonly cells: readonly ({ readonly module: string; readonly times: number } & LogicCost)[];
}

/** What Yosys counted, in docs/estimates-sparse.json. */
export interface SparseCounts {
  readonly tool: string;
  readonly sizes: readonly CountedEngine[];
}

const common = { accumulatorBits: 24, slots: 32 } as const;
const small = { ringWords: 512, lines: 1024, vectorWords: 256, ownWords: 64, mapPorts: 2, vectorPorts: 2 };
const medium = { ringWords: 1024, lines: 2048, vectorWords: 512, ownWords: 128, mapPorts: 2, vectorPorts: 2 };
const large = { ringWords: 2048, lines: 4096, vectorWords: 1024, ownWords: 512, mapPorts: 4, vectorPorts: 4 };
/** Memories and ports of the product, at which no constant was taken. */
const product = { ...engineSize, ...common, lines: 8192 };

/** Each with its adders in primitives, then portable where that is compared too. */
const shapes: readonly (readonly [SparseSize['use'], EngineShape, ...SparseSize['carryBits'][]])[] = [
  ['constants', { ...common, ...small, lanes: 8, groups: 3 }, 8, 0],
  ['constants', { ...common, ...medium, lanes: 24, groups: 6 }, 8, 0],
  ['constants', { ...common, ...large, lanes: 40, groups: 9 }, 8],
  ['test', { ...product, lanes: 16, groups: 4 }, 8, 0],
  ['test', { ...product, lanes: 32, groups: 8 }, 8, 0],
  ['test', product, 8, 0],
];

export const sparseSizes: readonly SparseSize[] = shapes.flatMap(([use, shape, ...carries]) =>
  carries.map((carryBits) => ({
    name: `${shape.lanes}x${shape.groups}${carryBits === 0 ? '-portable' : ''}`,
    use,
    shape,
    carryBits,
  })),
);

/** The cells of an engine, alike ones once. */
export function cellsOf({ shape, carryBits }: Pick<SparseSize, 'shape' | 'carryBits'>): CountedCell[] {
  const cells = new Map<string, CountedCell>();
  for (const { module, parameters } of sparseInstances(shape, carryBits)) {
    const key = JSON.stringify([module, parameters]);
    cells.set(key, { module, parameters, times: (cells.get(key)?.times ?? 0) + 1 });
  }
  return [...cells.values()];
}
