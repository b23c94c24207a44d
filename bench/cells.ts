// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run cells [-- CELL … | none]`: what the machine's Yosys makes of library cells at their points, into
 * bench/cells.json; then the catalogue of the library (templates/lib/README.md) anew. Minutes for all of them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cellSources } from '../generator/hardware/cell-library.ts';
import { synthesise } from '../generator/synth/index.ts';
import { vivado } from '../generator/toolchains/vivado/index.ts';
import { catalogue, catalogueFile, costsFile, readCosts, withCatalogue, type CellCost } from './catalogue.ts';
import { cellPoints, imagesOf } from './cell-points.ts';

async function costOf(cell: string): Promise<CellCost> {
  const point = cellPoints[cell]!;
  const module = {
    name: cell,
    top: cell,
    parameters: point.parameters,
    sources: cellSources(),
    memories: imagesOf(point),
  };
  const found = await synthesise([module], { target: vivado.synthesis('xc7'), build: 'native' });
  const { lut, lutRam, ff, bram36, dsp, logicLevels } = found.get(cell)!;
  return { lut, lutRam, ff, bram36, dsp, levels: logicLevels.ffToFf };
}

/** Costs of cells that have a point, sorted, a line each. */
function write(costs: Readonly<Record<string, CellCost>>): void {
  const kept = Object.entries(costs).filter(([cell]) => cellPoints[cell]);
  const lines = kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([cell, cost]) => `  "${cell}": ${JSON.stringify(cost)}`);
  writeFileSync(costsFile, `{\n${lines.join(',\n')}\n}\n`);
}

const asked = process.argv.slice(2);
for (const cell of Object.keys(cellPoints).filter((one) => asked.length === 0 || asked.includes(one))) {
  const cost = await costOf(cell);
  console.log(`${cell} ${JSON.stringify(cost)}`);
  write({ ...readCosts(), [cell]: cost });
}
write(readCosts());
writeFileSync(catalogueFile, withCatalogue(readFileSync(catalogueFile, 'utf8'), catalogue(readCosts())));
