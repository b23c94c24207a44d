// SPDX-License-Identifier: Apache-2.0
/** Options of this architecture alone. */
import { z } from 'zod';
import { portable } from '../../emit/words.ts';
import { asOnOff, onOff } from '../../options/on-off.ts';
import type { DesignOption } from '../../options/option.ts';
import { choices } from '../../stream-top/engine.ts';
import { calibrationHash, defaultCalibrationFrames, type CalibrationFrames } from './map/calibration.ts';

/** The maps of all calibration frames are held at once. */
const mostCalibrationFrames = 1000;

export const reuse: DesignOption = {
  name: 'reuse',
  schema: z.enum(choices),
  usual: 'auto',
  unused: ['off', 'auto'],
  help:
    'kernel reuse, layers whose weights become logic: auto where it takes fewer LUTs (the default), on ' +
    'wherever it can be done, off nowhere',
  of: (held = 'off') => held,
};

export const early: DesignOption = {
  name: 'early',
  schema: z.enum(choices),
  usual: 'off',
  unused: ['off', 'auto'],
  help:
    'early decision, lanes that stop as soon as their bits are known: off nowhere (the default), on wherever ' +
    "it can take the place of the folded form, auto where it takes fewer LUTs (the default of xc7z100's own " +
    'network)',
  of: (held = 'off') => held,
};

export const gate: DesignOption = {
  name: 'gate',
  schema: onOff,
  usual: 'off',
  unused: ['off'],
  help: "on: operands of early decision's lanes stand still while they wait, for energy; off by default",
  of: asOnOff,
};

/** manifest.json has both options of the calibration in one field, with the frames' hash. */
const calibrationField = z.object({
  calibration: z.object({ path: z.string().nullable(), frames: z.number(), sha256: z.string() }).nullable(),
});

const frames = (all: Readonly<Record<string, unknown>>) => all['calibration'] as CalibrationFrames | undefined;
const fieldOf = (manifest: unknown) => (manifest as z.infer<typeof calibrationField>).calibration;

export const calibration: DesignOption = {
  name: 'calibration',
  schema: z.string().min(1),
  help:
    'images that early decision is ordered and priced by: IDX, .npy, CIFAR-10 batch or raw bytes; random ' +
    'pixels by default',
  of: (_, all) => frames(all)?.path && portable(frames(all)!.path!),
  write(all) {
    const held = frames(all);
    if (!held) return { calibration: null };
    const path = held.path === undefined ? null : portable(held.path);
    return { calibration: { path, frames: held.frames.length, sha256: calibrationHash(held) } };
  },
  read: (manifest) => fieldOf(manifest)?.path ?? undefined,
  field: calibrationField,
  same: (manifest, all) => fieldOf(manifest)?.sha256 === (frames(all) && calibrationHash(frames(all)!)),
};

export const calibrationLimit: DesignOption = {
  name: 'calibration-limit',
  schema: z.number().int().min(1).max(mostCalibrationFrames),
  legal: `1..${mostCalibrationFrames}`,
  help: `only the first N of them (default ${defaultCalibrationFrames})`,
  of: (_, all) => (frames(all)?.frames.length === defaultCalibrationFrames ? undefined : frames(all)?.frames.length),
  write: () => ({}),
  read: (manifest) => fieldOf(manifest)?.frames,
  field: z.looseObject({}),
};

export const bramPrice: DesignOption = {
  name: 'bram-price',
  schema: z.number().min(0),
  legal: 'a number of LUTs, 0 or more',
  help: 'LUTs that a block RAM is worth to the mapper; by default as few as fit the device: fewest LUTs first',
};
