// SPDX-License-Identifier: Apache-2.0
export { openWeights } from './open-weights.ts';
export { readSafetensors, safetensorsFile, writeSafetensors } from './safetensors.ts';
export type {
  AskedTensor,
  AskedTensors,
  DataType,
  NamedTensor,
  SourceClasses,
  TensorSource,
  WeightOrigin,
} from './tensors.ts';
