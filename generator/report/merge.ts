// SPDX-License-Identifier: Apache-2.0
/** report.json: the estimate, overlaid with what verify and synth measured. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../processes/make-folder.ts';
import { readFolderFile } from '../emit/read-folder.ts';
import { BitloomError, fail } from '../errors/errors.ts';
import type { Counts } from './event-weights.ts';
import {
  lanesOf,
  type EnergyReport,
  type LayerReport,
  type Report,
  type Totals,
  type VerificationReport,
} from './report.ts';
import { call } from '../project/call.ts';

/** report/verification.json */
export interface VerificationFile extends VerificationReport {
  /** Clocks per frame in which the lanes worked, by engine name. */
  readonly cyclesMeasured: Readonly<Record<string, number>>;
  /**
   * Operations per frame that were counted where not all are executed: by engines with early decision, in layers of the
   * sparse engine.
   */
  readonly operationsCounted: Readonly<Record<string, number>>;
  /** Clocks that layers of the sparse engine waited before they started. */
  readonly waitsMeasured?: Readonly<Record<string, number>>;
  /** What was judged: hash over rtl/ and mem/ as they lay there. */
  readonly sourcesSha256: string;
}

type Resources = Pick<
  LayerReport,
  'lut' | 'lutRam' | 'ff' | 'bram36' | 'uram' | 'dsp' | 'memoryBitsUsed' | 'logicLevels' | 'staDelayNs'
>;

/** report/synthesis.json */
export interface SynthesisFile {
  readonly tool: string;
  readonly engines: Readonly<Record<string, Resources>>;
  readonly totals: Resources & Pick<Totals, 'romBram36'>;
  readonly crossingLevels: number | null;
  readonly staNotTimed: readonly string[];
  /** null: unknown. */
  readonly fits: boolean | null;
  readonly fitsPercent: Readonly<Record<string, number>>;
  readonly sourcesSha256: string;
}

/** Events of a frame, modelled as energy. */
interface EnergySide {
  readonly fps: string;
  readonly reuse: string;
  readonly early: string;
  readonly gate: string;
  readonly clocksPerFrame: number;
  readonly total: Counts;
  readonly engines: Readonly<Record<string, Counts>>;
}

/** report/energy.json */
export interface EnergyFile extends EnergyReport {
  readonly model: string;
  readonly images: string;
  /** Of an event, in toggles of a routed net. */
  readonly weights: Counts;
  readonly baseline: EnergySide;
  readonly design: EnergySide;
  readonly sourcesSha256: string;
}

export function writeJson(file: string, value: unknown): void {
  writeText(file, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Writes by a rename, so that a reader never sees half of it; a link in its place is replaced, not followed. NN030
 * where it cannot.
 */
export function writeText(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    makeFolder(dirname(file));
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    fail({
      code: 'NN030',
      where: file,
      got: (error as Error).message,
      fix: 'free some disk space or change the permissions',
    });
  }
}

function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFolderFile(dirname(file), basename(file))) as T;
  } catch (error) {
    if (error instanceof BitloomError) throw error;
    return fail({
      code: 'NN031',
      where: file,
      got: (error as Error).message,
      fix: 'delete it, or generate the folder again',
    });
  }
}

/** Measurements in the folder that were made on other sources than lie there now: mergeReports ignores them. */
export function staleMeasurements(folder: string, sourcesSha256: string): string[] {
  return ['report/verification.json', 'report/synthesis.json', 'report/energy.json'].filter((file) => {
    const measured = readJson<{ sourcesSha256: string }>(join(folder, file));
    return measured !== undefined && measured.sourcesSha256 !== sourcesSha256;
  });
}

/** What was measured; absent where it was not, or on other sources, for that says nothing about these. */
interface Measured {
  readonly verification: VerificationFile | undefined;
  readonly synthesis: SynthesisFile | undefined;
  readonly energy: EnergyFile | undefined;
}

function measuredIn(folder: string, sourcesSha256: string): Measured {
  const fresh = <T extends { sourcesSha256: string }>(name: string) => {
    const file = readJson<T>(join(folder, 'report', name));
    return file?.sourcesSha256 === sourcesSha256 ? file : undefined;
  };
  return {
    verification: fresh<VerificationFile>('verification.json'),
    synthesis: fresh<SynthesisFile>('synthesis.json'),
    energy: fresh<EnergyFile>('energy.json'),
  };
}

/** @param interval clocks a frame */
function layersOf(layers: readonly LayerReport[], measured: Measured, interval: number): LayerReport[] {
  const { verification, synthesis } = measured;
  const parts = measuredOf(synthesis?.engines);
  const cyclesMeasured = measuredOf(verification?.cyclesMeasured);
  return layers.map((layer): LayerReport => {
    const operationsExecuted = executed(layer, verification);
    const worked = layer.style === 'early' || layer.style === 'sparse' ? operationsExecuted : layer.operations;
    return {
      ...layer,
      ...(layer.style === 'sparse' ? inTurn(layer, operationsExecuted, verification) : {}),
      ...(parts.has(layer.name) ? { ...resourcesOf(parts.get(layer.name)!), source: 'yosys' as const } : {}),
      cyclesMeasured: cyclesMeasured.get(layer.name) ?? null,
      operationsExecuted,
      busy: layer.lanes > 0 && worked !== null ? worked / (layer.lanes * interval) : null,
    };
  });
}

