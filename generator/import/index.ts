export { openWeights } from './open-weights.ts';
export { readSafetensors, safetensorsFile, writeSafetensors } from './safetensors.ts';
export type { DataType, NamedTensor, SourceClasses, TensorSource, WeightOrigin } from './tensors.ts';
