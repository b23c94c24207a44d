// SPDX-License-Identifier: Apache-2.0
/** Proofs of designs whose frames and weights lie in the board's memory. */
import type { SparseDesign } from '../../generator/architectures/sparse/design.ts';
import { percent } from '../../generator/report/tables.ts';
import { verifySparse } from '../verify-sparse.ts';
import type { Harness } from './harness.ts';

const equal =
  'every line of every layer equals the golden model, every weight that is not 0 was multiplied, ' +
  'every layer’s clocks are the model’s within 5 %, ' +
  'frames that go wrong end with their codes and leave the others right, and so does a reset';

export const memory: Harness = {
  frames: 3,
  stalls: '60',
  traces: false,
  async verify(design: SparseDesign, { lutLevel = false, wave: _, ...options }) {
    const result = await verifySparse(design, { ...options, compile: { loops: true, lutLevel } });
    const { clocks, waits, multiplications, intervalMeasured, busyInConvolutions, ...rest } = result;
    const busy = `multipliers of convolutions busy with weights that are not 0 in ${percent(busyInConvolutions)}`;
    return {
      ...rest,
      warmupFrames: 0,
      compared: 'lines',
      initiationIntervalMeasured: intervalMeasured,
      cyclesMeasured: clocks,
      waitsMeasured: waits,
      operationsCounted: multiplications,
      notes: [`${busy} of their clocks`],
      equal,
      waveWritten: false,
    };
  },
  measured({ options: { clockMhz } }, { totals }, result) {
    const { initiationIntervalMeasured: interval, latencyMeasured, buildSeconds, cycles, simulateSeconds } = result;
    const rate = interval === null ? '?' : Math.round((clockMhz * 1e6) / interval).toLocaleString('en-US');
    return [
      [
        interval === null
          ? 'interval: ? (needs 2 frames)'
          : `measured: a frame every ${interval} clocks, ${rate} frames/s at ${clockMhz} MHz`,
        `the first frame took ${latencyMeasured ?? '?'} clocks`,
        ...(result.notes ?? []),
        `operations a frame: ${totals.operationsDense} dense, ${totals.operationsExecuted ?? '?'} executed`,
      ].join('; '),
      `built in ${buildSeconds.toFixed(1)} s, ${cycles} clocks simulated in ${simulateSeconds.toFixed(1)} s`,
    ];
  },
};
