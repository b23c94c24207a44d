export { noDataflowCost as cost } from '../no-dataflow.ts';
