// SPDX-License-Identifier: Apache-2.0
/** Estimate against synthesis, per engine, for the terminal. */
import { table } from '../report/tables.ts';
import type { SynthesisedDesign } from '../synth/synthesise-design.ts';
import type { StreamDesign } from './design.ts';

const head = [
  ...['layer', 'kind', 'lanes', 'LUT est.', 'LUT', 'LUT-RAM', 'LUT/lane', 'FF', 'BRAM36 est.', 'BRAM36', 'DSP'],
  ...['levels', 'sta ns'],
];

export function synthesisTable(design: StreamDesign, { engines }: SynthesisedDesign): string {
  const rows = design.placement.engines.map((engine) => {
    const got = engines.get(engine.name)!;
    const share = engine.lanes > 0 ? (got.lut / engine.lanes).toFixed(2) : '-';
    return [
      engine.name,
      engine.title,
      engine.lanes || '-',
      engine.estimate.lut,
      got.lut,
      got.lutRam,
      share,
      got.ff,
      engine.estimate.bram36,
      got.bram36,
      got.dsp,
      got.logicLevels,
      got.staDelayNs === null ? null : got.staDelayNs.toFixed(2),
    ];
  });
  return table(head, rows);
}
