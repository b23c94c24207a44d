// SPDX-License-Identifier: Apache-2.0
/** `npm run bench`: how fast golden model and generator are, and how much is written. It fails on no number. */
import { table } from '../generator/report/tables.ts';
import { goldenSpeed } from './golden.ts';
import { generated } from './generated.ts';
import { popcountCosts } from './popcounts.ts';
import { parseOptions } from '../sim/programs/options.ts';

const about = 'How fast golden model and generator are, and how much is written: minutes.';
parseOptions({ command: 'npm run bench', about, options: {} });

const golden = await goldenSpeed();
console.log(`golden model, cnv (${golden.describe}), ${golden.images} images`);
console.log(
  table(
    ['what', 'images/s', 'of one thread'],
    golden.rates.map(({ what, imagesPerSecond }) => [
      what,
      imagesPerSecond.toFixed(0),
      `${(imagesPerSecond / golden.rates[0]!.imagesPerSecond).toFixed(2)} x`,
    ]),
  ),
);

const designs = await generated();
console.log('\ngenerator');
console.log(
  table(
    ['design', 'seconds', 'files', 'Verilog lines: top', 'library', 'memory lines', 'lint warnings'],
    designs.map((d) => [
      d.design,
      d.seconds.toFixed(2),
      d.files,
      d.topLines,
      d.libraryLines,
      d.memoryLines,
      d.lintWarnings ?? '?',
    ]),
  ),
);

console.log('\npopcounts, Yosys LUTs');
console.log(
  table(
    ['N', 'style', 'LUT', 'LUT/lane', 'FF', 'CARRY4', 'levels'],
    (await popcountCosts()).map((p) => [p.n, p.style, p.lut, (p.lut / p.n).toFixed(2), p.ff, p.carry4, p.levels]),
  ),
);
