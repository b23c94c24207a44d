// SPDX-License-Identifier: Apache-2.0
/** gen --arch sparse: files, the image for the board's memory, its map, and what is refused. */
import type { Report } from '../generator/report/report.ts';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { zcu104 } from '../generator/boards/zcu104.ts';
import { gen } from '../cli/commands/gen.ts';
import {
  decide,
  input,
  intConv2d,
  intDense,
  network,
  quantise,
  requantise,
  signedPixels,
  synthetic,
} from '../generator/index.ts';
import { compile } from '../generator/architectures/sparse/compile/compile.ts';
import type { SparseDesign } from '../generator/architectures/sparse/design.ts';
import { buildSparse } from '../generator/architectures/sparse/index.ts';
import { planFiles } from '../generator/emit/plan.ts';
import { mapStream, vectorStream } from '../generator/architectures/sparse/stream.ts';
import { typecheck } from '../generator/passes/typecheck.ts';

const weights = synthetic(5, { density: 0.5 });
const graph = typecheck(
  network('small', () => {
    const x = quantise('quant', input('pixels', { height: 9, width: 8, channels: 2 }), signedPixels());
    const y = requantise('relu', intConv2d('conv', x, { filters: 5, kernel: 3, stride: 2, bias: true, weights }), {
      min: 0,
      max: 127,
      weights,
    });
    return decide('class', intDense('fc', y, { units: 3, weights }), { classes: 3 });
  }),
);
const size = {
  lanes: 8,
  groups: 2,
  slots: 4,
  ringWords: 64,
  vectorWords: 64,
  ownWords: 16,
  mapPorts: 2,
  vectorPorts: 2,
};
const target = { board: zcu104, clockMhz: 250, fps: 'max', primitives: zcu104.family } as const;
const compiled = () => compile(graph, size);
const planOf = (of: SparseDesign) => planFiles(of, { network: 'small', defaulted: false });
const plan = () => planOf(buildSparse(graph, target, size));

test('same input, same bytes; the images are the streams, dealt out to the ports', () => {
  const files = plan();
  expect(plan()).toEqual(files);
  const { shape, maps, vectors } = compiled();
  const streams = {
    maps: mapStream(
      maps.map(({ layer }) => layer),
      shape,
    ),
    vectors: vectorStream(
      vectors.map(({ layer }) => layer),
      shape,
    ),
  };
  const { memory } = JSON.parse(files.get('manifest.json') as string) as {
    memory: Record<'maps' | 'vectors', { file: string; beats: number; ports: number; partBytes: number }>;
  };
  for (const [name, stream] of Object.entries(streams) as ['maps' | 'vectors', Uint8Array][]) {
    const { file, beats, ports, partBytes } = memory[name];
    const image = files.get(file) as Uint8Array;
    expect([ports, beats]).toEqual([2, stream.length / 32]);
    for (let at = 0; at < stream.length; at++) {
      const [beat, byte] = [Math.floor(at / 32), at % 32];
      if (image[Math.floor(byte / 16) * partBytes + beat * 16 + (byte % 16)] !== stream[at])
        throw new Error(`byte ${at} of ${name} is not where the map says`);
    }
  }
});

test('the top and its cells are clean', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparse-top-'));
  const files = [...plan()].filter(([path]) => path.endsWith('.v'));
  for (const [path, text] of files) writeFileSync(join(folder, basename(path)), text);
  const { all } = await execa(
    'verilator',
    ['--lint-only', '-Wall', '--top-module', 'small_top', ...files.map(([path]) => basename(path))],
    { cwd: folder, reject: false, all: true },
  );
  expect(all).toBe('');
}, 120_000);

test('without primitives: no cell of the device, and the command that makes it again says so', () => {
  const portable = planOf(buildSparse(graph, { ...target, primitives: undefined }, size));
  expect([plan(), portable].map((files) => files.has('rtl/nn_xilinx_carry.v'))).toEqual([true, false]);
  expect(JSON.parse(portable.get('manifest.json') as string)).toMatchObject({
    primitives: 'off',
    engine: { CARRY_W: 0 },
    rebuild: expect.stringContaining('--primitives off') as string,
  });
});

test('a board without URAM is refused', async () => {
  const out = { warn: () => {}, progress: () => {} };
  await expect(gen({ board: 'kc705', network: 'alexnet', arch: 'sparse', out: 'nowhere' }, out)).rejects.toThrow(
    'NN001',
  );
});

test('the manifest says what pixels are, in numbers', () => {
  const { memory } = JSON.parse(plan().get('manifest.json') as string) as { memory: { frame: { input: unknown } } };
  const element = { type: 'int', min: 0, max: 255, scale: 1, offset: 0 };
  expect(memory.frame.input).toEqual({ height: 9, width: 8, channels: 2, element });
});

test('the manifest names every layer', () => {
  const { layers } = JSON.parse(plan().get('manifest.json') as string) as {
    layers: { node: string; machine: string; beats: number; firstBeat: number }[];
  };
  expect(layers.map(({ machine, node }) => `${machine} ${node}`)).toEqual(['maps relu', 'maps relu', 'vectors fc']);
  expect([layers[1]!.firstBeat, layers[2]!.firstBeat]).toEqual([layers[0]!.beats, 0]);
});

test('the report estimates every resource and says that it fits', () => {
  const { layers, totals } = JSON.parse(plan().get('report/estimate.json') as string) as Report;
  const engine = layers.find(({ name }) => name === 'engine')!;
  for (const kind of ['lut', 'lutRam', 'ff', 'bram36', 'uram', 'dsp'] as const) {
    expect(engine[kind]).toBeGreaterThan(0);
    expect(totals[kind]).toBe(engine[kind]);
  }
  expect([engine.source, totals.fits]).toEqual(['estimate', true]);
  expect(totals.fitsPercent).toMatchObject({ lut: expect.any(Number) as number, ff: expect.any(Number) as number });
});
