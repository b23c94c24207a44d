// SPDX-License-Identifier: Apache-2.0
/**
 * energy: relative energy of the design in the output folder, modelled from its toggles, beside the same network
 * without reuse and early decision.
 */
import { nothingMeasured } from './memory-verdict.ts';
import { isStreamDesign, type StreamDesign } from '../../generator/stream-top/design.ts';
import { join } from 'node:path';
import { measureActivity, type Measured } from '../../sim/activity/measure.ts';
import { blaming } from '../../sim/blame.ts';
import { inFolder } from '../../generator/emit/in-folder.ts';
import { openFolder } from '../../generator/emit/folder.ts';
import { warnOfEdits } from '../../generator/emit/judge.ts';
import { instancesOf } from '../../generator/stream-top/instances.ts';
import { planFiles } from '../../generator/emit/plan.ts';
import { topName, type Design } from '../../generator/design/architecture.ts';
import { relativeTo, rangeOf, sumOf, type EngineCounts } from '../../sim/energy/compare.ts';
import { countEvents } from '../../sim/energy/count.ts';
import { saifText } from '../../sim/energy/saif.ts';
import { energyOf, events, weights, type Counts } from '../../generator/report/event-weights.ts';
import { rebuildCommand } from '../../generator/emit/rebuild.ts';
import { typed } from '../../generator/options/option.ts';
import { fail } from '../../generator/errors/errors.ts';
import { architectures } from '../../generator/architectures/index.ts';
import { requireFit } from '../../generator/design/fit.ts';
import { mergeReports, writeJson, writeText, type EnergyFile } from '../../generator/report/merge.ts';
import { percent, table } from '../../generator/report/tables.ts';
import { framesFor } from '../../generator/frames/frames.ts';
import { prepareFrom, type DesignOptions, type Prepared } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';

export interface EnergyOptions extends DesignOptions {
  readonly frames: number;
  readonly images?: string | undefined;
}

/** More make the counts no better: a frame is tens of thousands of clocks. */
const mostFrames = 100;

/** The same network built in the plainest way; undefined where the architecture has no such way. */
function baselineOf(design: Design): StreamDesign | undefined {
  const baseline = design.architecture.baseline?.(design);
  return baseline && isStreamDesign(baseline) ? baseline : undefined;
}

function refuse({ architecture: { name } }: Design): never {
  const legal = architectures.filter(({ baseline }) => baseline).map((architecture) => architecture.name);
  return fail({
    code: 'NN001',
    where: '--arch',
    got: `${name}, which has no baseline with weights in memory beside it`,
    legal: legal.join(' '),
    fix: `--arch ${legal[0]}`,
  });
}

const titles: Readonly<Record<keyof Counts, string>> = {
  register: 'flip-flops that toggle',
  routed: 'LUTs that toggle, to other LUTs',
  local: 'LUTs that toggle, within a slice',
  clocked: 'clocks at flip-flops',
  blockRam: 'bits of block RAM',
};

interface Side {
  readonly design: StreamDesign;
  readonly counts: EngineCounts;
  readonly clocks: number;
}

function engineTable(base: Side, { design, counts }: Side): string {
  const whole = energyOf(sumOf(base.counts));
  const rows = design.placement.engines.map(({ name, title, nodes, fold }) => {
    // An engine that decides early does what two of the baseline's do, convolution and pool.
    const before = base.design.placement.engines.filter((engine) => nodes.some((node) => node.name === engine.name));
    const [energyBefore, energyAfter] = [
      before.map((engine) => base.counts.get(engine.name)!),
      [counts.get(name)!],
    ].map((all) => all.reduce((sum, one) => sum + energyOf(one), 0) / whole);
    return [
      name,
      title,
      before[0]!.fold.form ?? 'folded',
      energyBefore!.toFixed(4),
      fold.form ?? 'folded',
      energyAfter!.toFixed(4),
    ];
  });
  const total = ['all', '', '', '1.0000', '', relativeTo(base.counts, counts).toFixed(4)];
  return table(['layer', 'kind', 'baseline', 'energy', 'this design', 'energy'], [...rows, total]);
}

function eventTable(base: Side, side: Side): string {
  const sums = [base, side].map(({ counts }) => sumOf(counts));
  const share = (sum: Counts, event: keyof Counts) => percent((sum[event] * weights[event]) / energyOf(sum));
  const rows = events.map((event) => [
    titles[event],
    weights[event].toFixed(3),
    ...sums.flatMap((sum) => [Math.round(sum[event]), share(sum, event)]),
  ]);
  return table(['a frame', 'weight', 'baseline', 'of its energy', 'this design', 'of its energy'], rows);
}

