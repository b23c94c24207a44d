// SPDX-License-Identifier: Apache-2.0
/** Every importer; the first that reads a file's bytes takes it. */
import type { Importer } from '../importer/importer.ts';
import { onnx } from './onnx/index.ts';

export type { Imported, Importer, InputMap } from '../importer/importer.ts';
export const importers: readonly Importer[] = [onnx];
