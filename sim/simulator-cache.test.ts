// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildSimulator } from './build-simulator.ts';
import { runBench } from './report-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-cached-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A bench that has room for four words, by itself. */
const bench = `module bench(input wire clk);
reg [7:0] memory [0:3];
initial $readmemh("four.mem", memory);
always @(posedge clk) begin $display("%s DONE cycle=%0d", nn_report::nonce(), memory[3]); $finish; end
endmodule
`;

describe('a simulator', () => {
  const work = join(folder, 'work');
  mkdirSync(work);
  const run = async (words: string) => {
    const simulator = await buildSimulator([], bench, { quick: true });
    writeFileSync(join(work, 'four.mem'), words);
    return { simulator, result: (await runBench(simulator, {}, { cwd: work, seconds: 60 })).done };
  };

  test('that was cut is built again', async () => {
    const { simulator, result } = await run('1\n2\n3\n4\n');
    expect(result).toEqual({ cycle: '4' });
    truncateSync(simulator, 1000);
    expect(await run('1\n2\n3\n5\n')).toEqual({ simulator, result: { cycle: '5' } });
  });

  test('that finds a word too many, or one that is none, names the image', async () => {
    await expect(run('1\n2\n3\n4\n5\n')).rejects.toThrow(
      /^NN041 tool failed · mem\/four\.mem · \$readmem file address beyond bounds of array, in line \d or the next · fix: mend the memory image/,
    );
    await expect(run('1\n2\n3\nxyzw\n')).rejects.toThrow(
      /^NN041 tool failed · mem\/four\.mem · \$readmem file syntax error, in line 3 or the next/,
    );
  });
});
