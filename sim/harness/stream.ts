// SPDX-License-Identifier: Apache-2.0
/** Proofs of designs with AXI4-Stream ends. */
import type { Report } from '../../generator/report/report.ts';
import { percent } from '../../generator/report/tables.ts';
import type { StreamDesign } from '../../generator/stream-top/design.ts';
import { verify } from '../verify.ts';
import type { Harness, VerifyResult } from './harness.ts';

/**
 * Taps that nobody evaluated, though no output changed. Or how many more were: all sums of a wired layer on pixels may
 * have more terms than the convolution has.
 */
function prunedLine({ totals: { operationsDense, operationsExecuted } }: Report): string {
  if (operationsExecuted === null) return 'operations pruned: ? (needs 5 frames)';
  const count = (value: number) => Math.round(value).toLocaleString('en-US');
  if (operationsDense === 0) return 'operations a frame: none';
  const share = operationsExecuted / operationsDense;
  const difference = share > 1 ? `${percent(share - 1)} more` : `${percent(1 - share)} pruned`;
  return `operations a frame: ${count(operationsDense)}, executed ${count(operationsExecuted)}: ${difference}`;
}

function measuredLine(design: StreamDesign, result: VerifyResult): string {
  const { initiationIntervalMeasured: interval, latencyMeasured, buildSeconds, cycles, simulateSeconds } = result;
  const { clockMhz } = design.options;
  const rate = interval === null ? '' : Math.round((clockMhz * 1e6) / interval).toLocaleString('en-US');
  const measured =
    interval === null
      ? 'interval: ? (needs 5 frames)'
      : `interval measured ${interval} clocks, ${rate} frames/s at ${clockMhz} MHz`;
  const built = `built in ${buildSeconds.toFixed(1)} s`;
  const simulated = `${cycles} clocks simulated in ${simulateSeconds.toFixed(1)} s`;
  return `${measured}; latency ${latencyMeasured ?? '?'} clocks; ${built}, ${simulated}`;
}

export const stream: Harness = {
  frames: 8,
  stalls: '0,30,80',
  traces: true,
  async verify(design: StreamDesign, options) {
    const { busy, operations, ...result } = await verify(design, options);
    const varying = design.placement.engines.filter(({ cycles, cyclesAtMost }) => cyclesAtMost > cycles);
    const counted = operations.size > 0 ? ', and every count of tiles the model of its schedule' : '';
    return {
      ...result,
      compared: 'beats',
      cyclesMeasured: busy,
      expected: new Set(varying.map(({ name }) => name)),
      operationsCounted: new Map([...operations].map(([name, { executed }]) => [name, executed])),
      equal: `every beat of every layer equals the golden model${counted}`,
    };
  },
  measured: (design: StreamDesign, report, result) => [measuredLine(design, result), prunedLine(report)],
};
