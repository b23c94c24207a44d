// SPDX-License-Identifier: Apache-2.0
export { cifar10Names } from './cifar-names.ts';
export type { ImageSet, ImageShape, ReadImages } from './image-set.ts';
export { readLabelledImages, readLabels } from './labels.ts';
export { mnistDigits } from './mnist-digits.ts';
export { readImages } from './read-images.ts';
