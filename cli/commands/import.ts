// SPDX-License-Identifier: Apache-2.0
/** import: a trained model → a folder with network file, tensors and a page. */
import { basename, dirname, extname, resolve } from 'node:path';
import { writePlan } from '../../generator/emit/write.ts';
import { fail } from '../../generator/errors/errors.ts';
import { fileKind } from '../../generator/files/file-kinds.ts';
import { readInputFile, shownPath } from '../../generator/files/input-file.ts';
import { importers } from '../../generator/importers/index.ts';
import { call } from '../../generator/project/call.ts';
import { table } from '../../generator/report/tables.ts';
import type { CommandResult } from './result.ts';

export interface ImportOptions {
  readonly model: string;
  readonly out: string;
  readonly mean?: string | undefined;
  readonly std?: string | undefined;
  readonly inputScale?: number | undefined;
}

/** One number for all channels, or one each, with commas between. */
function perChannel(option: string, text: string | undefined, legal: string, accepts: (x: number) => boolean) {
  if (text === undefined) return undefined;
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  return values.every((value) => Number.isFinite(value) && accepts(value))
    ? values
    : fail({ code: 'NN001', where: option, got: JSON.stringify(text), legal });
}

/** Letters, digits and `_` of the file's name: it becomes the name of a Verilog module. */
function nameOf(file: string): string {
  const name = basename(file, extname(file))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[a-z]/.test(name) ? name : `net_${name || 'imported'}`;
}

export async function importModel(options: ImportOptions): Promise<CommandResult> {
  const { model, out, inputScale: scale } = options;
  if (scale !== undefined && !(Number.isFinite(scale) && scale > 0))
    fail({ code: 'NN001', where: '--input-scale', got: String(scale), legal: 'a number above 0' });
  const mean = perChannel('--mean', options.mean, 'a number, or one a channel: 0.49,0.48,0.45', () => true);
  const std = perChannel('--std', options.std, 'a number above 0, or one a channel: 0.2,0.2,0.2', (x) => x > 0);
  const legal = importers.map(({ name }) => name).join(', ');
  const bytes = readInputFile(model, { code: 'NN010', legal });
  const importer =
    importers.find((candidate) => candidate.reads(bytes)) ??
    fail({ code: 'NN011', where: shownPath(model), got: fileKind(bytes) ?? 'a file of no known kind', legal });
  const name = nameOf(model);
  const { files, rows, notes } = importer.read(bytes, name, shownPath(model), { scale, mean, std });
  const folder = resolve(out);
  const file = `${writePlan(files, dirname(folder), basename(folder))}/${name}.ts`;
  return {
    json: {
      network: name,
      layers: rows.map(({ layer, kind, nodes, bits, thresholds, constantChannels, ties }) => ({
        layer,
        kind,
        nodes,
        bits,
        thresholds,
        constantChannels,
        ties,
      })),
      notes,
      file,
    },
    text: [
      table(
        ['layer', 'kind', 'nodes', 'bits', 'thresholds', 'constant', 'near ties'],
        rows.map((r) => [r.layer, r.kind, r.nodes.join(' '), r.bits, r.thresholds, r.constantChannels, r.ties]),
      ),
      ...notes,
      `written: ${file}`,
      `next: ${call('infer', `--network ${shownPath(file)} --images IMAGES`)}`,
    ].join('\n'),
    exitCode: 0,
  };
}
