// SPDX-License-Identifier: Apache-2.0
/**
 * What an engine with early decision has looked at is counted twice, by its registers and by the model: both must be
 * able to differ.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planFiles, textsOf } from '../generator/emit/plan.ts';
import { cacheFolder } from './cache.ts';
import { replaced, type Mutant } from './mutant.ts';
import { benchText, buildSimulator, duts, passed, runSimulator, type VerilogSource } from './simulator.ts';
import { early } from './specimens.ts';
import { tileFaults } from './tiles.ts';
import { timeLimits } from './runs.ts';
import { writeVectors } from './vectors.ts';
import { randomFrom } from '../generator/passes/random.ts';

const design = early();
const dut = duts([design])[0]!;
const files = textsOf(planFiles(design, { network: design.name, defaulted: false }));
const random = randomFrom('frames of early decision');
const { height, width, channels } = design.typed.nodes[0]!.type;
const frames = Array.from({ length: 6 }, () =>
  Uint8Array.from({ length: height * width * channels }, () => random() * 256),
);

const folder = mkdtempSync(join(cacheFolder('vectors'), 'tiles-'));
const [mem, data] = [join(folder, 'mem'), join(folder, 'data')];
for (const path of [mem, data]) mkdirSync(path);
const tiles = writeVectors(dut, frames, data);
afterAll(() => rmSync(folder, { recursive: true }));

/** What is wrong with the bits, and with the tiles alone. */
async function judged(changed: ReadonlyMap<string, string>, stall = 0): Promise<{ bits: boolean; tiles: string[] }> {
  for (const [path, text] of changed) if (path.startsWith('mem/')) writeFileSync(join(folder, path), text);
  const sources: VerilogSource[] = [...changed]
    .filter(([path]) => path.startsWith('rtl/'))
    .map(([path, text]) => ({ path, text }));
  const program = await buildSimulator(sources, benchText([dut]), { quick: true });
  const limits = timeLimits(design, stall, frames.length);
  const result = await runSimulator(program, { memoryFolder: mem, dataFolder: data, stall, ...limits });
  return { bits: !passed(result), tiles: tileFaults(dut.counting, tiles, result) };
}

beforeAll(async () => expect(await judged(files)).toEqual({ bits: false, tiles: [] }));

test.each([30, 80])('stalls change no count: %i %%', async (stall) =>
  expect(await judged(files, stall)).toEqual({ bits: false, tiles: [] }),
);

test('the design has a pool of both kinds, a padded and a dense layer that decide early, and skips something', () => {
  expect(dut.counting.map(({ nodes }) => nodes.length)).toEqual([3, 2, 2]);
  expect(new Set(dut.counting[0]!.nodes[2]!.parameters['minimum']!.data)).toEqual(new Set([0, 1]));
  for (const { dense, executed } of tiles) expect(executed).toBeLessThan(dense);
});

const swapped = (text: string, a: number, b: number) => {
  const lines = text.split('\n');
  return lines.map((line, i) => (i === a ? lines[b]! : i === b ? lines[a]! : line)).join('\n');
};

/** No bit changes: only the registers and the model differ. */
const mutants: readonly Mutant[] = [
  {
    fault: 'windows are walked to their end',
    file: 'rtl/nn_early.v',
    change: replaced('.EARLY(EARLY)', '.EARLY(0)'),
  },
  {
    fault: 'pools are walked to their end',
    file: 'rtl/nn_early.v',
    change: replaced('.SKIP(SKIP)', '.SKIP(0)'),
  },
  {
    fault: 'a lane is not counted',
    file: 'rtl/nn_early.v',
    change: replaced('.x(working)', ".x(working & ~{{(PE-1){1'b0}}, 1'b1})"),
  },
  {
    fault: 'dense tiles of one beat a pixel',
    file: 'rtl/nn_early.v',
    change: replaced('EACH & {DENSE_W{leave}}', 'EACH & {DENSE_W{retired}}'),
  },
  { fault: 'two tiles in another order', file: 'mem/e_conv1_order_000.mem', change: (text) => swapped(text, 2, 6) },
];

test.each(mutants)('$file: $fault', async ({ file, change }) => {
  const other = file.replace('order', 'weights');
  const changed = new Map(files);
  // Weights go with their tiles.
  for (const path of new Set([file, other])) changed.set(path, change(files.get(path)!));
  expect([...changed]).not.toEqual([...files]);
  const found = await judged(changed);
  expect(found.tiles).not.toEqual([]);
  expect(found.bits).toBe(false);
});
