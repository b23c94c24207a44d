// SPDX-License-Identifier: Apache-2.0
/** TB-DNN for SVHN: narrower inside its blocks. Synthetic weights unless `--weights` names a safetensors file. */
import { tbDnn } from './tb-dnn.ts';

export default tbDnn('tb_dnn_svhn', [16, 32, 120]);
