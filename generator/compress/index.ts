import { stages as filterStages } from './filters-then-bits.ts';
import { stages as weightStages } from './weights-then-int8.ts';

export { filtersThenBits, type FilterResult } from './filters-then-bits.ts';
export { importances } from './prune.ts';
export { digitsRecipe, resnet8Recipe, type Recipe } from './recipes.ts';
export { agreement } from './rounding.ts';
export { Run, type StageReport } from './run.ts';
export { weightsThenInt8, type WeightResult } from './weights-then-int8.ts';

/** Stages of each recipe, in order. */
export const stages = { filters: filterStages, weights: weightStages } as const;
