// SPDX-License-Identifier: Apache-2.0
/**
 * Toolchains are plug points: nobody but boards knows vendors, and a board of another vendor is a board and a folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { toolchains } from '../generator/boards/index.ts';
import { bitloom, root, temporaryFolder } from './command-line.ts';
import { projectFiles, read } from './sources.ts';

/** What only a toolchain and the boards that name it may speak of. */
const vendorWords = /synth_xilinx|\bLUT6|\bRAMB\d|\bXDC\b|\.xdc\b|vivado|\bxc7(?!z100)|\bxcup/i;

/** Files that may, and why. */
const excused: Readonly<Record<string, string>> = {
  'generator/report/event-weights.ts': 'derives energies from public figures, and cites where they stand',
  'generator/report/published-designs.ts': 'cites what papers measured, with the tools that they used',
};

const speaks = (text: string): boolean => vendorWords.test(text);

/** A toolchain's folder is seen by boards alone. */
const entersToolchain = /from '[./\w-]*toolchains\/(?!index)[\w-]+\//;

describe('outside of toolchains/ and boards/', () => {
  const files = projectFiles().filter(
    (file) =>
      /^(generator|cli|sim)\/.*\.ts$/.test(file) &&
      !/^generator\/(toolchains?|boards)\//.test(file) &&
      !/\.(test|fixture)\.ts$/.test(file),
  );

  test('nobody in generator/ speaks of a vendor', () => {
    const found = files.filter((file) => file.startsWith('generator/') && speaks(read(file)));
    expect(found.sort()).toEqual(Object.keys(excused).sort());
  });

  test('nobody enters a toolchain', () => {
    // The proof of netlists counts Xilinx' cells: that is its subject.
    expect(files.filter((file) => entersToolchain.test(read(file)))).toEqual(['sim/proof/netlist.ts']);
  });

  test.each([
    "run('synth_xilinx -top x')",
    'a LUT6_2 more',
    'in RAMB36',
    'the XDC file',
    "join(folder, 'vivado')",
    "family === 'xc7'",
    "'xcup'",
  ])('%s would be found', (text) => expect(speaks(text)).toBe(true));

  test('so would an import', () => {
    expect("import { vivado } from '../../generator/toolchains/vivado/index.ts';").toMatch(entersToolchain);
    expect("import type { Toolchain } from '../toolchains/index.ts';").not.toMatch(entersToolchain);
  });
});

test('every toolchain has a name and a folder of its own, and knows what its script and families are', () => {
  const all = toolchains();
  expect(new Set(all.flatMap(({ name, folder }) => [name, folder])).size).toBeGreaterThanOrEqual(all.length);
  for (const { folder, script, activityFile, synthesis } of all) {
    expect(script.startsWith(`${folder}/`)).toBe(true);
    expect(activityFile === null || activityFile.startsWith(`${folder}/`)).toBe(true);
    expect(() => synthesis('no such family')).toThrow(/no such family/);
  }
});

describe('a board of another vendor', () => {
  const out = temporaryFolder();
  const node = ['--import', fileURLToPath(new URL('./toy/board.ts', import.meta.url))];
  const run = (command: string, ...more: string[]) =>
    bitloom([command, '--board', 'toy', '--network', 'tiny', '--out', out, '--json', ...more], { node });
  const folder = join(out, 'tiny-toy');

  test('is unknown where nobody registers it', async () => {
    const { exitCode, stderr } = await bitloom(['check', '--board', 'toy', '--network', 'tiny']);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/NN002/)]);
  });

  test('gets portable Verilog and project files of its own', async () => {
    const { exitCode, stderr } = await run('gen', '--fps', '100000');
    expect([exitCode, stderr]).toEqual([0, expect.not.stringMatching(/NN\d/)]);
    expect(readFileSync(join(folder, 'toy/pins.lpf'), 'utf8')).toBe('# LFE5U-85F\nFREQUENCY PORT "clk" 100 MHZ;\n');
    const files = Object.keys(
      (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { files: object }).files,
    );
    expect(files.filter((file) => /vivado|xilinx|LUT6|CARRY/.test(file))).toEqual([]);
    expect(existsSync(join(root, 'rtl-out', 'tiny-toy'))).toBe(false);
  });

  test('is synthesised by its own script and counted by its own table', async () => {
    const { exitCode, stdout, stderr } = await run('synth', '--fps', '100000');
    expect([exitCode, stderr]).toEqual([0, expect.not.stringMatching(/NN\d/)]);
    const { report } = JSON.parse(stdout) as { report: { totals: Record<string, number> } };
    expect(report.totals['lut']).toBeGreaterThan(300);
    expect(report.totals['ff']).toBeGreaterThan(300);
    expect(report.totals['uram']).toBe(0);
  });
});
