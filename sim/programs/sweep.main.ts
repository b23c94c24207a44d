// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run sweep`: every legal folding of small layers, then random networks, RTL against golden; exit 1 on any
 * difference, and on a clock lost by a layer.
 */
import { parseOptions } from './options.ts';
import { designOf, showCase, type Case } from '../sweep/case.ts';
import { slower, type Verdict } from '../sweep/batch.ts';
import { randomCase } from '../sweep/random-cases.ts';
import { sweep } from '../sweep/run.ts';
import { smallCases } from '../sweep/small-cases.ts';

const args = parseOptions({
  command: 'npm run sweep',
  about: 'Every legal folding of small layers, then random networks: RTL against the golden model.',
  options: {
    seed: { type: 'number', least: 0, default: Date.now() % 1_000_000, describe: 'of the random networks' },
    case: {
      type: 'string',
      describe:
        'one case alone: an id such as k3s2p1m_pe4simd6pixels1, or the number of a random network; all whose id ' +
        'contains it where it is no id',
    },
    small: { type: 'boolean', default: true, describe: 'every folding of the small layers' },
    random: { type: 'number', least: 0, default: 200, describe: 'random networks' },
    frames: { type: 'number', default: 8, describe: 'frames of each' },
  },
});

function chosen(): Case[] {
  const id = args.case;
  if (id !== undefined && /^\d+$/.test(id)) return [randomCase(args.seed, Number(id))];
  if (id !== undefined) {
    const exact = smallCases().filter((item) => item.id === id);
    return exact.length > 0 ? exact : smallCases().filter((item) => item.id.includes(id));
  }
  return [
    ...(args.small ? smallCases() : []),
    ...Array.from({ length: args.random }, (_, i) => randomCase(args.seed, i)),
  ];
}

function report({ case: item, faults, first }: Verdict): string {
  const where = first
    ? `first difference: frame ${first.frame}, ${first.layer}, y ${first.y}, x ${first.x}, channel ${first.channel}: ` +
      `expected ${first.expected}, got ${first.got}, cycle ${first.cycle} (${first.run})\n`
    : '';
  return `\nFAILED ${item.id}\n${faults.slice(0, 6).join('\n')}\n${where}${showCase(item, designOf(item))}\n`;
}

const cases = chosen();
if (cases.length === 0 && args.case === undefined) args.refuse('--no-small with --random 0 leaves no case');
if (cases.length === 0) {
  const beginnings = [...new Set(smallCases().map(({ id }) => id.split('_')[0]!))];
  const legal = `numbers of random networks and parts of ids: ${beginnings.join(' ')}`;
  args.refuse(`--case ${args.case}: no such case, legal are ${legal}`);
}
console.log(
  `${cases.length} cases, seed ${args.seed}, ${args.frames} frames each, stalls 0 30 80 %, bursts, blocked output`,
);
const started = performance.now();
let done = 0;
const verdicts = await sweep(cases, {
  batch: 40,
  parallel: 2,
  frames: args.frames,
  stalls: [0, 30, 80],
  onBatch(batch) {
    done += batch.length;
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${cases.length} cases`);
    for (const verdict of batch) if (!verdict.passed) console.log(report(verdict));
  },
});
const failed = verdicts.filter((v) => !v.passed);
const slow = verdicts.filter(slower);
const steady = verdicts.filter((v) => v.intervalMeasured !== null);
console.log(
  `${verdicts.length - failed.length} of ${verdicts.length} cases equal the golden model at every edge ` +
    `(${Math.round((performance.now() - started) / 1000)} s)`,
);
const random = new Set(cases.filter(({ replay }) => replay.startsWith('--seed')).map(({ id }) => id));
const lost = slow.filter(({ case: { id } }) => !random.has(id));
console.log(
  `interval as modelled: ${steady.length - slow.length} of ${steady.length}; slower: ${slow.length}, of them ` +
    `small layers: ${lost.length}`,
);
if (failed.length > 0) console.log(`failed: ${failed.map((v) => v.case.id).join(' ')}`);
for (const { case: item, intervalMeasured, intervalModelled } of slow)
  console.log(
    `\nSLOWER ${item.id}: ${intervalMeasured} clocks a frame, modelled ` +
      `${intervalModelled}\n${showCase(item, designOf(item))}`,
  );
// A layer by itself keeps its interval. Of networks, two engines that are both busy all the time may meet in rows that
// come
// unevenly, and wait for each other: such are listed.
process.exitCode = failed.length + lost.length > 0 ? 1 : 0;
