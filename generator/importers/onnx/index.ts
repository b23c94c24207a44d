// SPDX-License-Identifier: Apache-2.0
/** QONNX: ONNX whose numbers pass through Quant and BipolarQuant. */
import { fail } from '../../errors/errors.ts';
import { isOnnx } from '../../files/onnx-mark.ts';
import { printable } from '../../files/input-file.ts';
import type { Importer } from '../../importer/importer.ts';
import { parseModel, type Model } from './model.ts';
import { streamline } from './streamline.ts';
import { writtenFiles } from './write.ts';

function strictModel(bytes: Uint8Array, where: string): Model {
  try {
    return parseModel(bytes);
  } catch (error) {
    return fail({ code: 'NN011', where, got: printable((error as Error).message), legal: 'an ONNX model' });
  }
}

export const onnx: Importer = {
  name: 'an ONNX model',
  reads: isOnnx,
  read(bytes, name, where, input) {
    const { layers, notes } = streamline(strictModel(bytes, where), where, input);
    return { files: writtenFiles(name, layers, notes), rows: layers, notes };
  },
};
