// SPDX-License-Identifier: Apache-2.0
/**
 * bitloom for programs, `bitloom/api`: the steps that the commands take, one by one. Faults of the input are thrown as
 * one BitloomError with all issues of the step.
 *
 *     const typed = typecheck(network, 'weights.safetensors');
 *     const design = build(typed, { board: boardNamed('kc705'), architecture: 'dataflow', clockMhz: 200, fps: 20_000 });
 *     const { path } = write(files(design, { network: 'net.js', defaulted: false }), 'out', 'net');
 *     const { passed } = await verify(design, { folder: path, frames, stalls: [0, 30, 80] });
 */
export { boardNamed, boards } from '../generator/boards/index.ts';
export type { Board } from '../generator/boards/board.ts';
export { planFiles as files } from '../generator/emit/plan.ts';
export { generate as write } from '../generator/emit/write.ts';
export { BitloomError, type Issue, type IssueCode } from '../generator/errors/errors.ts';
export type { Graph, TypedGraph } from '../generator/ir/graph.ts';
export { loadNetwork, type NetworkModule } from '../generator/network-file/load-network.ts';
export { build, fitIssues, typecheck, type BuildOptions, type Design } from '../generator/pipeline.ts';
export { verify, type VerifyOptions, type VerifyResult } from '../sim/verify.ts';
