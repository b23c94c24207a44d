// SPDX-License-Identifier: Apache-2.0
/** What a program may get wrong that no command line can say: one BitloomError, before anything is built or run. */
import { expect, test } from 'vitest';
import { boardNamed, buildDataflow, buildShared, typecheck, verify } from '../cli/api.ts';
import tiny from '../networks/tiny.ts';

const typed = typecheck(tiny);
const target = { board: boardNamed('kc705'), clockMhz: 200, fps: 1000 };

test.each([
  [{ fps: Number.NaN }, 'NN001 illegal option · fps · NaN · legal: a positive number, or max'],
  [{ fps: -1 }, 'NN001 illegal option · fps · -1 · legal: a positive number, or max'],
  [{ clockMhz: -3 }, 'NN001 illegal option · clockMhz · -3 · legal: 1..1000 (MHz)'],
  [{ fps: 0, clockMhz: 0 }, /^NN001 .* fps .*\nNN001 .* clockMhz /],
])('builders: %j', (wrong, said) => {
  for (const build of [buildDataflow, buildShared]) expect(() => build(typed, { ...target, ...wrong })).toThrow(said);
});

const frame = new Uint8Array(64);
test.each([
  [{ frames: [] }, 'NN001 illegal option · frames · none · legal: one or more'],
  [{ frames: [frame, new Uint8Array(3)] }, /^NN021 .* · frames\[1\] · 3 bytes · legal: 64$/],
  [{ stalls: [0, 400] }, 'NN001 illegal option · stalls · [0, 400] · legal: percentages 0..95'],
  [{ stalls: [] }, 'NN001 illegal option · stalls · [] · legal: percentages 0..95'],
])('verify: %j', async (wrong, said) => {
  const asked = { folder: '/nowhere', frames: [frame], stalls: [0], ...wrong };
  await expect(verify(buildDataflow(typed, target), asked)).rejects.toThrow(said);
});
