// SPDX-License-Identifier: Apache-2.0
/** No register-to-register path of a generated design is deeper than six LUTs, and one that is gets caught. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Report } from '../generator/report/report.ts';
import { levelLimit, synthesise } from '../generator/synth/index.ts';
import { libraryCells } from '../sim/early.ts';
import { replaced } from '../sim/mutant.ts';
import { temporaryFolder } from './command-line.ts';
import { run } from './streams.ts';
import { vivado } from '../generator/toolchains/vivado/index.ts';

const folder = temporaryFolder();
const out = join(folder, 'as-generated');
const tiny = ['--board', 'kc705', '--network', 'tiny', '--fps', '200000'];

interface Synthesis {
  readonly distinctModules: number;
  readonly cached: number;
  readonly worstPath: readonly string[];
  readonly report: Report;
}

async function synth(parent: string, reuse = 'off'): Promise<{ exitCode: number; stderr: string; result: Synthesis }> {
  const { exitCode, stderr, stdout } = await run(['synth', ...tiny, '--reuse', reuse, '--out', parent, '--json']);
  return { exitCode, stderr, result: JSON.parse(stdout) as Synthesis };
}

let whole: Awaited<ReturnType<typeof synth>>;
beforeAll(async () => {
  whole = await synth(out);
});

test('a real design stays within the limit, through its hierarchy and in every layer', () => {
  const { totals, layers } = whole.result.report;
  expect(levelLimit).toBe(6);
  expect(totals.logicLevels).toBeGreaterThan(0);
  expect(totals.logicLevels).toBeLessThanOrEqual(levelLimit);
  expect(Math.max(...layers.map((layer) => layer.logicLevels!))).toBe(totals.logicLevels);
  expect(whole.exitCode).toBe(0);
  expect(whole.stderr).not.toContain('LIMIT');
});

test('so does one of wired layers', async () => {
  const { result } = await synth(join(folder, 'wired'), 'on');
  const { totals, layers } = result.report;
  expect(layers.filter(({ style }) => style === 'wired')).toHaveLength(2);
  expect(totals.logicLevels).toBeLessThanOrEqual(levelLimit);
  expect(totals.staNotTimed).toEqual([]);
});

test('its delay is an estimate of every layer, and the worst of them', () => {
  const { totals, layers } = whole.result.report;
  expect(totals.staNotTimed).toEqual([]);
  expect(totals.staDelayNs).toBeGreaterThan(1);
  expect(Math.max(...layers.map((layer) => layer.staDelayNs!))).toBe(totals.staDelayNs);
});

test('a path that is too long only across three modules is counted, named and said', async () => {
  const broken = join(folder, 'broken');
  cpSync(out, broken, { recursive: true });
  const file = join(broken, 'tiny-kc705', 'rtl', 'nn_egress.v');
  const text = readFileSync(file, 'utf8');
  const links = [1, 2, 3].map((i) => `LUT1 #(.INIT(2'b10)) u_late${i} (.I0(late[${i - 1}]), .O(late[${i}]));`);
  const slow = replaced(
    'wire take = s_axis_tvalid && s_axis_tready;',
    `wire [3:0] late;\n assign late[0] = s_axis_tvalid;\n ${links.join('\n ')}\n wire take = late[3] && s_axis_tready;`,
  )(text);
  expect(slow).not.toBe(text);
  writeFileSync(file, slow);
  const { stderr, result } = await synth(broken);
  const { totals } = result.report;
  expect(result.distinctModules - result.cached).toBeLessThanOrEqual(1);
  expect(totals.logicLevels).toBe(whole.result.report.totals.logicLevels! + 3);
  expect(totals.crossingLevels).toBe(totals.logicLevels);
  expect(new Set(result.worstPath.map((end) => end.split('.')[0]))).toEqual(
    new Set(['u_class__room', 'u_egress', 'u_status']),
  );
  expect(stderr).toMatch(/MORE THAN THE LIMIT OF 6 \(u_class__room\.m_axis_tvalid > u_egress\./);
});

test('cells take bounds below zero, at the top and further down', async () => {
  const cells = libraryCells();
  const bounds = { MIN: -16, MAX: 15 };
  const found = await synthesise(
    [
      { name: 'sum', top: 'nn_add', parameters: { ELEMENTS: 1, ELEM_W: 5, ...bounds }, sources: cells, memories: [] },
      {
        name: 'map',
        top: 'nn_affine',
        parameters: { CHANNELS: 2, LANES: 2, OUT_W: 5, ...bounds, FILE: 'map.mem' },
        sources: cells,
        memories: [{ name: 'map.mem', text: '000000010001000000010001\n' }],
      },
      { name: 'clamp', top: 'nn_clamp', parameters: { IN_W: 8, OUT_W: 5, ...bounds }, sources: cells, memories: [] },
    ],
    { target: vivado.synthesis('xc7'), cacheFolder: join(folder, 'cells') },
  );
  // A register for what is near, and one for the result.
  expect(found.get('clamp')!.ff).toBe(10);
  expect(found.get('sum')!.ff).toBeGreaterThan(10);
  expect(found.get('map')!.ff).toBeGreaterThan(20);
});
