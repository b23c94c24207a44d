export { train } from './mnist.ts';
export type { TrainOptions, TrainResult } from './mnist.ts';
