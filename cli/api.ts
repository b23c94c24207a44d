// SPDX-License-Identifier: Apache-2.0
/** bitloom for programs: the same steps as the commands take, without their texts. */
export { boards, boardNamed } from '../generator/boards/index.ts';
export { typecheck, build } from '../generator/pipeline.ts';
