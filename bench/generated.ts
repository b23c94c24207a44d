// SPDX-License-Identifier: Apache-2.0
/** Seconds from a network file to all files of a design, how much Verilog that is, and what a linter says. */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { boardNamed } from '../generator/boards/index.ts';
import { planFiles, textsOf } from '../generator/emit/plan.ts';
import { topName } from '../generator/design/architecture.ts';
import { writePlan } from '../generator/emit/write.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { workFolder } from '../generator/processes/work-folder.ts';

const primitives = fileURLToPath(new URL('../templates/vivado/primitives', import.meta.url));

const designs = [
  { network: 'mnist', board: 'kc705', fps: 20_000 },
  { network: 'cnv', board: 'xc7z100', fps: 10_000 },
  { network: 'binarynet', board: 'xc7z100', fps: 1000 },
];

export interface Generated {
  readonly design: string;
  readonly seconds: number;
  readonly files: number;
  readonly topLines: number;
  readonly libraryLines: number;
  readonly memoryLines: number;
  /** Of `verilator --lint-only -Wall`; null where Verilator is missing. */
  readonly lintWarnings: number | null;
}

function lines(text: string): number {
  return text.split('\n').length - 1;
}

async function lintWarnings(folder: string, top: string): Promise<number | null> {
  const { stderr, failed, code } = await execa(
    'verilator',
    ['--lint-only', '-Wall', '--top-module', top, '-y', primitives, '-f', 'filelist.f'],
    { cwd: folder, reject: false },
  );
  if (code === 'ENOENT') return null;
  const warnings = stderr.split('\n').filter((line) => /^%(Warning|Error)/.test(line)).length;
  if (failed && warnings === 0) throw new Error(`verilator: ${stderr}`);
  return warnings;
}

/** The reference designs, each written to a temporary folder. */
export async function generated(): Promise<Generated[]> {
  const parent = workFolder('bench');
  const results: Generated[] = [];
  try {
    for (const { network, board, fps } of designs) {
      const started = performance.now();
      const { graph } = await loadNetwork(network);
      const target = boardNamed(board);
      const design = buildDataflow(typecheck(graph), {
        board: target,
        clockMhz: target.clockMhz,
        fps,
      });
      const plan = textsOf(planFiles(design, { network, defaulted: false }));
      const folder = writePlan(plan, parent, network);
      const seconds = (performance.now() - started) / 1000;
      const top = `rtl/${topName(design)}.v`;
      const sum = (wanted: (path: string) => boolean) =>
        [...plan].filter(([path]) => wanted(path)).reduce((n, [, text]) => n + lines(text), 0);
      results.push({
        design: `${network} on ${board}, ${fps} frames/s`,
        seconds,
        files: plan.size,
        topLines: sum((path) => path === top),
        libraryLines: sum((path) => path.startsWith('rtl/') && path !== top),
        memoryLines: sum((path) => path.startsWith('mem/')),
        lintWarnings: await lintWarnings(folder, topName(design)),
      });
    }
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
  return results;
}
