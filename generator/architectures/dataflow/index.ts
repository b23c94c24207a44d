// SPDX-License-Identifier: Apache-2.0
/** Every layer its own hardware. */
export type { DataflowDesign } from './build.ts';
export type { DataflowOptions } from './map/search.ts';
import type { Architecture, Target, Warn } from '../../design/architecture.ts';
import { fail } from '../../errors/errors.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import { fps, primitives, requireTarget } from '../../options/target.ts';
import type { Held } from '../../options/option.ts';
import { streamAnswers } from '../../stream-top/answers.ts';
import { describeStream } from '../../stream-top/describe.ts';
import type { Choice } from '../../stream-top/engine.ts';
import { estimateReport } from '../../stream-top/estimate-report.ts';
import { streamSources } from '../../stream-top/sources.ts';
import { buildDataflow as buildAs, type DataflowDesign } from './build.ts';
import { calibrationFrames } from './calibration-frames.ts';
import { earlyPlanText } from './early-plan.ts';
import { defaultCalibrationFrames, describeCalibration, type CalibrationFrames } from './map/calibration.ts';
import { sweep } from './map/pareto.ts';
import type { DataflowOptions } from './map/search.ts';
import { bramPrice, calibration, calibrationLimit, early, gate, reuse } from './options.ts';

/** Options of early decision have nothing to act on without it. */
function requireEarly({ gate: gating, calibration: path, calibrationLimit: limit }: Held): void {
  const fix = '--early on or --early auto';
  if (path !== undefined || limit !== undefined) {
    const where = path !== undefined ? '--calibration' : '--calibration-limit';
    fail({ code: 'NN001', where, got: 'no early decision to calibrate', fix });
  }
  if (gating === 'on')
    fail({ code: 'NN001', where: '--gate', got: 'no early decision whose lanes could stand still', fix });
}

/** Early decision with the frames that it goes by; none where it is off. */
function earlyOptions(
  typed: TypedGraph,
  values: Held,
  warn: Warn,
): Pick<DataflowOptions, 'early' | 'gate' | 'calibration'> {
  if (values['early'] === 'off') {
    requireEarly(values);
    return { early: 'off' };
  }
  const { calibration: path, calibrationLimit: limit = defaultCalibrationFrames } = values;
  if (path === undefined)
    warn('early decision is calibrated on random pixels: give --calibration IMAGES for orders that suit real ones');
  const frames = calibrationFrames(typed, path as string | undefined, limit as number);
  return { early: values['early'] as Choice, gate: values['gate'] === 'on', calibration: frames };
}

function ownOptions(
  typed: TypedGraph,
  target: Omit<Target, 'fps'>,
  values: Held,
  warn: Warn,
): Omit<DataflowOptions, 'fps'> {
  return {
    ...target,
    reuse: values['reuse'] as Choice,
    ...earlyOptions(typed, values, warn),
    bramPrice: values['bramPrice'] as number | undefined,
  };
}

/** What early decision goes by, and what it would take in frames that nothing is known of early. */
function earlyLines({
  options: { calibration: frames },
  placement: { engines, intervalAtMost },
}: DataflowDesign): string[] {
  const deciding = engines.filter(({ fold }) => fold.form === 'early');
  if (!frames) return [];
  if (deciding.length === 0) return [`early decision: nowhere (${describeCalibration(frames)})`];
  const names = deciding.map(({ name }) => name).join(' ');
  return [
    `early decision in ${names}: ~ clocks are expected by ${describeCalibration(frames)}; ` +
      `${intervalAtMost} a frame if all tiles were looked at`,
  ];
}

const calibrationReport = (frames: CalibrationFrames | undefined) =>
  frames
    ? { frames: frames.frames.length, source: frames.path === undefined ? ('random' as const) : ('images' as const) }
    : null;

function otherReports(design: DataflowDesign): ReadonlyMap<string, string> {
  const plan = earlyPlanText(design);
  return new Map(plan === undefined ? [] : [['report/early.json', plan]]);
}

export const dataflow: Architecture = {
  ...streamAnswers,
  name: 'dataflow',
  help: 'every layer its own hardware',
  options: [fps, primitives, reuse, early, gate, calibration, calibrationLimit, bramPrice],
  own: { xc7z100: { fps: '40000', early: 'auto' } },
  suffix: () => '',
  design(typed, target: Target, values, warn) {
    return buildDataflow(typed, { ...target, ...ownOptions(typed, target, values, warn) });
  },
  sources: (design: DataflowDesign, request, header) =>
    streamSources(design, request, header, calibrationReport(design.options.calibration), otherReports(design)),
  report: (design: DataflowDesign, request) =>
    estimateReport(design, request, { calibration: calibrationReport(design.options.calibration) }),
  describe: (design: DataflowDesign) => describeStream(design, earlyLines(design)),
  baseline: ({ typed, options }: DataflowDesign) =>
    buildDataflow(typed, { ...options, reuse: 'off', early: 'off', gate: false, calibration: undefined }),
  sweep: (typed, target, values, warn, onProgress) => sweep(typed, ownOptions(typed, target, values, warn), onProgress),
  inputs: ({ calibration: frames }) => ({ calibration: (frames as CalibrationFrames | undefined)?.path }),
  renamed(design: DataflowDesign, manifest) {
    const { calibration: frames } = design.options;
    if (!frames) return design;
    const path = calibration.read!(manifest) as string | undefined;
    const options: DataflowOptions = { ...design.options, calibration: { ...frames, path } };
    return { ...design, options };
  },
};

/** A design that does not fit is returned, not refused. NN006, NN015 where it cannot be built. */
export const buildDataflow = (typed: TypedGraph, options: DataflowOptions): DataflowDesign => {
  requireTarget(options);
  return buildAs(typed, options, dataflow);
};
