// SPDX-License-Identifier: Apache-2.0
/** Options that every architecture has. */
import { z } from 'zod';
import { BitloomError, type Issue } from '../errors/errors.ts';
import { asOnOff, onOff } from './on-off.ts';
import type { DesignOption } from './option.ts';

/** Frames per second where nobody asks for a rate. */
export const usualFps = '1000';

/**
 * What a program gives builders: words of the command line were judged already. NN001 where the rate or the clock is
 * none.
 */
export function requireTarget(asked: { readonly fps: number | 'max'; readonly clockMhz: number }): void {
  const isRate = asked.fps === 'max' || (Number.isFinite(asked.fps) && asked.fps > 0);
  const issues: Issue[] = [
    ...(isRate ? [] : [{ where: 'fps', got: String(asked.fps), legal: fps.legal! }]),
    ...(clock.schema.safeParse(asked.clockMhz).success
      ? []
      : [{ where: 'clockMhz', got: String(asked.clockMhz), legal: clock.legal! }]),
  ].map((issue) => ({ code: 'NN001', ...issue }));
  if (issues.length > 0) throw new BitloomError(issues);
}

/** As `decimal` reads a number on the command line: no sign, no blank, no hexadecimal. */
const positive = /^(?=.*[1-9])(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export const fps: DesignOption = {
  name: 'fps',
  schema: z.string().refine((text) => text === 'max' || (positive.test(text) && Number.isFinite(Number(text)))),
  legal: 'a positive number, or max',
  usual: usualFps,
  help:
    "frames per second to reach, or max for the most that fits (default 1000, or the board's own for its " +
    'own network)',
  of: String,
};

export const clock: DesignOption = {
  name: 'clock',
  schema: z.number().min(1).max(1000),
  legal: '1..1000 (MHz)',
  help: "clock in MHz; the board's own by default",
  of: (_, { clockMhz }) => clockMhz,
  write: ({ clockMhz }) => ({ clockMhz }),
  read: ({ clockMhz }) => clockMhz,
  field: z.object({ clockMhz: z.number() }),
};

export const primitives: DesignOption = {
  name: 'primitives',
  schema: onOff,
  usual: 'on',
  help:
    'on: cells in primitives of the device, where its toolchain has some (fewer LUTs; the default); off: ' +
    'portable Verilog',
  of: asOnOff,
};
