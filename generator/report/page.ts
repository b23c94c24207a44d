// SPDX-License-Identifier: Apache-2.0
/** The report as one page: verdict, figures, pictures, layers. It stands alone: nothing is loaded from elsewhere. */
import { refusal } from './refusal.ts';
import { boardNamed } from '../boards/index.ts';
import { render } from '../templates/render.ts';
import { layerSvg, type LayerChart } from './layer-chart.ts';
import type { LayerReport, Report } from './report.ts';
import { cell, percent } from './tables.ts';
import { call } from '../project/call.ts';

interface Figure {
  readonly name: string;
  readonly value: string;
  /** Measured, modelled, counted, by whom. */
  readonly source: string;
}

function verdictOf({ verification }: Report): { readonly kind: string; readonly text: string } {
  if (!verification) return { kind: 'open', text: `Not verified yet: ${call('verify')}` };
  const { passed, frames, mismatches, stallPercent, simulator, modifiedFiles, memoryFaults } = verification;
  if (memoryFaults.length > 0)
    return { kind: 'differs', text: `NOT EQUAL: ${memoryFaults[0]!.text}; ${call('verify')} says all` };
  const edited = modifiedFiles.length > 0 ? `; modified since generated: ${modifiedFiles.join(' ')}` : '';
  const how =
    `${frames} frame${frames === 1 ? '' : 's'}, stalls of ${stallPercent.join(' ')} % of the clocks, ` +
    `${simulator}${edited}`;
  return passed
    ? { kind: 'equal', text: `EQUAL: the Verilog computes bit for bit what the golden model says (${how})` }
    : {
        kind: 'differs',
        text: `${refusal(mismatches)}: ${mismatches} differences, and what ${call('verify')} says (${how})`,
      };
}

function resources({ totals, board }: Report): Figure[] {
  const synthesised = totals.logicLevels !== null;
  const source = synthesised
    ? `Yosys, not ${boardNamed(board).toolchain.title}; not placed or routed`
    : 'estimate, before synthesis';
  const share = (key: string) =>
    totals.fitsPercent[key] === undefined ? '' : ` (${totals.fitsPercent[key]} % of the device)`;
  const kinds = [
    ['LUT', 'lut'],
    ['FF', 'ff'],
    ['BRAM36', 'bram36'],
    ['URAM', 'uram'],
    ['DSP', 'dsp'],
  ] as const;
  const used = kinds
    .filter(([, key]) => totals[key] !== 0)
    .map(
      ([name, key]): Figure => ({
        name,
        value: `${cell(totals[key])}${share(key)}`,
        source: totals[key] === null ? `${call('synth')} counts them` : source,
      }),
    );
  const delay =
    totals.staDelayNs === null
      ? []
      : [
          {
            name: 'Slowest path within a module',
            value: `${totals.staDelayNs.toFixed(2)} ns`,
            source: 'Yosys sta, without routing',
          },
        ];
  return synthesised
    ? [...used, { name: 'Deepest path', value: `${totals.logicLevels} LUT levels`, source }, ...delay]
    : used;
}

function figures(report: Report): Figure[] {
  const { totals, weights, verification, energy, clockMhz } = report;
  const measured = verification?.initiationIntervalMeasured != null ? 'measured in Verilator' : 'modelled';
  const counted = totals.operationsExecuted === null ? '' : `; ${cell(totals.operationsExecuted)} executed`;
  return [
    {
      name: 'Frames/s',
      value: cell(Math.round(totals.framesPerSecond)),
      source: `${measured}: a frame every ${cell(totals.initiationIntervalCycles)} clocks of ${clockMhz} MHz`,
    },
    ...(totals.latencyCycles === null
      ? []
      : [{ name: 'Latency', value: `${cell(totals.latencyCycles)} clocks`, source: 'measured in Verilator' }]),
    ...(totals.busy === null ? [] : [{ name: 'Lanes busy', value: percent(totals.busy), source: measured }]),
    {
      name: 'Operations a frame',
      value: `${cell(totals.operationsDense)}${counted}`,
      source: counted ? 'counted on the RTL' : 'of the network',
    },
    ...resources(report),
    {
      name: 'Weights',
      value: `${cell(weights.bits)} bits, ${weights.compressionRatio} times smaller than floats`,
      source: weights.source === 'synthetic' ? 'synthetic: random, no accuracy is implied' : weights.source,
    },
    ...(energy
      ? [
          {
            name: 'Energy',
            value: `${energy.relative.toFixed(2)} (${energy.relativeRange.map((e) => e.toFixed(2)).join(' to ')})`,
            source: `modelled from toggles of ${energy.frames} frames, relative to weights in memory`,
          },
        ]
      : []),
  ];
}

/** A picture of what at least two layers have. */
function charts({ layers }: Report): LayerChart[] {
  const chart = (
    title: string,
    unit: string,
    measures: readonly (readonly [string, (layer: LayerReport) => number | null])[],
  ): LayerChart[] => {
    const shown = layers.filter((layer) => measures.some(([, of]) => of(layer)));
    const series = measures
      .map(([name, of]) => ({ name, values: shown.map(of) }))
      .filter(({ values }) => values.some((value) => value !== null));
    return shown.length < 2 ? [] : [{ title, unit, layers: shown.map(({ name }) => name), series }];
  };
  const percentOf = (value: number | null | undefined) => (value == null ? null : 100 * value);
  return [
    ...chart('Clocks a frame, by layer', 'clocks', [
      ['modelled', (l) => l.cyclesModelled],
      ['measured', (l) => l.cyclesMeasured],
    ]),
    ...chart('Lanes busy, by layer', '% of clocks', [
      ["of the frame's", (l) => percentOf(l.busy)],
      ["of the layer's own", (l) => percentOf(l.busyInTurn)],
    ]),
    ...chart('LUTs, by layer', 'LUTs', [
      ['estimate', (l) => (l.source === 'estimate' ? l.lut : null)],
      ['Yosys', (l) => (l.source === 'yosys' ? l.lut : null)],
    ]),
  ];
}

const columns = [
  'layer',
  'kind',
  'engine',
  'operations',
  'executed',
  'lanes',
  'clocks modelled',
  'measured',
  'busy',
  'LUT',
  'FF',
  'BRAM36',
  'DSP',
  'levels',
  'resources by',
];

const row = (l: LayerReport) => [
  l.name,
  l.kind,
  l.engine,
  cell(l.operations),
  cell(l.operationsExecuted),
  cell(l.lanes),
  cell(l.cyclesModelled),
  cell(l.cyclesMeasured),
  percent(l.busy),
  cell(l.lut),
  cell(l.ff),
  cell(l.bram36),
  cell(l.dsp),
  cell(l.logicLevels),
  l.source,
];

export function reportPage(report: Report): string {
  const { network, board, device, architecture, clockMhz, weights } = report;
  return render('report/page.html.hbs', {
    title: `${network} on ${board}`,
    subtitle: `${architecture}, ${device}, ${clockMhz} MHz; ${weights.source} weights`,
    verdict: verdictOf(report),
    figures: figures(report).map((figure) => ({ ...figure })),
    pictures: charts(report).map((chart) => ({
      title: chart.title,
      base64: Buffer.from(layerSvg(chart)).toString('base64'),
    })),
    columns,
    rows: report.layers.map((layer) => ({ cells: row(layer) })),
  });
}
