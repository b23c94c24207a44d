export { compress, stages, type Compressed, type Stage } from './stages.ts';
export { importances, type Importance } from './prune.ts';
export { digitsRecipe, resnet8Recipe } from './recipes.ts';
