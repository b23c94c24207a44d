// SPDX-License-Identifier: Apache-2.0
/** Options of this architecture alone. */
import { z } from 'zod';
import { onOff } from '../../options/on-off.ts';
import type { DesignOption } from '../../options/option.ts';

export const units: DesignOption = {
  name: 'units',
  schema: z.number(),
  help: 'shared: filters at a time; by default as few as reach the rate',
};

export const taps: DesignOption = {
  name: 'taps',
  schema: z.number(),
  help: 'shared: taps of a unit, nine times 8, 16 or 32',
};

export const split: DesignOption = {
  name: 'split',
  schema: onOff,
  usual: 'on',
  help:
    'shared: on, the default: if the last group of channels is at most half full, two filters share it; off ' +
    'disables this',
  of: (held) => (held === undefined ? undefined : held ? 'on' : 'off'),
};

export const unshared: DesignOption = {
  name: 'unshared',
  schema: z.boolean(),
  unused: [false],
  help:
    'shared: build the comparison design in place of the array, one datapath for every type of layer and no ' +
    'slower per frame; synth compares them',
  of: (held) => (held ? true : undefined),
};
