// SPDX-License-Identifier: Apache-2.0
/**
 * Stands for a training framework in docs/first-network.md: trains a binary network on 8×8 images of a stroke (class 0
 * horizontal, 1 vertical, 2 diagonal) and leaves what a framework would leave. Everything here is as PyTorch has it:
 * real weights that are used by their signs, channels first, padding with 0, batch-norm with ε.
 *
 *     node docs/first-network/train.mjs FOLDER      writes trained.json and images.raw
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? '.';
const count = 240;
const epsilon = 1e-5;
const random = ((state) => () => (state = (state * 48271) % 2147483647) / 2147483647)(1);
const range = (n) => Array.from({ length: n }, (_, i) => i);
const sign = (x) => (x >= 0 ? 1 : -1);
const sum = (values) => values.reduce((a, b) => a + b, 0);

/** Bright strokes on a dark ground, both with noise. */
const labels = range(count).map((i) => i % 3);
const images = labels.map((label) => {
  const at = 1 + Math.floor(6 * random());
  const onStroke = (y, x) => (label === 0 ? y === at : label === 1 ? x === at : (y + x) % 8 === at);
  return range(64).map((i) => Math.floor(96 * random()) + (onStroke(i >> 3, i & 7) ? 128 : 0));
});

/** @param map [channel][y][x] @param weights [filter][channel][y][x] */
function conv(map, weights, pad) {
  const size = map[0].length + 2 * pad - 2;
  const tap = (plane, y, x) => plane[y - pad]?.[x - pad] ?? 0;
  const window = (kernel, y, x) =>
    sum(kernel.flatMap((rows, c) => rows.flatMap((row, i) => row.map((w, j) => sign(w) * tap(map[c], y + i, x + j)))));
  return weights.map((kernel) => range(size).map((y) => range(size).map((x) => window(kernel, y, x))));
}

/** Maxima of 2×2. */
const pool = (map) =>
  map.map((plane) =>
    range(plane.length / 2).map((y) =>
      range(plane.length / 2).map((x) =>
        Math.max(...plane[2 * y].slice(2 * x, 2 * x + 2), ...plane[2 * y + 1].slice(2 * x, 2 * x + 2)),
      ),
    ),
  );
const channelwise = (map, f) => map.map((plane, c) => plane.map((row) => row.map((x) => f(x, c))));
const latent = (shape, centre = () => 0) =>
  shape.length === 0
    ? centre() + (random() - 0.5) / 2
    : range(shape[0]).map((i) => latent(shape.slice(1), (...at) => centre(i, ...at)));

// Pixels 0..255 are trained on as −1..1. The first kernels look for strokes, the second ones for one of those.
const inputs = images.map((image) => [range(8).map((y) => range(8).map((x) => (2 * image[8 * y + x]) / 255 - 1))]);
const strokes = [(y) => y === 1, (_, x) => x === 1, (y, x) => y + x === 2, (y, x) => y === x];
const conv0 = latent([4, 1, 3, 3], (o, _, y, x) => (strokes[o](y, x) ? 1 : -1));
const conv1 = latent([16, 4, 3, 3], (o, c) => (o % 4 === c ? 0.3 : -0.1));
const bias = range(16).map(() => 8 * (random() - 0.5));

const sums = inputs.map((map) => pool(conv(map, conv0, 1)));
const of = (c) => sums.flatMap((map) => map[c].flat());
const mean = range(4).map((c) => sum(of(c)) / of(c).length);
const variance = range(4).map((c) => sum(of(c).map((s) => (s - mean[c]) ** 2)) / of(c).length);
const gamma = range(4).map((c) => (c === 3 ? -1 : 1) * (0.5 + random()));
const beta = range(4).map(() => random() - 0.7);
const norm = (s, c) => (gamma[c] * (s - mean[c])) / Math.sqrt(variance[c] + epsilon) + beta[c];
const maps = sums.map((map) => channelwise(map, (s, c) => sign(norm(s, c))));
const features = maps.map((map) => channelwise(conv(map, conv1, 0), (s, c) => sign(s + bias[c])).flat(2));

/** A perceptron: the signs of its latent weights are the weights. Features are flattened channels first. */
const fc0 = latent([3, 64]);
const scoresOf = (x) => fc0.map((row) => sum(row.map((w, i) => sign(w) * x[i])));
const winner = (scores) => scores.indexOf(Math.max(...scores));
const nudge = (row, x, by) => x.forEach((bit, i) => (row[i] += by * bit));
for (let epoch = 0; epoch < 40; epoch++)
  features.forEach((x, i) => {
    const said = winner(scoresOf(x));
    if (said === labels[i]) return;
    nudge(fc0[labels[i]], x, 0.02);
    nudge(fc0[said], x, -0.02);
  });

const scores = features.map(scoresOf);
const right = scores.filter((row, i) => winner(row) === labels[i]).length;
const trained = { conv0, gamma, beta, mean, variance, epsilon, conv1, bias, fc0, scores };
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'trained.json'), JSON.stringify(trained));
writeFileSync(join(folder, 'images.raw'), Uint8Array.from(images.flat()));
console.log(`trained: ${right} of ${count} images right (${((100 * right) / count).toFixed(1)} %)`);
