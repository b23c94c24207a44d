// SPDX-License-Identifier: Apache-2.0
/**
 * nn_sparse_registers by itself, driven on all of its channels; copies with one fault each stand beside it in the same
 * simulator, and each must be found.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { libraryCells } from '../../../sim/early.ts';
import { replaced } from '../../../sim/mutant.ts';
import { runRegisters, type RegistersResult } from '../../../sim/registers.ts';

const cells = libraryCells();
const text = cells.find(({ path }) => path === 'nn_sparse_registers.v')!.text;

const mutants: readonly (readonly [fault: string, from: string, to: string])[] = [
  [
    'an address is taken without its data',
    's_axi_awvalid && s_axi_wvalid && !s_axi_bvalid',
    's_axi_awvalid && !s_axi_bvalid',
  ],
  [
    'data are taken without their address',
    's_axi_awvalid && s_axi_wvalid && !s_axi_bvalid',
    's_axi_wvalid && !s_axi_bvalid',
  ],
  [
    'a write is taken while the answer before it waits',
    's_axi_awvalid && s_axi_wvalid && !s_axi_bvalid',
    's_axi_awvalid && s_axi_wvalid',
  ],
  ['an answer to a write is withdrawn', 'else if (s_axi_bready) s_axi_bvalid', 'else s_axi_bvalid'],
  ['an answer to a read is withdrawn', 'else if (s_axi_rready) s_axi_rvalid', 'else s_axi_rvalid'],
  ['a read is taken while the answer before it waits', 's_axi_arvalid && !s_axi_rvalid', 's_axi_arvalid'],
  [
    'an answer changes while it waits',
    "else if (s_axi_rready) s_axi_rvalid <= 1'b0;",
    "else begin\n s_axi_rdata <= clocks;\n if (s_axi_rready) s_axi_rvalid <= 1'b0;\n end",
  ],
  ['strobes of values are ignored', 's_axi_wstrb[b] ? s_axi_wdata', "1'b1 ? s_axi_wdata"],
  ['a strobe of a start is ignored', 'byte_written && at_w == CONTROL', 'write && at_w == CONTROL'],
  ['a strobe of the status is ignored', 'byte_written && at_w == STATUS', 'write && at_w == STATUS'],
  ['a strobe of the interrupt is ignored', 'byte_written && at_w == INTERRUPT', 'write && at_w == INTERRUPT'],
  ['the interrupt is always on', 'has_ended && enabled;', 'has_ended;'],
  ['the interrupt cannot be switched off', 'enabled <= write_enable;', "enabled <= 1'b1;"],
  ['the interrupt cannot be switched on', 'enabled <= write_enable;', "enabled <= 1'b0;"],
  ['whether the interrupt is on cannot be read', 'read_enable = enabled', "read_enable = 1'b0"],
  ['the last register cannot be written', 'at_w <= VECTORS_BEATS) values', 'at_w < VECTORS_BEATS) values'],
  ['the last register cannot be read', 'at_r <= VECTORS_BEATS) ? values', 'at_r < VECTORS_BEATS) ? values'],
  ['what no frame did is forgotten', '&& has_ended;\n', ';\n'],
  [
    'halves of an address are exchanged',
    '{values[FRAME_HIGH[5:2]], values[FRAME_LOW[5:2]]}',
    '{values[FRAME_LOW[5:2]], values[FRAME_HIGH[5:2]]}',
  ],
  ['a start is not kept until there is room', 'asked <= (asked && !room) ||', 'asked <='],
  ['any number of frames', 'ready && held != FRAMES_MOST[2:0] && !start', 'ready && !start'],
  ['a code of no frame', "has_ended ? end_code : 4'd0", 'end_code'],
];

let results: readonly RegistersResult[];
beforeAll(async () => {
  results = await runRegisters(cells, [text, ...mutants.map(([, from, to]) => replaced(from, to)(text))], 1);
}, 240_000);

describe('nn_sparse_registers by itself', () => {
  test('keeps every rule, in every situation that the bench is there for', () => {
    expect(results[0]).toMatchObject({ faults: 0, said: '' });
    const { seen, ...met } = results[0]!.met;
    expect(seen).toBe(0xffff);
    for (const [name, count] of Object.entries(met)) expect(count, name).toBeGreaterThan(10);
  });

  test.each(mutants.map(([fault], i) => [fault, i + 1] as const))('mutant: %s', (_, i) => {
    expect(results[i]!.faults).toBeGreaterThan(0);
  });
});
