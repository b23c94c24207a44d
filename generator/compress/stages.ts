// SPDX-License-Identifier: Apache-2.0
/** Stages of each recipe, in order. */
export const stages = {
  filters: ['float', 'scan', 'prune', 'tune', 'binarise', 'fold'],
  weights: ['float', 'prune', 'peak', 'tune', 'int8'],
} as const;

export type FilterStage = (typeof stages.filters)[number];
export type WeightStage = (typeof stages.weights)[number];
