// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run estimates-sparse [-- --only NAME]`: the sparse engine's estimates against Yosys, cell by cell, at engines of
 * several sizes. Writes docs/estimates-sparse.json, which a test reads, and docs/estimates-sparse.md; with --only it
 * prints the one engine and writes nothing.
 */
import { fileURLToPath } from 'node:url';
import { cellSources } from '../generator/hardware/cell-library.ts';
import { zcu104 } from '../generator/boards/zcu104.ts';
import { writeText } from '../generator/report/merge.ts';
import { synthesise } from '../generator/synth/synthesise.ts';
import { defaultYosysBuild, yosysVersion } from '../generator/synth/yosys.ts';
import { parseOptions } from '../sim/programs/options.ts';
import { section, sparsePage } from './sparse-page.ts';
import { cellsOf, sparseSizes, type CountedEngine, type SparseCounts, type SparseSize } from './sparse-sizes.ts';

const say = (text: string): void => void (process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`));

/** Through the same flow as `npm run synth`. */
async function count(size: SparseSize): Promise<CountedEngine> {
  const cells = cellsOf(size);
  const modules = cells.map(({ module, parameters }) => ({
    name: JSON.stringify([module, parameters]),
    top: module,
    parameters: parameters as Readonly<Record<string, number | string>>,
    sources: cellSources(),
    memories: [],
  }));
  const found = await synthesise(modules, {
    target: zcu104.toolchain.synthesis('xcup'),
    onProgress: ({ done, total }) => say(`${size.name}: Yosys: ${done} of ${total} cells`),
  });
  say('');
  return {
    name: size.name,
    cells: cells.map(({ module, times }, i) => {
      const { lut, lutRam, ff } = found.get(modules[i]!.name)!;
      return { module, times, lut, lutRam, ff };
    }),
  };
}

const { only } = parseOptions({
  command: 'npm run estimates-sparse',
  about: 'The sparse engine’s estimates against Yosys; all sizes are written to docs/, one is printed only.',
  options: { only: { type: 'string', choices: sparseSizes.map(({ name }) => name), describe: 'one engine' } },
});
if (only === undefined) {
  const counted: CountedEngine[] = [];
  for (const size of sparseSizes) counted.push(await count(size));
  const counts: SparseCounts = { tool: await yosysVersion(defaultYosysBuild()), sizes: counted };
  const docs = fileURLToPath(new URL('../docs/estimates-sparse', import.meta.url));
  writeText(`${docs}.json`, `${JSON.stringify(counts, null, 2)}\n`);
  writeText(`${docs}.md`, sparsePage(counts));
} else {
  const size = sparseSizes.find(({ name }) => name === only)!;
  console.log(section(size, await count(size)));
}
