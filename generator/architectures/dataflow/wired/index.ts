// SPDX-License-Identifier: Apache-2.0
/** Binary layers with their weights as logic: kernels in groups that share their sums. */
export { estimateWired, type WiredEstimate } from './estimate.ts';
export { wireLayer, type WiredLayer, type WiredWeights } from './layer.ts';
export { wirePixels, type PixelWeights, type WiredPixels } from './pixels.ts';
export { latencyOf } from './schedule.ts';
export {
  emitWired,
  emitWiredPixels,
  wiredCells,
  type VerilogFile,
  type WiredNames,
  type WiredStyle,
} from './verilog.ts';
