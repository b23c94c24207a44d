// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

export const onOff = z.enum(['on', 'off']);

/** Of what a design holds as true or false. */
export const asOnOff = (held: unknown): 'on' | 'off' => (held ? 'on' : 'off');
