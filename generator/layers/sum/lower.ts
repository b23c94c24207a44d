import { noDataflow } from '../no-dataflow.ts';

export const lowering = noDataflow('a sum of shifted maps');
