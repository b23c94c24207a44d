// SPDX-License-Identifier: Apache-2.0
/** calibrate: real weights to 8-bit fixed point, by calibration images → safetensors. */
import { calibrate as calibrateNetwork } from '../../generator/compress/calibrate.ts';
import { fail } from '../../generator/errors/errors.ts';
import { readImages } from '../../generator/images/index.ts';
import { openWeights, safetensorsFile, writeSafetensors } from '../../generator/import/index.ts';
import { inferTypes } from '../../generator/passes/infer-types.ts';
import { loadNetwork } from '../../generator/network-file/load-network.ts';
import { percent, table } from '../../generator/report/tables.ts';
import { writableFile } from '../../generator/files/writable-file.ts';
import { imagesWanted } from '../../generator/frames/frames.ts';
import type { CommandResult, Console } from './result.ts';

export interface CalibrateOptions {
  readonly network: string;
  readonly weights: string;
  readonly images: string;
  readonly limit?: number | undefined;
  readonly out: string;
}

export async function calibrate(options: CalibrateOptions, out: Console): Promise<CommandResult> {
  if (options.limit !== undefined && (!Number.isInteger(options.limit) || options.limit < 1))
    fail({ code: 'NN001', where: '--limit', got: String(options.limit), legal: 'a positive integer' });
  const { network, weights, images: calibration } = options;
  const inputs = { '--network': network, '--weights': weights, '--images': calibration };
  const file = writableFile(options.out, '--out', { kind: safetensorsFile, inputs });
  const { graph } = await loadNetwork(options.network);
  const { shape, classes } = imagesWanted(inferTypes(graph));
  const source = openWeights(options.weights);
  const images = readImages(options.images, shape, { limit: options.limit, classes });
  const { tensors, layers } = calibrateNetwork(graph, source, images.pixels, {
    onNode: (layer) => out.progress(`calibrating ${layer} on ${images.count} images`),
  });
  if (layers.length === 0)
    fail({
      code: 'NN006',
      where: options.network,
      got: 'no layer with 8-bit weights',
      fix: 'binary networks need no calibration',
    });
  writeSafetensors(file, tensors, { source: source.source });
  const shiftOf = (layer: string) => tensors[`${layer}.shift`]?.data[0] ?? null;
  return {
    json: {
      network: graph.name,
      images: images.count,
      source: source.describe,
      layers: layers.map((layer) => ({ ...layer, shift: shiftOf(layer.layer) })),
      file,
    },
    text: [
      table(
        ['layer', 'weights', 'non-zero', 'after rounding', 'fraction bits', 'signal to loss, dB', 'shift'],
        layers.map((l) => [
          l.layer,
          l.weights,
          percent(l.nonZero / l.weights),
          percent(l.left / l.weights),
          l.weightFraction,
          l.signalToNoise,
          shiftOf(l.layer) as number | null,
        ]),
      ),
      `${graph.name} (${source.describe}): 8-bit weights, shifts chosen by ${images.count} images`,
      `written: ${file}`,
    ].join('\n'),
    exitCode: 0,
  };
}
