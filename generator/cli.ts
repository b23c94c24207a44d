/** The command line: parse, call, print. The only place that ends the process. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { check, gen } from './commands/gen.ts';
import { infer, type InferOptions } from './commands/infer.ts';
import type { DesignOptions } from './commands/prepare.ts';
import { report } from './commands/report.ts';
import type { CommandResult, Console } from './commands/result.ts';
import { train, type TrainCommandOptions } from './commands/train.ts';
import { synth } from './commands/synth.ts';
import { verify, type VerifyCommandOptions } from './commands/verify.ts';
import { boards } from './boards/index.ts';
import { BitloomError, text } from './errors.ts';
import { networkNames } from './load-network.ts';

const live = process.stderr.isTTY === true;
let shown = false;

const console_: Console = {
  warn(message) {
    clear();
    process.stderr.write(`note: ${message}\n`);
  },
  progress(message) {
    if (!live) return;
    process.stderr.write(`\r\x1b[K${message} …`);
    shown = true;
  },
};

function clear(): void {
  if (shown) process.stderr.write('\r\x1b[K');
  shown = false;
}

/** Runs a command, prints its result or its issues, and sets the exit code. */
function runs<O>(command: (options: O, out: Console) => Promise<CommandResult>) {
  return async (argv: object): Promise<void> => {
    const json = (argv as { json?: boolean }).json === true;
    try {
      const result = await command(argv as O, console_);
      clear();
      process.stdout.write(`${json ? JSON.stringify(result.json) : result.text}\n`);
      process.exitCode = result.exitCode;
    } catch (error) {
      clear();
      if (!(error instanceof BitloomError)) throw error;
      if (json) process.stdout.write(`${JSON.stringify({ issues: error.issues })}\n`);
      process.stderr.write(`${error.issues.map(text).join('\n')}\n`);
      process.exitCode = 2;
    }
  };
}

const design = {
  board: { type: 'string', demandOption: true, describe: `target: ${boards.map((b) => b.name).join(', ')}` },
  network: { type: 'string', describe: `name (${networkNames().join(', ')}) or file; the board's own by default` },
  weights: { type: 'string', describe: 'replaces the network\'s weights: a safetensors file or a BNN-PYNQ folder' },
  arch: { type: 'string', describe: 'architecture: dataflow' },
  fps: { type: 'string', describe: 'frames per second to reach, or max for the most that fits (default 1000)' },
  clock: { type: 'number', describe: 'clock in MHz; the board\'s own by default' },
  out: { type: 'string', default: 'rtl-out', describe: 'folder that gets <network>-<board>/' },
} as const;

const verifying = {
  frames: { type: 'number', default: 8, describe: 'frames to run' },
  stall: { type: 'string', default: '0,30,80', describe: 'stall percentages at both ends' },
  shard: { type: 'string', default: '1/1', describe: 'i/n: only every n-th frame from the i-th' },
  images: { type: 'string', describe: 'CIFAR-10 batch, IDX file or raw bytes; the network\'s samples by default' },
  wave: { type: 'string', describe: 'write an FST of the cycles around the first difference to this file' },
} as const;

await yargs(hideBin(process.argv))
  .scriptName('npm run')
  .usage('bitloom: from a compressed network to Verilog that Verilator proves equal\n\n  npm run <command> -- [options]')
  .command('gen', 'generate Verilog, memory images and a Vivado project', design, runs<DesignOptions>(gen))
  .command('check', 'say everything that can be said before generating: unsupported, ill-folded, does not fit', design, runs<DesignOptions>(check))
  .command('verify', 'run the generated files in Verilator against the golden model, layer by layer', { ...design, ...verifying }, runs<VerifyCommandOptions>(verify))
  .command('synth', 'count LUTs, flip-flops and BRAM with Yosys, out of context', design, runs<DesignOptions>(synth))
  .command('report', 'merge estimate, verification and synthesis into report.json', design, runs<DesignOptions>(report))
  .command(
    'infer',
    'run the golden model on images',
    {
      network: { type: 'string', demandOption: true, describe: `name (${networkNames().join(', ')}) or file` },
      weights: design.weights,
      images: { type: 'string', demandOption: true, describe: 'CIFAR-10 batch, IDX file (also .gz) or raw [N][H][W][C] bytes' },
      labels: { type: 'string', describe: 'IDX file of labels, where the images bring none' },
      limit: { type: 'number', describe: 'only the first N images' },
      threads: { type: 'number', describe: 'threads; one per core by default' },
    },
    runs<InferOptions>(infer),
  )
  .command(
    'train',
    'train a reference network and write its weights',
    {
      network: { type: 'string', demandOption: true, describe: 'network with a recipe: mnist' },
      out: { type: 'string', describe: 'safetensors file; the network\'s own by default' },
      epochs: { type: 'number', describe: 'epochs; the recipe\'s own by default' },
      seed: { type: 'number', describe: 'random seed; the recipe\'s own by default' },
    },
    runs<TrainCommandOptions>(train),
  )
  .option('json', { type: 'boolean', default: false, describe: 'print one JSON object on stdout and nothing else there' })
  .example('npm run gen -- --board zcu104', 'the board\'s network, as Verilog')
  .example('npm run verify -- --board kc705 --network mnist --frames 16', 'and the proof')
  .demandCommand(1, 'name a command')
  .recommendCommands()
  .strict()
  .wrap(110)
  .fail((message, error) => {
    if (error) throw error;
    process.stderr.write(`NN001 ${message}\nSee: npm run ${process.argv[2] ?? ''} -- --help\n`);
    process.exit(2);
  })
  .parseAsync();
