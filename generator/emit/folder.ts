// SPDX-License-Identifier: Apache-2.0
/** Reading an output folder back: what lies there, and what was changed since it was generated. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { calibrationHash } from '../architectures/dataflow/map/calibration.ts';
import { fail } from '../errors/errors.ts';
import { withInputs, type Inputs } from './inputs.ts';
import { judged, type Images, type OutputFolder } from './judge.ts';
import { recover } from './leftovers.ts';
import { readFolderFile } from './read-folder.ts';
import { folderName, planFiles, rebuildCommand, type Plan, type Request } from './plan.ts';
import { writePlan } from './write.ts';
import type { ChannelOrders } from '../layer-kind/layer-kind.ts';
import type { Stands, WhatStands } from '../hardware/hardware.ts';
import type { Design } from '../pipeline.ts';
import type { ArrayWish } from '../architectures/shared-array/choose-array.ts';

/** manifest.json, as plan.ts writes it. */
interface Manifest {
  readonly networkGiven: string;
  readonly architecture: string;
  readonly clockMhz: number;
  readonly fps: string;
  readonly primitives: string;
  readonly reuse: string;
  readonly early: string;
  readonly gate: string;
  readonly calibration: { readonly path: string | null; readonly frames: number; readonly sha256: string } | null;
  readonly bramPrice: number | null;
  /** Of the shared architecture. */
  readonly array?: ArrayWish;
  readonly weights: { readonly source: string; readonly path: string | null };
  readonly irSha256: string;
  readonly rebuild: string;
  readonly files: Readonly<Record<string, string>>;
}

/** A path below the folder: a manifest that someone damaged names no other file. */
function staysBelow(path: string): boolean {
  return /^[\w.-]+(\/[\w.-]+)*$/.test(path) && !path.split('/').includes('..');
}

function isCalibration(value: unknown): boolean {
  const { path, frames, sha256: hash } = (value ?? {}) as Partial<NonNullable<Manifest['calibration']>>;
  return (path === null || typeof path === 'string') && typeof frames === 'number' && typeof hash === 'string';
}

function isWish({ units, taps, split, unshared }: ArrayWish): boolean {
  const optional = (value: unknown, type: string) => value === undefined || typeof value === type;
  return (
    optional(units, 'number') && optional(taps, 'number') && optional(split, 'boolean') && optional(unshared, 'boolean')
  );
}

/** Names below the folder, each with its hash. */
export function areFiles(files: unknown): files is Readonly<Record<string, string>> {
  return (
    typeof files === 'object' &&
    files !== null &&
    Object.entries(files).every(([path, hash]) => staysBelow(path) && typeof hash === 'string')
  );
}

function isManifest(value: unknown): value is Manifest {
  const m = value as Manifest | null;
  const mapping = [m?.architecture, m?.fps, m?.primitives, m?.reuse, m?.early, m?.gate];
  const texts = [...mapping, m?.networkGiven, m?.irSha256, m?.rebuild, m?.weights?.source];
  return (
    texts.every((text) => typeof text === 'string') &&
    typeof m!.clockMhz === 'number' &&
    (m!.calibration === null || isCalibration(m!.calibration)) &&
    (m!.bramPrice === null || typeof m!.bramPrice === 'number') &&
    (m!.array === undefined || isWish(m!.array)) &&
    (m!.weights.path === null || typeof m!.weights.path === 'string') &&
    areFiles(m!.files)
  );
}

/** manifest.json of the folder; NN031 where it cannot be read or is none. */
export function readManifest<M>(path: string, isManifest: (value: unknown) => value is M): M {
  const where = join(path, 'manifest.json');
  const damaged = (got: string) => fail({ code: 'NN031', where, got, fix: 'delete the folder and generate it again' });
  const text = readFolderFile(path, 'manifest.json');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return damaged((error as Error).message);
  }
  return isManifest(value) ? value : damaged('a manifest with fields missing or of the wrong kind');
}

/** Options as the command line takes them. */
interface GeneratedOptions {
  readonly arch: string;
  readonly fps: string;
  readonly clock: number;
  readonly primitives: string;
  readonly reuse: string;
  readonly early: string;
  readonly gate: string;
  readonly calibration?: string;
  readonly calibrationLimit?: number;
  readonly bramPrice?: number;
  readonly weights?: string;
  readonly units?: number;
  readonly taps?: number;
  readonly split?: string;
  readonly unshared?: boolean;
}