function totalsOf(
  estimate: Report,
  layers: readonly LayerReport[],
  { verification, synthesis }: Measured,
  interval: number,
): Totals {
  const perLayer = layers.map(({ operationsDense, operationsExecuted }) =>
    operationsDense === 0 ? 0 : operationsExecuted,
  );
  const lanes = lanesOf(layers);
  const busyLanes = layers.map((layer) => (layer.lanes === 0 ? 0 : layer.busy && layer.busy * layer.lanes));
  const resources = synthesis?.totals ?? estimate.totals;
  return {
    ...estimate.totals,
    initiationIntervalCycles: interval,
    latencyCycles: verification?.latencyMeasured ?? null,
    framesPerSecond: (estimate.clockMhz * 1e6) / interval,
    busy: lanes > 0 ? ratio(sum(busyLanes), lanes) : null,
    operationsExecuted: sum(perLayer),
    ...resourcesOf(resources),
    romBram36: resources.romBram36,
    crossingLevels: synthesis?.crossingLevels ?? null,
    staNotTimed: synthesis?.staNotTimed ?? null,
    fits: synthesis ? synthesis.fits : estimate.totals.fits,
    fitsPercent: synthesis?.fitsPercent ?? estimate.totals.fitsPercent,
  };
}

/** The four files of an output folder as one report; also written to report/report.json. */
export function mergeReports(folder: string, sourcesSha256: string): Report {
  const estimate = readJson<Report>(join(folder, 'report', 'estimate.json'));
  if (!estimate)
    return fail({ code: 'NN031', where: folder, got: 'no report/estimate.json', fix: `${call('gen', '…')} first` });
  const measured = measuredIn(folder, sourcesSha256);
  const { verification, energy } = measured;
  const interval = verification?.initiationIntervalMeasured ?? estimate.totals.initiationIntervalCycles;
  const layers = layersOf(estimate.layers, measured, interval);
  const report: Report = {
    ...estimate,
    layers,
    totals: totalsOf(estimate, layers, measured, interval),
    verification: verification ? publicPart(verification) : null,
    energy: energy ? { frames: energy.frames, relative: energy.relative, relativeRange: energy.relativeRange } : null,
  };
  writeJson(join(folder, 'report', 'report.json'), report);
  return report;
}

/** By layer. A file's object answers to `constructor`, a legal name, also where it has no such layer. */
function measuredOf<T>(byLayer: Readonly<Record<string, T>> | undefined): Map<string, T> {
  return new Map(Object.entries(byLayer ?? {}));
}

/** What is said of a layer of the sparse engine alone. */
function inTurn(
  { name, lanes }: LayerReport,
  operations: number | null,
  verification: VerificationFile | undefined,
): Partial<LayerReport> {
  const cycles = measuredOf(verification?.cyclesMeasured).get(name);
  return {
    busyInTurn: lanes > 0 && operations !== null && cycles !== undefined ? operations / (lanes * cycles) : null,
    waitsMeasured: measuredOf(verification?.waitsMeasured).get(name) ?? null,
  };
}

/** By the engine's own registers, or clocks in which its lanes worked and what they do in one; null where unknown. */
function executed(
  { name, operationsPerClock }: LayerReport,
  verification: VerificationFile | undefined,
): number | null {
  const counted = measuredOf(verification?.operationsCounted).get(name);
  if (counted !== undefined) return counted;
  const cycles = measuredOf(verification?.cyclesMeasured).get(name);
  return operationsPerClock === null || cycles === undefined ? null : operationsPerClock * cycles;
}

/** null where one is unknown. */
function sum(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : (values as number[]).reduce((total, value) => total + value, 0);
}

function ratio(part: number | null, whole: number): number | null {
  return part === null ? null : part / whole;
}

/** What report.json says of a layer, or of all, which may be less than synthesis.json. */
function resourcesOf({
  lut,
  lutRam,
  ff,
  bram36,
  uram,
  dsp,
  memoryBitsUsed,
  logicLevels,
  staDelayNs,
}: Resources): Resources {
  return { lut, lutRam, ff, bram36, uram, dsp, memoryBitsUsed, logicLevels, staDelayNs };
}

function publicPart(file: VerificationFile): VerificationReport {
  const { passed, frames, warmupFrames, mismatches, stallPercent, simulator } = file;
  // Files of earlier versions have no faults of memory images.
  const { initiationIntervalMeasured, latencyMeasured, modifiedFiles, memoryFaults = [] } = file;
  const measured = { initiationIntervalMeasured, latencyMeasured, modifiedFiles, memoryFaults };
  return { passed, frames, warmupFrames, mismatches, stallPercent, simulator, ...measured };
}