/** Options of energy.json: those whose value says how layers are built. */
function builtWith({
  architecture,
  options,
}: StreamDesign): Pick<EnergyFile['baseline'], 'fps' | 'reuse' | 'early' | 'gate'> {
  const shown = new Set(['fps', 'reuse', 'early', 'gate']);
  const values = architecture.options.filter(({ name }) => shown.has(name));
  return Object.fromEntries(values.map((option) => [option.name, typed(option, { ...options })])) as never;
}

function sideFile({ design, counts, clocks }: Side): EnergyFile['baseline'] {
  return {
    ...builtWith(design),
    clocksPerFrame: clocks,
    total: sumOf(counts),
    engines: Object.fromEntries(counts),
  };
}

/** A design, what it is compared with, and where its files lie. */
interface Pair {
  readonly design: StreamDesign;
  readonly baseline: StreamDesign;
  readonly request: Prepared['request'];
  readonly folder: ReturnType<typeof openFolder>;
}

/** The design in the output folder, measured there, and the baseline, in a folder that is gone again. */
async function measureBoth(
  { design, baseline, request, folder }: Pair,
  frames: readonly Uint8Array[],
  out: Console,
): Promise<{ measured: Measured; side: Side; base: Side }> {
  const measure = async (one: StreamDesign, path: string, what: string) => {
    const measured = await measureActivity(one, {
      folder: path,
      frames,
      onProgress: (text) => out.progress(`${what}: ${text}`),
    });
    const side: Side = {
      design: one,
      counts: countEvents(measured, topName(one), instancesOf(one)),
      clocks: measured.clocks / measured.frames,
    };
    return { measured, side };
  };
  const { measured, side } = await blaming(folder.modified, () => measure(design, folder.path, 'this design'));
  const isPlain = rebuildCommand(design, request) === rebuildCommand(baseline, request);
  const isBaseline = isPlain && folder.modified.length === 0;
  const base = isBaseline
    ? side
    : await inFolder(planFiles(baseline, request), async (path) => (await measure(baseline, path, 'baseline')).side);
  return { measured, side, base };
}

/** Writes the activity where the board's toolchain looks for it. @returns its path; null where it reads none */
function writeActivity(design: StreamDesign, folder: string, measured: Measured): string | null {
  const { activityFile } = design.options.board.toolchain;
  if (activityFile === null) return null;
  const activity = join(folder, activityFile);
  writeText(activity, saifText(measured, topName(design), design.options.clockMhz));
  return activity;
}

function textOf(base: Side, side: Side, file: EnergyFile): string[] {
  const { relative, relativeRange: range, frames, images } = file;
  return [
    engineTable(base, side),
    eventTable(base, side),
    `energy a frame ${relative.toFixed(3)} of the baseline's (weights in memory, every tap worked on, ` +
      `${Math.round(base.clocks)} clocks a frame; this design ${Math.round(side.clocks)}); ` +
      `${range[0].toFixed(2)} to ${range[1].toFixed(2)} when one weight is halved or doubled`,
    `modelled from the toggles of ${frames} frames (${images}), without glitches and routing, in no unit: ` +
      `docs/energy.md; weights: ${side.design.typed.weights.source}`,
  ];
}

export async function energy(options: EnergyOptions, out: Console): Promise<CommandResult> {
  if (!Number.isInteger(options.frames) || options.frames < 1 || options.frames > mostFrames)
    fail({ code: 'NN001', where: '--frames', got: String(options.frames), legal: `1..${mostFrames}` });
  const prepared = await prepareFrom(options, out.warn);
  const { design, request } = prepared;
  const baseline = baselineOf(design);
  if (!isStreamDesign(design) || !baseline) return refuse(design);
  requireFit(design);
  const images = await framesFor(design.typed, prepared.module, options.images, options.frames);
  const folder = openFolder(design, request, options.out);
  warnOfEdits(folder, out.warn);
  if (folder.memoryFaults.length > 0) return nothingMeasured(folder);

  const { measured, side, base } = await measureBoth({ design, baseline, request, folder }, images.frames, out);
  const activity = writeActivity(design, folder.path, measured);
  const file: EnergyFile = {
    model: 'relative, from toggles of the RTL; docs/energy.md',
    frames: measured.frames,
    images: images.describe,
    weights,
    relative: relativeTo(base.counts, side.counts),
    relativeRange: rangeOf(base.counts, side.counts),
    baseline: sideFile(base),
    design: sideFile(side),
    sourcesSha256: folder.sourcesSha256,
  };
  writeJson(join(folder.path, 'report', 'energy.json'), file);
  const report = mergeReports(folder.path, folder.sourcesSha256);
  return {
    json: { modified: folder.modified, activity, energy: file, report },
    text: [...textOf(base, side, file), ...(activity === null ? [] : [`written: ${activity}`])].join('\n'),
    exitCode: 0,
  };
}
