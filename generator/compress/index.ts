// SPDX-License-Identifier: Apache-2.0
export { filtersThenBits, type FilterResult } from './filters-then-bits.ts';
export { importances } from './prune.ts';
export { digitsRecipe, resnet8Recipe, type Recipe } from './recipes.ts';
export { agreement } from './rounding.ts';
export { Run, type StageReport } from './run.ts';
export { stages } from './stages.ts';
export { weightsThenInt8, type WeightResult } from './weights-then-int8.ts';
