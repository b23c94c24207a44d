// SPDX-License-Identifier: Apache-2.0
/** nn_early with its memory images and counters. */
import type { Cell, HardwareStream } from '../../../hardware/hardware.ts';
import type { Engine } from '../../../stream-top/engine.ts';
import { earlyPlan } from './engine.ts';
import { earlyImages, earlyParameters, memoriesOf } from './images.ts';
import { bothEarly } from './layer.ts';

export function lowerEarly(engine: Engine, input: HardwareStream, output: HardwareStream): Cell[] {
  const { name } = engine;
  const plan = earlyPlan(engine);
  const memories = memoriesOf(plan);
  const {
    layer,
    fold: { pe, simd },
  } = plan;
  const { height, width, channels, filters, kernel, stride, padSize, pool } = layer;
  const pooled = pool > 1 ? `, ${pool}x${pool} max-pool` : '';
  return [
    {
      module: 'nn_early',
      instance: `u_${name}`,
      comment:
        `${filters} filters ${kernel}x${kernel} on ${height}x${width}x${channels}, stride ${stride}, pad ` +
        `${padSize}${pooled}; early decision, PE ${pe}, SIMD ${simd}`,
      parameters: earlyParameters(name, plan, memories, { early: bothEarly, gate: engine.gate ?? false }),
      input,
      output,
      images: earlyImages(name, plan, memories),
      busySignal: 'working',
      counters: { dense: 'g_count.tiles_dense', executed: 'g_count.tiles_executed', operations: simd },
    },
  ];
}
