export type { ImageSet, ImageShape } from './image-set.ts';
export { mnistDigits } from './mnist-digits.ts';
export { readImages, readLabels } from './read-images.ts';
