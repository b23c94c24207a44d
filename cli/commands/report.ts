// SPDX-License-Identifier: Apache-2.0
/** report: estimate, verification, synthesis and energy of an output folder as one report.json, and as a page. */
import { refusal } from '../../generator/report/refusal.ts';
import { call } from '../../generator/project/call.ts';
import { join } from 'node:path';
import { openFolder } from '../../generator/emit/folder.ts';
import { warnOfEdits, type OutputFolder } from '../../generator/emit/judge.ts';
import { mergeReports, staleMeasurements, writeText } from '../../generator/report/merge.ts';
import type { VerificationReport } from '../../generator/report/report.ts';
import { reportPage } from '../../generator/report/page.ts';
import { percent, table } from '../../generator/report/tables.ts';
import { prepareFrom, type DesignOptions } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';

async function openGiven(options: DesignOptions, out: Console): Promise<OutputFolder> {
  const { design, request } = await prepareFrom(options, out.warn);
  return openFolder(design, request, options.out);
}

function verifiedLine({ passed, frames, mismatches, simulator, memoryFaults }: VerificationReport): string {
  if (memoryFaults.length > 0) return `NOT EQUAL: ${memoryFaults[0]!.text}`;
  return `${passed ? 'verified' : refusal(mismatches)}: ${frames} frames, ${mismatches} mismatches (${simulator})`;
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US');

export async function report(options: DesignOptions, out: Console): Promise<CommandResult> {
  const folder = await openGiven(options, out);
  warnOfEdits(folder, out.warn);
  for (const file of staleMeasurements(folder.path, folder.sourcesSha256))
    out.warn(`${file} is of other sources than lie here now: ignored`);
  const merged = mergeReports(folder.path, folder.sourcesSha256);
  const page = join(folder.path, 'report', 'report.html');
  writeText(page, reportPage(merged));
  const rows = merged.layers.map((l) => [
    l.name,
    l.kind,
    l.operations,
    l.lanes,
    l.cyclesModelled,
    l.cyclesMeasured,
    percent(l.busy),
    l.lut,
    l.ff,
    l.bram36,
    l.logicLevels,
    l.staDelayNs === null ? null : l.staDelayNs.toFixed(2),
    l.source,
  ]);
  const { totals, verification } = merged;
  return {
    json: merged,
    text: [
      table(
        [
          'layer',
          'kind',
          'operations',
          'lanes',
          'clocks',
          'measured',
          'busy',
          'LUT',
          'FF',
          'BRAM36',
          'levels',
          'sta ns',
          'source',
        ],
        rows,
      ),
      `${merged.network} on ${merged.board}: ${whole(totals.framesPerSecond)} frames/s at ${merged.clockMhz} MHz, ` +
        `interval ${verification?.initiationIntervalMeasured ? 'measured' : 'modelled'}; ` +
        `weights: ${merged.weights.source}`,
      ...(totals.logicLevels === null
        ? [`not synthesised yet: ${call('synth')}`]
        : [
            `deepest path: ${totals.logicLevels} LUT levels; ${totals.staDelayNs?.toFixed(2) ?? '?'} ns, ` +
              'estimate without routing (Yosys sta)',
          ]),
      verification ? verifiedLine(verification) : `not verified yet: ${call('verify')}`,
      `written: ${join(folder.path, 'report', 'report.json')} and ${page}`,
    ].join('\n'),
    exitCode: 0,
  };
}
