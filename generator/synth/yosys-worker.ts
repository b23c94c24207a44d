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
    const netlist = files?.['netlist.json'];
    if (netlist instanceof Uint8Array) return { netlist: new TextDecoder().decode(netlist), log };
    return { netlist: null, log: `${log}\nthe script wrote no netlist.json` };
  } catch (error) {
    return { netlist: null, log: `${log}\n${error instanceof Error ? error.message : String(error)}` };
  }
}

process.on('message', (job: YosysJob) => {
  void run(job).then((result) => process.send!(result));
});
// The parent is gone: nobody will read an answer.
process.on('disconnect', () => process.exit());
