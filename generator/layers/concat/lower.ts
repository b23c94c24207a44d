// SPDX-License-Identifier: Apache-2.0
import { noDataflow } from '../../architectures/dataflow/no-dataflow.ts';

export const lowering = noDataflow('a concatenation');
