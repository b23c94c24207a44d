// SPDX-License-Identifier: Apache-2.0
/** Same input, same bytes: from any folder, at any time, with nothing of the machine in them. */
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kc705 } from '../generator/boards/kc705.ts';
import { prepare } from '../cli/commands/prepare.ts';
import { planFiles, textsOf } from '../generator/emit/plan.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { bitloom, contents, root, temporaryFolder } from './command-line.ts';
import { smallNetwork, writeSmallWeights } from './small-network.ts';

const folder = temporaryFolder();
const options = { board: kc705, clockMhz: 200, fps: 5000 } as const;

async function plan(network: string) {
  const { graph } = await loadNetwork(network);
  return textsOf(planFiles(buildDataflow(typecheck(graph), options), { network, defaulted: false }));
}

test.each(['mnist', 'cnv', 'tiny'])('%s planned twice', async (network) => {
  const first = await plan(network);
  expect(first.size).toBeGreaterThan(20);
  expect([...(await plan(network))]).toEqual([...first]);
});

test('other weights, another clock or another rate give other bytes', () => {
  const text = (change: object) =>
    JSON.stringify([
      ...planFiles(buildDataflow(typecheck(smallNetwork()), { ...options, ...change }), {
        network: 'small',
        defaulted: false,
      }),
    ]);
  const weights = writeSmallWeights(join(folder, 'w.safetensors'));
  const trained = JSON.stringify([
    ...planFiles(buildDataflow(typecheck(smallNetwork(), weights), options), { network: 'small', defaulted: false }),
  ]);
  const all = [
    text({}),
    text({ clockMhz: 100 }),
    text({ fps: 4_000_000 }),
    text({ reuse: 'on' }),
    text({ reuse: 'on', primitives: 'xc7' }),
    trained,
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(text({})).toBe(all[0]);
});

test('the committed demo is what is generated now; make review makes it anew', async () => {
  const options = { board: 'kc705', network: 'tiny', fps: '200000', out: 'rtl-out/demo' };
  const { design, request } = await prepare(options, () => {});
  const demo = join(root, 'rtl-out/demo/tiny-kc705');
  const lying = (readdirSync(demo, { recursive: true }) as string[]).filter((file) =>
    statSync(join(demo, file)).isFile(),
  );
  const made = Object.fromEntries(textsOf(planFiles(design, request)));
  expect(Object.fromEntries(lying.map((file) => [file, readFileSync(join(demo, file), 'utf8')]))).toEqual(made);
});

describe('generated twice, from two folders into two folders', () => {
  const [here, there] = [join(folder, 'here'), join(folder, 'a', 'deeper', 'there')];
  const generate = async (cwd: string, out: string, env: Record<string, string>) => {
    mkdirSync(cwd, { recursive: true });
    const args = ['gen', '--board', 'kc705', '--network', 'mnist', '--fps', '5000', '--out', out];
    expect((await bitloom(args, { cwd, env })).exitCode).toBe(0);
  };

  test('the bytes are the same', async () => {
    await generate(root, here, { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' });
    await generate(join(folder, 'somewhere else'), there, {
      TZ: 'Pacific/Auckland',
      LANG: 'de_DE.UTF-8',
      LC_ALL: 'de_DE.UTF-8',
      USER: 'other',
    });
    expect(Object.keys(contents(here)).length).toBeGreaterThan(30);
    expect(contents(there)).toEqual(contents(here));
  });

  test('and say nothing of this machine or this day', () => {
    const personal = [root.replace(/\/$/, ''), homedir(), tmpdir(), hostname(), userInfo().homedir, 'file://'].filter(
      (text) => text.length > 3,
    );
    // A date, a time, or an absolute path; 0x/hex words of memory images are neither.
    const traces = [
      /\b20[2-9]\d-\d\d-\d\d\b/,
      /\b(19|20)\d\d[-/](0?[1-9]|1[0-2])[-/]/,
      /\b\d\d:\d\d:\d\d\b/,
      /(?<![\w.*/])\/(?:home|root|tmp|usr|var|mnt|opt)\//,
    ];
    expect(traces.some((trace) => trace.test('made 2026-01-31'))).toBe(true);
    expect(traces.some((trace) => trace.test('see /home/me/x.v'))).toBe(true);
    for (const file of readdirSync(here, { recursive: true }) as string[]) {
      if (!statSync(join(here, file)).isFile()) continue;
      const text = readFileSync(join(here, file), 'utf8');
      for (const word of personal) expect([file, word, text.includes(word)]).toEqual([file, word, false]);
      for (const trace of traces)
        expect([file, String(trace), trace.exec(text)?.[0]]).toEqual([file, String(trace), undefined]);
    }
  });
});
