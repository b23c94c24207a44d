// SPDX-License-Identifier: Apache-2.0
export { train } from './mnist.ts';
export type { TrainOptions, TrainResult } from './mnist.ts';