/** Options that the design in the folder was generated with; undefined when none lies there. */
export function generatedOptions(path: string): GeneratedOptions | undefined {
  recover(path);
  if (!existsSync(join(path, 'manifest.json'))) return undefined;
  const {
    architecture,
    fps,
    clockMhz,
    primitives,
    reuse,
    early,
    gate,
    calibration,
    bramPrice,
    weights,
    array: { split, ...array } = {},
  } = readManifest(path, isManifest);
  return {
    arch: architecture,
    fps,
    clock: clockMhz,
    primitives,
    reuse,
    early,
    gate,
    ...(calibration ? { calibrationLimit: calibration.frames } : {}),
    ...(calibration && calibration.path !== null ? { calibration: calibration.path } : {}),
    ...(bramPrice === null ? {} : { bramPrice }),
    ...(weights.path ? { weights: weights.path } : {}),
    ...array,
    ...(split === undefined ? {} : { split: split ? 'on' : 'off' }),
  };
}

/** The design with the words in which it was asked for then: they stand in headers, and a network has many names. */
function asNamedThen(design: Design, { networkGiven, weights, calibration }: Manifest): Plan {
  const { calibration: frames } = design.options;
  const named = frames ? { calibration: { ...frames, path: calibration?.path ?? undefined } } : {};
  const request = { network: networkGiven, weights: weights.path ?? undefined, defaulted: false };
  return planFiles({ ...design, options: { ...design.options, ...named } }, request);
}

/** Channels as the network counts them, where early decision has put them in another order. */
function asCounted({ of, at }: Stands, { input, output }: ChannelOrders): Stands {
  const { filter, channel, tap } = at;
  const among = input?.length ?? 1;
  return {
    of,
    at: {
      ...at,
      ...(filter !== undefined && output ? { filter: output[filter]! } : {}),
      ...(channel !== undefined && input ? { channel: input[channel]! } : {}),
      ...(tap !== undefined && input ? { tap: tap - (tap % among) + input[tap % among]! } : {}),
    },
  };
}

/** What every bit of the design's memory images is. */
export function imagesOf({ placement: { engines }, channelOrders }: Design): Images {
  const images = new Map<string, WhatStands>();
  for (const { name, cells } of engines)
    for (const { file, width, stands } of cells.flatMap((cell) => cell.images))
      images.set(`mem/${file}`, (word, bit) => {
        const found = bit < width ? stands(word, bit) : undefined;
        return found && asCounted(found, channelOrders.get(name) ?? {});
      });
  return images;
}

/** NN031 where the folder holds a design of other options, weights or images. */
function requireSame(path: string, manifest: Manifest, design: Design, request: Request): void {
  const wanted = rebuildCommand(design, request);
  const {
    architecture,
    clockMhz,
    fps,
    primitives,
    reuse = 'off',
    early = 'off',
    gate = false,
    calibration,
    bramPrice,
    array,
  } = design.options;
  const sameEarly =
    manifest.early === early &&
    manifest.gate === (gate ? 'on' : 'off') &&
    manifest.calibration?.sha256 === (calibration && calibrationHash(calibration));
  const sameMapping =
    manifest.fps === String(fps) &&
    sameEarly &&
    manifest.reuse === reuse &&
    manifest.primitives === (primitives ? 'on' : 'off') &&
    manifest.bramPrice === (bramPrice ?? null);
  const sameArray = JSON.stringify(manifest.array) === JSON.stringify(array);
  const sameOptions =
    manifest.architecture === architecture && sameArray && manifest.clockMhz === clockMhz && sameMapping;
  // The same network may be named in two ways: its IR decides, not its path.
  if (!sameOptions || manifest.irSha256 !== design.irHash)
    fail({
      code: 'NN031',
      where: path,
      got:
        manifest.rebuild === wanted
          ? 'a design of other weights, of other calibration images, or of an older network file'
          : `a design of: ${manifest.rebuild}`,
      legal: `a design of: ${wanted}`,
      fix: 'generate it again with these options, or give the options it was generated with',
    });
}

/**
 * The design's folder as it lies in `parent`, judged by its plan; generated when absent. NN031 when it holds another
 * design, or lost files.
 */
export function openFolder(design: Design, request: Request, parent: string): OutputFolder {
  const { board, architecture, array: { unshared } = {} } = design.options;
  const name = folderName(design.name, board.name, architecture, unshared);
  const path = resolve(parent, name);
  recover(path);
  if (existsSync(join(path, 'manifest.json'))) {
    const manifest = readManifest(path, isManifest);
    requireSame(path, manifest, design, request);
    return judged(path, asNamedThen(design, manifest), imagesOf(design));
  }
  const plan = planFiles(design, request);
  writePlan(withInputs(plan, path, inputsOf(design, request)), parent, name);
  return judged(path, plan, imagesOf(design));
}

/** Files that the design is made of, beside the network. */
export function inputsOf({ options: { calibration } }: Design, { weights }: Request): Inputs {
  return { weights, calibration: calibration?.path };
}
