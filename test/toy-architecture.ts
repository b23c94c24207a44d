// SPDX-License-Identifier: Apache-2.0
/**
 * An architecture that only tests have: it answers every class with the same constant, in a design of one cell. Its
 * file touches nothing else, which shows what a new architecture is.
 */
import { z } from 'zod';
import { type Architecture, type Design, topName } from '../generator/design/architecture.ts';
import { usage } from '../generator/hardware/fit.ts';
import { hashGraph } from '../generator/ir/print.ts';
import type { TypedGraph } from '../generator/ir/graph.ts';
import type { DesignOption } from '../generator/options/option.ts';
import { fps } from '../generator/options/target.ts';
import type { Report } from '../generator/report/report.ts';

const answer: DesignOption = {
  name: 'answer',
  schema: z.number().int().min(0).max(9),
  legal: '0..9',
  usual: 7,
  help: 'toy: the class of every image',
};

interface ToyDesign extends Design {
  readonly options: Design['options'] & { readonly answer: number };
}

const cost = { lut: 1, lutRam: 0, ff: 8, bram36: 0, uram: 0, dsp: 0 };

function reportOf(design: Design): Report {
  const { name, architecture, options, typed, usage: used, interval } = design;
  const measured = { memoryBitsUsed: 8, logicLevels: null, staDelayNs: null };
  const work = { macs: 0, operationsDense: 0, operationsExecuted: null, busy: null };
  return {
    network: name,
    board: options.board.name,
    device: options.board.part,
    architecture: architecture.name,
    clockMhz: options.clockMhz,
    primitives: null,
    defaulted: false,
    calibration: null,
    weights: { source: typed.weights.source, bits: 8, imageBits: 8, compressionRatio: 1, sha256: '' },
    layers: [
      {
        ...{
          name: 'toy',
          kind: 'constant',
          engine: 'toy',
          style: 'folded',
          source: 'estimate',
          ...work,
          ...cost,
          ...measured,
        },
        ...{
          operations: 0,
          lanes: 0,
          pixelsPerBeat: 1,
          cyclesModelled: 1,
          cyclesMeasured: null,
          operationsPerClock: null,
        },
      },
    ],
    queues: [],
    totals: {
      ...{ ...work, ...cost, ...measured, initiationIntervalCycles: interval, latencyCycles: null },
      ...{ romBram36: null, crossingLevels: null, staNotTimed: null, fits: used.fits, fitsPercent: {} },
      framesPerSecond: (options.clockMhz * 1e6) / interval,
    },
    verification: null,
    energy: null,
  };
}

export const toy: Architecture = {
  name: 'toy',
  help: 'one constant for every image',
  interface: 'stream',
  options: [fps, answer],
  suffix: () => 'toy',
  design(typed: TypedGraph, target, values): ToyDesign {
    return {
      name: typed.name,
      architecture: toy,
      options: { ...target, answer: values['answer'] as number },
      typed,
      irHash: hashGraph(typed),
      usage: usage(cost, target.board),
      interval: 1,
    };
  },
  worst: () => ['toy 100 %'],
  sources: (design: ToyDesign, _, header) => ({
    rtl: new Map([
      [
        `${topName(design)}.v`,
        [
          ...header.map((line) => `// ${line}`),
          `module ${topName(design)} (output reg [7:0] y);`,
          '    reg [7:0] rom [0:0];',
          '    initial $readmemh("answer.mem", rom);',
          '    always @* y = rom[0];',
          'endmodule',
          '',
        ].join('\n'),
      ],
    ]),
    memories: new Map([['answer.mem', `0${design.options.answer}\n`]]),
    initialises: true,
    others: new Map(),
    estimate: reportOf(design),
  }),
  images: () => new Map([['mem/answer.mem', (_: number, bit: number) => ({ of: 'the answer', at: { bit } })]]),
  instances: (design) => ({
    instances: [{ name: 'toy', module: topName(design), comment: '', engine: 'toy', parameters: {}, ports: [] }],
    between: [],
  }),
  report: reportOf,
  describe: (design: ToyDesign) => `${design.name}: always ${design.options.answer}`,
  synthesisTable: (_, { totals }) => `toy: ${totals.lut} LUT`,
};
