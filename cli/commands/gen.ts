// SPDX-License-Identifier: Apache-2.0
/** gen: network → output folder. check: all that can be said before. */
import { resolve } from 'node:path';
import { fitIssues, requireFit } from '../../generator/design/fit.ts';
import { inputsOf } from '../../generator/emit/folder.ts';
import { withInputs } from '../../generator/emit/inputs.ts';
import { planFiles } from '../../generator/emit/plan.ts';
import { folderOf } from '../../generator/emit/rebuild.ts';
import { generate } from '../../generator/emit/write.ts';
import { prepare, type DesignOptions } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';

export interface GenOptions extends DesignOptions {
  /** Edits of generated files may be lost. */
  readonly force?: boolean | undefined;
}

export async function gen(options: GenOptions, out: Console): Promise<CommandResult> {
  const { design, request } = await prepare(options, out.warn);
  requireFit(design, out.warn);
  const name = folderOf(design);
  const plan = withInputs(planFiles(design, request), resolve(options.out, name), inputsOf(design, request));
  const written = generate(plan, options.out, name, options.force === undefined ? {} : { force: options.force });
  if (written.foreign.length > 0) out.warn(`kept, not of bitloom: ${written.foreign.join(' ')}`);
  const report = design.architecture.report(design, request);
  return {
    json: { folder: written.path, foreign: written.foreign, report },
    text: `${design.architecture.describe(design, report)}\nwritten: ${written.path}`,
    exitCode: 0,
  };
}

export async function check(options: DesignOptions, out: Console): Promise<CommandResult> {
  const { design, request } = await prepare(options, out.warn);
  const report = design.architecture.report(design, request);
  const issues = fitIssues(design);
  return {
    json: { report, issues },
    text: design.architecture.describe(design, report),
    issues,
    exitCode: issues.length > 0 ? 1 : 0,
  };
}
