// SPDX-License-Identifier: Apache-2.0
/** Reading an output folder back: the design there, and what was changed since it was generated. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Architecture, Design, Request } from '../design/architecture.ts';
import { callsOfGen } from '../project/call.ts';
import type { Held } from '../options/option.ts';
import { withInputs, type Inputs } from './inputs.ts';
import { judged, type OutputFolder } from './judge.ts';
import { recover } from './leftovers.ts';
import { optionsIn, readManifest, requireSame, type Manifest } from './manifest.ts';
import { planFiles, type Plan } from './plan.ts';
import { folderOf, rebuildCommand } from './rebuild.ts';
import { writePlan } from './write.ts';

/** Options that the design in the folder was generated with, as they would be typed; undefined when there is none. */
export function generatedOptions(path: string, architecture: Architecture): Held | undefined {
  recover(path);
  if (!existsSync(join(path, 'manifest.json'))) return undefined;
  return optionsIn(readManifest(path, architecture), architecture);
}

/** The design with the words in which it was asked for then: they stand in headers, and a network has many names. */
function asNamedThen(design: Design, manifest: Manifest): Plan {
  const named = design.architecture.renamed?.(design, manifest) ?? design;
  const request = { network: manifest.networkGiven, weights: manifest.weights.path ?? undefined, defaulted: false };
  const here = rebuildCommand(named, request);
  const known = callsOfGen.map((gen) => `${gen}${here.slice(here.indexOf(' --board '))}`);
  const rebuild = known.find((command) => command === manifest.rebuild);
  return planFiles(named, { ...request, rebuild });
}

/** Files that the design is made of, beside the network. */
export function inputsOf({ architecture, options }: Design, { weights }: Request): Inputs {
  return { weights, ...architecture.inputs?.({ ...options }) };
}

/**
 * The design's folder as it lies in `parent`, judged by its plan; generated when absent. NN031 when it holds another
 * design, or lost files.
 */
export function openFolder(design: Design, request: Request, parent: string): OutputFolder {
  const name = folderOf(design);
  const path = resolve(parent, name);
  const images = () => design.architecture.images(design);
  recover(path);
  if (existsSync(join(path, 'manifest.json'))) {
    const manifest = readManifest(path, design.architecture);
    requireSame(path, manifest, design, request);
    return judged(path, asNamedThen(design, manifest), images());
  }
  const plan = planFiles(design, request);
  writePlan(withInputs(plan, path, inputsOf(design, request)), parent, name);
  return judged(path, plan, images());
}
