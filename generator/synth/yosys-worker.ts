// SPDX-License-Identifier: Apache-2.0
/** The child process of WasmYosys (yosys.ts): receives YosysJob messages, answers each with a YosysResult. */
import { runYosys } from '@yowasp/yosys';
import type { YosysJob, YosysResult } from './yosys.ts';

async function run(job: YosysJob): Promise<YosysResult> {
  const decoder = new TextDecoder();
  let log = '';
  const collect = (bytes: Uint8Array | null): void => {
    if (bytes) log += decoder.decode(bytes, { stream: true });
  };
  try {
    const files = await runYosys(
      ['-q', '-s', 'flow.ys'],
      { ...job.files, 'flow.ys': job.script },
      {
        stdout: collect,
        stderr: collect,
        decodeASCII: false,
      },
    );
    const written = (name: string): string | null => {
      const bytes = files?.[name];
      return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : null;
    };
    const netlist = written('netlist.json');
    return {
      netlist,
      timing: written('timing.log'),
      log: netlist === null ? `${log}\nthe script wrote no netlist.json` : log,
    };
  } catch (error) {
    return { netlist: null, timing: null, log: `${log}\n${error instanceof Error ? error.message : String(error)}` };
  }
}

process.on('message', (job: YosysJob) => {
  void run(job).then((result) => process.send!(result));
});
// The parent is gone: nobody will read an answer.
process.on('disconnect', () => process.exit());
