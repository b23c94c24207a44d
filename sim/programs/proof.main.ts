// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run proof [-- --only NAME …]`: the long checks on real networks and real images, as a table; exit 1 when
 * one fails. Those that need the published files beside the repository are skipped, and say so, where they are
 * absent.
 */
import { sharedData } from '../../generator/images/shared-data.ts';
import { table } from '../../generator/report/tables.ts';
import { parseOptions } from './options.ts';
import { inferCnv, inferCnvW1A2, inferCnvW2A2, inferLfc, inferTbDnn } from '../proof/golden.ts';
import { formProofs } from '../proof/forms.ts';
import { levelsCnv } from '../proof/levels.ts';
import { netlistProofs } from '../proof/netlist.ts';
import { sharedProofs } from '../proof/shared.ts';
import { sparseProofs } from '../proof/sparse.ts';
import type { Proof } from '../proof/proof.ts';
import { queueDepths } from '../proof/queues.ts';
import { cyclesBinarynet, cyclesCnv } from '../proof/cycles.ts';
import {
  rtlBinarynet,
  rtlBinarynetWired,
  rtlCnv,
  rtlCnvBusy,
  rtlCnvEarly,
  rtlCnvLuts,
  rtlCnvMax,
  rtlCnvWired,
  rtlLfc,
  rtlMnist,
  rtlTbDnn,
  rtlTbDnnMax,
} from '../proof/rtl.ts';

const proofs: readonly Proof[] = [
  inferCnv,
  inferCnvW1A2,
  inferCnvW2A2,
  inferLfc,
  inferTbDnn,
  ...formProofs,
  rtlMnist,
  rtlLfc,
  rtlCnv,
  rtlCnvLuts,
  rtlCnvBusy,
  rtlCnvMax,
  rtlCnvWired,
  rtlCnvEarly,
  rtlBinarynet,
  rtlBinarynetWired,
  rtlTbDnn,
  rtlTbDnnMax,
  queueDepths,
  cyclesCnv,
  cyclesBinarynet,
  levelsCnv,
  ...netlistProofs,
  ...sharedProofs,
  ...sparseProofs,
];

interface Line {
  readonly proof: Proof;
  readonly result: 'proven' | 'FAILED' | 'skipped';
  readonly text: string;
  readonly seconds: number;
}

async function lineOf(proof: Proof): Promise<Line> {
  if (proof.needsPublishedFiles && !sharedData)
    return { proof, result: 'skipped', text: '../shared/data is absent', seconds: 0 };
  const started = performance.now();
  const onProgress = (text: string) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${proof.name}: ${text}`);
  const found = await proof.run(onProgress).catch((error: Error) => ({ passed: false, text: error.message }));
  onProgress('');
  return {
    proof,
    result: found.passed ? 'proven' : 'FAILED',
    text: found.text,
    seconds: (performance.now() - started) / 1000,
  };
}

const names = proofs.map(({ name }) => name);
const { only = names } = parseOptions({
  command: 'npm run proof',
  about: 'Real networks and real images against the golden model: the long checks, all of them or those named.',
  options: { only: { type: 'string', array: true, choices: names, describe: 'names of proofs' } },
  more: proofs.map(({ name, claim }) => `${name}: ${claim}`).join('\n'),
});
const lines: Line[] = [];
for (const proof of proofs.filter(({ name }) => only.includes(name))) {
  const line = await lineOf(proof);
  lines.push(line);
  console.log(`${line.result.padEnd(8)} ${proof.name}: ${line.text}`);
}
console.log(
  table(
    ['proof', 'claim', 'result', 'seconds'],
    lines.map(({ proof, result, seconds }) => [proof.name, proof.claim, result, Math.round(seconds)]),
  ),
);
// A run that proved nothing is no success.
const proven = lines.some(({ result }) => result === 'proven');
if (!proven) console.log('nothing was proven');
if (!proven || lines.some(({ result }) => result === 'FAILED')) process.exitCode = 1;
