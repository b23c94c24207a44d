// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run estimates [-- --only NAME]`: the mapper's estimate against Yosys, engine by engine. Writes
 * docs/estimates.md;
 * with --only it prints the one design and writes nothing.
 */
import { fileURLToPath } from 'node:url';
import type { Board } from '../generator/boards/board.ts';
import { kc705 } from '../generator/boards/kc705.ts';
import { xc7z100 } from '../generator/boards/xc7z100.ts';
import type { Choice } from '../generator/stream-top/engine.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { writeText } from '../generator/report/merge.ts';
import type { SynthesisedDesign } from '../generator/synth/index.ts';
import { defaultYosysBuild } from '../generator/synth/yosys.ts';
import { parseOptions } from '../sim/programs/options.ts';
import { designAt, synthesiseBuilt } from '../sim/synthesise-built.ts';

interface Case {
  readonly name: string;
  readonly network: string;
  readonly board: Board;
  readonly fps: number | 'max';
  readonly reuse?: Choice;
}

const cases: readonly Case[] = [
  { name: 'mnist', network: 'mnist', board: kc705, fps: 20_000 },
  { name: 'cnv-10000', network: 'cnv', board: xc7z100, fps: 10_000 },
  { name: 'cnv-55555', network: 'cnv', board: xc7z100, fps: 55_555 },
  { name: 'cnv-max', network: 'cnv', board: xc7z100, fps: 'max' },
  { name: 'cnv-wired', network: 'cnv', board: xc7z100, fps: 255_000, reuse: 'auto' },
  { name: 'binarynet', network: 'binarynet', board: xc7z100, fps: 20_000 },
  { name: 'binarynet-wired', network: 'binarynet', board: xc7z100, fps: 40_000, reuse: 'auto' },
  { name: 'binarynet-max', network: 'binarynet', board: xc7z100, fps: 'max' },
];

const intro = `# Estimates against synthesis

\`npm run estimates\` makes this page. "est." is what the mapper goes by, the rest is what Yosys counts in the generated
modules, out of context. The line of an engine includes its converters. The aim: LUTs within 15 %, block RAM exact.
LUTs are Yosys', not Vivado's. Weights of cnv and binarynet are synthetic here.

The shared array's estimate is fitted to tb-dnn at 8 and 16 units of 144 and 288 taps, with and without split: LUTs of
the whole design within 1.3 %, block RAM within one. The eight lines are in [decision
12](decisions/0012-shared-array.md).

[estimates-sparse](estimates-sparse.md) has the sparse engine, cell by cell.
`;

function signed(value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(0)} %`;
}

function linesOf(
  { placement, options: { board } }: StreamDesign,
  { engines, totals, levels }: SynthesisedDesign,
): string[] {
  const rows = placement.engines.map(({ name, title, fold, lanes, estimate }) => {
    const got = engines.get(name)!;
    const off = estimate.lut === null ? '?' : signed((100 * (estimate.lut - got.lut)) / got.lut);
    const folding = lanes > 0 ? `${fold.form ? `${fold.form} ` : ''}${fold.pe} × ${fold.simd} × ${fold.pixels}` : '–';
    return (
      `| ${name} | ${title} | ${folding} | ${estimate.lut ?? '?'} | ${got.lut} | ${off} | ` +
      `${estimate.bram36 ?? '?'} | ${got.bram36} |`
    );
  });
  const sum = (key: 'lut' | 'bram36') =>
    placement.engines.reduce((total, { estimate }) => total + (estimate[key] ?? 0), 0);
  const [lut, bram36] = [sum('lut'), sum('bram36')];
  return [
    '| engine | kind | PE × SIMD × pixels | LUT est. | LUT | off | BRAM36 est. | BRAM36 |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
    `| **all** | | | ${lut} | ${totals.lut} | ${signed((100 * (lut - totals.lut)) / totals.lut)} | ${bram36} | ` +
      `${totals.bram36} |`,
    '',
    `${((100 * totals.lut) / board.resources.lut).toFixed(1)} % of the LUTs, ` +
      `${((100 * totals.bram36) / board.resources.bram36).toFixed(1)} % of the block RAMs; ` +
      `${levels.ffToFf} LUT levels at most; ${totals.staDelayNs?.toFixed(2)} ns by Yosys sta, an estimate ` +
      'without routing.',
  ];
}

const say = (text: string): void => void (process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`));

async function section({ name, network, board, fps, reuse = 'off' }: Case): Promise<string> {
  const design = await designAt(network, board, fps, reuse);
  const synthesised = await synthesiseBuilt(design, defaultYosysBuild(), (text) => say(`${name}: ${text}`));
  say('');
  const rate = Math.floor((design.options.clockMhz * 1e6) / design.placement.interval).toLocaleString('en-US');
  return (
    `\n## ${network} on ${board.title}, --fps ${fps} --reuse ${reuse}: ${rate} ` +
    `frames/s\n\n${linesOf(design, synthesised).join('\n')}\n`
  );
}

const { only } = parseOptions({
  command: 'npm run estimates',
  about:
    'The mapper’s estimate against Yosys, engine by engine; all designs are written to docs/estimates.md, one ' +
    'is printed only.',
  options: { only: { type: 'string', choices: cases.map(({ name }) => name), describe: 'one design' } },
});
const sections: string[] = [];
for (const one of cases.filter(({ name }) => only === undefined || name === only)) sections.push(await section(one));
const text = `${intro}${sections.join('')}`;
if (only === undefined) writeText(fileURLToPath(new URL('../docs/estimates.md', import.meta.url)), text);
console.log(text);
