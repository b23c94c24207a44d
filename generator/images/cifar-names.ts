// SPDX-License-Identifier: Apache-2.0
/** Names of CIFAR-10's classes in the order of its labels. */
export const cifar10Names = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;
