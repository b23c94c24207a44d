// SPDX-License-Identifier: Apache-2.0
/** Every command: what it does, its options, and where its code is. */
import {
  calibrating,
  compressing,
  design,
  generating,
  importing,
  inferring,
  metering,
  reusing,
  storing,
  sweeping,
  training,
  verifying,
  type OptionTable,
} from './options.ts';
import type { CommandResult, Console } from './result.ts';
import { call } from '../../generator/project/call.ts';

export interface Command {
  /** For --help. */
  readonly describe: string;
  readonly options: OptionTable;
  /** The option that a word without a name gives. */
  readonly positional?: string;
  readonly example?: readonly [command: string, says: string];
  /** The module is read when the command is called, since the charts of one are as much code as all the others. */
  readonly load: () => Promise<(options: never, out: Console) => Promise<CommandResult>>;
}

/** By name, in the order in which --help lists them. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'gen',
    {
      describe: "generate Verilog, memory images and project files for the board's tools",
      options: generating,
      load: async () => (await import('./gen.ts')).gen,
    },
  ],
  [
    'check',
    {
      describe: 'say everything that can be said before generating: unsupported, ill-folded, does not fit',
      options: design,
      load: async () => (await import('./gen.ts')).check,
    },
  ],
  [
    'verify',
    {
      describe: 'run the generated files in Verilator against the golden model, layer by layer',
      options: { ...design, ...verifying },
      load: async () => (await import('./verify.ts')).verify,
    },
  ],
  [
    'synth',
    {
      describe: 'count LUTs, flip-flops and BRAM with Yosys, out of context',
      options: design,
      load: async () => (await import('./synth.ts')).synth,
    },
  ],
  [
    'energy',
    {
      describe:
        'relative energy a frame, modelled from toggles counted in Verilator, beside the same network without reuse; ' +
        "switching activity for the board's tools",
      options: { ...design, ...metering },
      load: async () => (await import('./energy.ts')).energy,
    },
  ],
  [
    'report',
    {
      describe: 'merge estimate, verification, synthesis and energy into report.json, and a page with pictures',
      options: design,
      load: async () => (await import('./report.ts')).report,
    },
  ],
  [
    'pareto',
    {
      describe:
        'frames/s against estimated LUTs for every rate that a folding can reach: the front as a table, all of it as ' +
        'SVG and JSON',
      options: sweeping,
      example: [call('pareto', '--network cnv --board xc7z100'), 'then gen with one of its rates as --fps'],
      load: async () => (await import('./pareto.ts')).pareto,
    },
  ],
  [
    'import',
    {
      describe: 'make a network file and its tensors of a quantised ONNX model (QONNX)',
      options: importing,
      positional: 'model',
      example: [call('import', 'model.onnx --out net'), 'then infer with --network net/model.ts'],
      load: async () => (await import('./import.ts')).importModel,
    },
  ],
  [
    'infer',
    {
      describe: 'run the golden model on images',
      options: inferring,
      load: async () => (await import('./infer.ts')).infer,
    },
  ],
  [
    'reuse',
    {
      describe:
        'what kernel reuse saves in every layer: operations by a spanning tree of kernels, full adders by ' +
        'groups; the trees as SVG',
      options: reusing,
      example: [call('reuse', '--network cnv'), 'then gen with --reuse auto'],
      load: async () => (await import('./reuse.ts')).reuse,
    },
  ],
  [
    'calibrate',
    {
      describe: 'bring real weights to 8-bit fixed point, by calibration images',
      options: calibrating,
      load: async () => (await import('./calibrate.ts')).calibrate,
    },
  ],
  [
    'storage',
    {
      describe: 'store 8-bit weights without their zeros: bytes by layer and part',
      options: storing,
      load: async () => (await import('./storage.ts')).storage,
    },
  ],
  [
    'train',
    {
      describe: 'train a reference network and write its weights',
      options: training,
      load: async () => (await import('./train.ts')).train,
    },
  ],
  [
    'compress',
    {
      describe:
        'prune, train and quantise a float residual network, stage by stage: accuracy, operations and bits ' +
        'before and after',
      options: compressing,
      example: [
        call('compress', '--network digits --out digits'),
        'filters, bits, and the integer network beside the float one',
      ],
      load: async () => (await import('./compress.ts')).compress,
    },
  ],
]);
