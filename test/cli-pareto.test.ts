// SPDX-License-Identifier: Apache-2.0
/** pareto as scripts see it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bitloom, contents, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const pareto = (name: string, ...args: string[]) =>
  bitloom(['pareto', '--board', 'kc705', '--network', 'tiny', '--out', join(folder, name), ...args]);

test('a table, a chart and JSON; the same bytes each time, nothing half-written', async () => {
  const [text, json] = [await pareto('text'), await pareto('json', '--json')];
  expect([text.exitCode, json.exitCode]).toEqual([0, 0]);
  expect(text.stdout).toMatch(/frames\/s.*LUT \(est\.\)/);
  expect(text.stdout).toMatch(/npm run gen -- --board kc705 --network tiny --arch dataflow --fps \d+/);
  expect(Object.keys(contents(join(folder, 'text')))).toEqual([
    'pareto',
    'pareto/tiny-kc705.json',
    'pareto/tiny-kc705.svg',
  ]);
  expect(contents(join(folder, 'json'))).toEqual(contents(join(folder, 'text')));
  const { svg, ...said } = JSON.parse(json.stdout) as { svg: string; points: { isOnFront: boolean }[] };
  expect(said).toEqual(JSON.parse(readFileSync(join(folder, 'json', 'pareto', 'tiny-kc705.json'), 'utf8')));
  expect(said).toMatchObject({ network: 'tiny', board: 'kc705', source: 'estimate', published: [] });
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
});
