import { noDataflow } from '../no-dataflow.ts';

export const lowering = noDataflow('an int8 convolution');
