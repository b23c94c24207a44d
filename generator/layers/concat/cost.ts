// SPDX-License-Identifier: Apache-2.0
export { noDataflowCost as cost } from '../../architectures/dataflow/no-dataflow.ts';
