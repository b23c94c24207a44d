// SPDX-License-Identifier: Apache-2.0
/**
 * bitloom for programs, `bitloom/api`: the steps that the commands take, one by one. Faults of the input are thrown as
 * one BitloomError with all issues of the step.
 *
 *     const typed = typecheck(network, 'weights.safetensors');
 *     const design = buildDataflow(typed, { board: boardNamed('kc705'), clockMhz: 200, fps: 20_000 });
 *     const { path } = write(files(design, { network: 'net.js', defaulted: false }), 'out', 'net');
 *     const { passed } = await verify(design, { folder: path, frames, stalls: [0, 30, 80] });
 */
export { architectures } from '../generator/architectures/index.ts';
export { buildDataflow, type DataflowDesign, type DataflowOptions } from '../generator/architectures/dataflow/index.ts';
export { buildShared, type SharedDesign, type SharedOptions } from '../generator/architectures/shared-array/index.ts';
export { buildSparse, type SparseDesign } from '../generator/architectures/sparse/index.ts';
export { boardNamed, boards } from '../generator/boards/index.ts';
export type { Board } from '../generator/boards/board.ts';
export type { Architecture, Design } from '../generator/design/architecture.ts';
export { fitIssues } from '../generator/design/fit.ts';
export { planFiles as files } from '../generator/emit/plan.ts';
export { generate as write } from '../generator/emit/write.ts';
export { BitloomError, type Issue, type IssueCode } from '../generator/errors/errors.ts';
export type { Graph, TypedGraph } from '../generator/ir/graph.ts';
export { loadNetwork, type NetworkModule } from '../generator/network-file/load-network.ts';
export { typecheck } from '../generator/passes/typecheck.ts';
export type { HarnessOptions as VerifyOptions, VerifyResult } from '../sim/harness/harness.ts';
export { verify } from '../sim/harness/index.ts';
