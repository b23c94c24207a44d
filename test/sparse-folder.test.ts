/** gen --arch sparse: files, the image for the board's memory, its map, and what is refused. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { zcu104 } from '../generator/boards/zcu104.ts';
import { genSparse } from '../generator/commands/sparse.ts';
import { decide, input, intConv2d, intDense, network, quantise, requantise, signedPixels, synthetic } from '../generator/dsl/index.ts';
import { compile } from '../generator/engine/compile.ts';
import { planSparse } from '../generator/engine/folder.ts';
import { streamOf } from '../generator/engine/stream.ts';
import { typecheck } from '../generator/pipeline.ts';

const weights = synthetic(5, { density: 0.5 });
const graph = typecheck(network('small', () => {
  const x = quantise('quant', input('pixels', { height: 9, width: 8, channels: 2 }), signedPixels());
  const y = requantise('relu', intConv2d('conv', x, { filters: 5, kernel: 3, stride: 2, bias: true, weights }), { min: 0, max: 127, weights });
  return decide('class', intDense('fc', y, { units: 3, weights }), { classes: 3 });
}));
const compiled = () => compile(graph, { lanes: 8, groups: 2, slots: 4, ringWords: 64, vectorWords: 64, ports: 4 });
const plan = () => planSparse({ graph, compiled: compiled(), board: zcu104, clockMhz: 250, network: 'small' });

test('same input, same bytes; the image is the stream, dealt out to the ports', () => {
  const files = plan();
  expect(plan()).toEqual(files);
  const { shape, layers } = compiled();
  const stream = streamOf(layers.map(({ layer }) => layer), shape);
  const image = files.get('mem/weights.bin') as Uint8Array;
  const { memory } = JSON.parse(files.get('manifest.json') as string) as { memory: { weights: { beats: number; partBytes: number } } };
  expect(memory.weights.beats).toBe(stream.length / 64);
  for (let at = 0; at < stream.length; at++) {
    const [beat, byte] = [Math.floor(at / 64), at % 64];
    if (image[Math.floor(byte / 16) * memory.weights.partBytes + beat * 16 + (byte % 16)] !== stream[at]) throw new Error(`byte ${at} of the stream is not where the map says`);
  }
});

test('the top and its cells are clean', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparse-top-'));
  const files = [...plan()].filter(([path]) => path.endsWith('.v'));
  for (const [path, text] of files) writeFileSync(join(folder, path.slice(4)), text);
  const { all } = await execa('verilator', ['--lint-only', '-Wall', '--top-module', 'small_top', ...files.map(([path]) => path.slice(4))], { cwd: folder, reject: false, all: true });
  expect(all).toBe('');
}, 120_000);

test('a board without URAM is refused', async () => {
  const out = { warn: () => {}, progress: () => {} };
  await expect(genSparse({ board: 'kc705', network: 'alexnet', arch: 'sparse', out: 'nowhere' }, out)).rejects.toThrow('NN001');
});

test('the manifest names every layer', () => {
  const { layers } = JSON.parse(plan().get('manifest.json') as string) as { layers: { node: string; beats: number; firstBeat: number }[] };
  expect(layers.map(({ node }) => node)).toEqual(['relu', 'fc', 'fc']);
  expect(layers[1]!.firstBeat).toBe(layers[0]!.beats);
});
