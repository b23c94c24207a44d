// SPDX-License-Identifier: Apache-2.0
/**
 * Every layer its own hardware, one array for all, the sparse engine (generator/architectures/sparse), which has a pipeline of its
 * own.
 */
export const architectures = ['dataflow', 'shared', 'sparse'] as const;
export type Architecture = (typeof architectures)[number];
