// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { synthesise } from './synthesise.ts';
import { openYosys, yosysVersion } from './yosys.ts';
import { vivado } from '../toolchains/vivado/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-yosys-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * What `use` gives while PATH leads to a `yosys` of this text first; to nothing but the shell's own where there is
 * none.
 */
async function withYosys<T>(text: string | null, use: () => Promise<T>): Promise<T> {
  const tools = mkdtempSync(join(folder, 'tools-'));
  if (text !== null) {
    writeFileSync(join(tools, 'yosys'), `#!/bin/sh\n${text}\n`);
    chmodSync(join(tools, 'yosys'), 0o755);
  }
  const path = process.env['PATH'];
  process.env['PATH'] = text === null ? tools : `${tools}:${path}`;
  try {
    return await use();
  } finally {
    process.env['PATH'] = path;
  }
}

const version = () => yosysVersion('native');
const version023 = '[ "$1" = -V ] && echo "Yosys 0.23" && exit';

describe('the Yosys of the machine', () => {
  test('absent', async () => {
    await expect(withYosys(null, version)).rejects.toThrow(
      /^NN040 .*BITLOOM_YOSYS=native · no yosys on the PATH .*install Debian package yosys/,
    );
  });

  test('there, but failing', async () => {
    await expect(withYosys('echo "libtcl.so: cannot open" >&2; exit 127', version)).rejects.toThrow(
      /^NN041 .*yosys -V ended with 127: libtcl.so: cannot open .*fix: mend the installation/,
    );
    await expect(withYosys('kill -SEGV $$', version)).rejects.toThrow(/^NN041 .*was killed by SIGSEGV/);
    await expect(withYosys('echo "another program"', version)).rejects.toThrow(
      /^NN041 .*another program · legal: Yosys and its version/,
    );
  });

  const module = {
    name: 'm',
    top: 'm',
    parameters: {},
    sources: [{ path: 'm.v', text: 'module m (); endmodule' }],
    memories: [],
  };
  const attempt = () =>
    synthesise([module], { target: vivado.synthesis('xc7'), build: 'native', cacheFolder: join(folder, 'cache') });

  test.each([
    [
      'killed',
      'kill -9 $$',
      /^NN041 .*m \(yosys, native Yosys 0\.23\) · yosys was killed by SIGKILL · fix: free some memory/,
    ],
    [
      'that does not like the Verilog',
      'echo "m.v:1: ERROR: syntax error"; exit 1',
      /^NN041 .*m\.v:1: ERROR: syntax error · fix: if the Verilog was edited, mend it/,
    ],
    ['that writes nothing', 'exit 0', /^NN041 .*the script wrote no netlist\.json/],
  ])('%s', async (_, text, says) => {
    await expect(withYosys(`${version023}\n${text}`, attempt)).rejects.toThrow(says);
  });
});

test('a worker that cannot be started or ends early is no fault of bitloom', async () => {
  const yosys = await openYosys('wasm');
  const path = process.execPath;
  try {
    process.execPath = join(folder, 'absent');
    mkdirSync(join(folder, 'absent'));
    const { netlist, log } = await yosys.run({ script: '', files: {} });
    expect(netlist).toBeNull();
    expect(log).toMatch(/the Yosys process ended early \(exit 126\)|cannot be started/);
  } finally {
    process.execPath = path;
    yosys.close();
  }
});
