// SPDX-License-Identifier: Apache-2.0
/** `npm run bench`: how fast golden model and generator are, and how much is written. It fails on no number. */
import { table } from '../generator/report/tables.ts';
import { goldenSpeed } from './golden.ts';
import { generated } from './generated.ts';
import { popcountCosts } from './popcounts.ts';
import { parseOptions } from '../sim/programs/options.ts';

const about = 'How fast golden model and generator are, and how much is written: minutes.';
parseOptions({ command: 'npm run bench', about, options: {} });

const rates = await goldenSpeed();
const plainOf = (network: string) => rates.find((rate) => rate.network === network)!;
console.log('golden model, images per second');
console.log(
  table(
    ['network', 'what', 'images', 'images/s', 'per processor second', 'of plain'],
    rates.map(({ network, what, images, imagesPerSecond, imagesPerProcessorSecond }) => [
      network,
      what,
      images,
      imagesPerSecond.toFixed(1),
      imagesPerProcessorSecond.toFixed(1),
      `${(imagesPerProcessorSecond / plainOf(network).imagesPerProcessorSecond).toFixed(2)} x`,
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
