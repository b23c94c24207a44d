// SPDX-License-Identifier: Apache-2.0
/**
 * Max-pools and copies as layers of the engine: row slices, their maxima, every column or every other one, at another
 * pitch.
 */
import { ringsOfSteps, type EngineLayer } from '../program/layer.ts';
import type { EngineShape, LineMap } from '../program/shape.ts';
import { stepRings, type Step } from '../program/steps.ts';

export interface Pool {
  readonly name: string;
  /** 1 to 3; 1 copies. */
  readonly kernel: number;
  /** 1 or 2. */
  readonly stride: number;
  /** First row and column that a window sees. */
  readonly top?: number;
  readonly left?: number;
  readonly signed: boolean;
  readonly input: LineMap;
  readonly output: LineMap;
  /** Channel of `output` where channel 0 goes. */
  readonly firstChannel?: number;
}

/** Results of a slice. */
export function resultsOfSlice(shape: EngineShape, { kernel, stride }: Pick<Pool, 'kernel' | 'stride'>): number {
  return Math.floor((shape.lanes - kernel) / stride) + 1;
}

/**
 * Slices that make one channel, row by row. Windows may reach below the map; to its right only into columns of zeros.
 */
export function poolSteps(pool: Pool, shape: EngineShape): Step[] {
  const { kernel, stride, top = 0, left = 0, input, output } = pool;
  const most = resultsOfSlice(shape, pool);
  // A window beyond the right edge has no result of its own: copies of every other column may end there.
  const results = Math.min(output.width, Math.ceil((input.width - left) / stride));
  const steps: Step[] = [];
  for (let y = 0; y < output.height; y++) {
    const rows = Array.from({ length: kernel }, (_, k) => top + y * stride + k).filter((row) => row < input.height);
    for (let x = 0, count = 0; x < output.pitch; x += count) {
      const take = Math.max(0, Math.min(most, results - x));
      // Zeros behind the row go with its last results.
      count = x + take < results ? take : Math.min(shape.lanes, output.pitch - x);
      if (rows.length === 0) steps.push({ line: input.line, shift: 0, first: true, last: true, count });
      rows.forEach((row, i) => {
        const at = row * input.pitch + left + x * stride;
        const line = Math.floor(at / shape.lanes);
        steps.push({
          line: input.line + line,
          shift: at - line * shape.lanes,
          first: i === 0,
          last: i === rows.length - 1,
          take,
          count,
        });
      });
    }
  }
  steps.push({ line: input.line, shift: 0, first: true, last: true, flush: true });
  return steps;
}

export function poolLayer(pool: Pool, shape: EngineShape): EngineLayer {
  const { name, kernel, stride, signed, input, output, firstChannel = 0 } = pool;
  const steps = poolSteps(pool, shape);
  return {
    name,
    descriptor: {
      operation: 'pool',
      kernel,
      halve: stride === 2,
      signed,
      steps: steps.length,
      rounds: input.channels,
      stride: input.span,
      to: output.line + firstChannel * output.span,
    },
    rings: ringsOfSteps(shape, stepRings(steps)),
  };
}
