// SPDX-License-Identifier: Apache-2.0
/**
 * Runs Yosys: the npm build (WebAssembly) by default, in child processes because a run blocks its thread for
 * seconds to minutes, or the `yosys` of the machine when asked. On small modules both give the same counts
 * (synthesise.test.ts); on large ones the LUTs differ by a few in a thousand.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fail } from '../errors/errors.ts';
import { makeFolder } from '../processes/make-folder.ts';
import { diskFault } from '../processes/disk-fault.ts';
import { isOnPath, leashed, runTool, watch, type Ended } from '../processes/run-tool.ts';
import { workFolder } from '../processes/work-folder.ts';

export type YosysBuild = 'wasm' | 'native';

/** A script and the files it reads, by bare name. */
export interface YosysJob {
  readonly script: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * `netlist` is the text of netlist.json, which the script must write; null when Yosys failed, then `log` says
 * why. `timing` is that of timing.log, which it may write.
 */
export interface YosysResult {
  readonly netlist: string | null;
  readonly timing: string | null;
  readonly log: string;
}

export interface Yosys {
  readonly build: YosysBuild;
  readonly version: string;
  /** One job at a time. Never throws for a fault of the design: see YosysResult. */
  run(job: YosysJob): Promise<YosysResult>;
  close(): void;
}

/** Which Yosys to use unless the caller says: environment variable BITLOOM_YOSYS, else the npm build. */
export function defaultYosysBuild(): YosysBuild {
  const wanted = process.env['BITLOOM_YOSYS'] ?? 'wasm';
  if (wanted === 'wasm' || wanted === 'native') return wanted;
  fail({ code: 'NN001', where: 'BITLOOM_YOSYS', got: `'${wanted}'`, legal: 'wasm native' });
}

const native = 'BITLOOM_YOSYS=native';
const useNpm = 'leave BITLOOM_YOSYS unset to use the npm build';

/**
 * Version text that goes into cache keys. Throws NN040 when that Yosys is not there, NN041 when it does not say its
 * version.
 */
export async function yosysVersion(build: YosysBuild): Promise<string> {
  if (build === 'wasm') {
    const { version } = await import('@yowasp/yosys');
    return `wasm ${version}`;
  }
  if (!isOnPath('yosys'))
    fail({
      code: 'NN040',
      where: native,
      got: 'no yosys on the PATH',
      fix: `install Debian package yosys, or ${useNpm}`,
    });
  const ended = await runTool('yosys', ['-V']);
  const said = ended.stdout.trim();
  const last = (ended.stderr.trim() || said).split('\n').at(-1);
  if (ended.exitCode !== 0 || !said.startsWith('Yosys '))
    fail({
      code: 'NN041',
      where: native,
      got: `yosys -V ${endOf(ended)}: ${last}`,
      legal: 'Yosys and its version',
      fix: `mend the installation, or ${useNpm}`,
    });
  return `native ${said}`;
}

function endOf({ exitCode, signal, unstarted }: Ended): string {
  return unstarted ?? (signal === undefined ? `ended with ${exitCode}` : `was killed by ${signal}`);
}

/** Opens a Yosys that runs one job after the other; open several to use several cores. */
export async function openYosys(build: YosysBuild): Promise<Yosys> {
  const version = await yosysVersion(build);
  return build === 'wasm' ? new WasmYosys(version) : { build, version, run: runNative, close: () => undefined };
}

async function runNative(job: YosysJob): Promise<YosysResult> {
  const folder = workFolder('yosys');
  try {
    for (const [name, text] of Object.entries({ ...job.files, 'flow.ys': job.script })) {
      makeFolder(dirname(join(folder, name)));
      await writeFile(join(folder, name), text);
    }
    const ended = await runTool('yosys', ['-q', '-s', 'flow.ys'], { cwd: folder });
    const said = `${ended.stdout}\n${ended.stderr}`;
    if (ended.exitCode !== 0)
      return { netlist: null, timing: null, log: said.includes('ERROR') ? said : `${said}\nyosys ${endOf(ended)}` };
    const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => null);
    const netlist = await read('netlist.json');
    return {
      netlist,
      timing: await read('timing.log'),
      log: netlist === null ? `${said}\nthe script wrote no netlist.json` : said,
    };
  } catch (error) {
    return diskFault(error, folder, 'TMPDIR');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Keeps its process between jobs: compiling the WebAssembly takes as long as a small module. */
class WasmYosys implements Yosys {
  readonly build = 'wasm';
  readonly version: string;
  #child: ChildProcess | null = null;

  constructor(version: string) {
    this.version = version;
  }

  run(job: YosysJob): Promise<YosysResult> {
    const child = (this.#child ??= startWorker());
    return new Promise((resolve) => {
      const settle = (result: YosysResult): void => {
        child.off('exit', onExit).off('error', onError).off('message', settle);
        resolve(result);
      };
      const give = (log: string): void => {
        this.#child = null;
        settle({ netlist: null, timing: null, log });
      };
      const onExit = (code: number | null, signal: string | null) =>
        give(`the Yosys process ended early (${signal ?? `exit ${code}`})`);
      const onError = (error: Error) => give(`the Yosys process cannot be started: ${error.message}`);
      child.once('exit', onExit).once('error', onError).once('message', settle);
      child.send(job, (error) => error && onError(error));
    });
  }

  close(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill();
    this.#child = null;
  }
}

function startWorker(): ChildProcess {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  // A worker that computes does not hear that its parent is gone.
  const [execPath, execArgv] = leashed(process.execPath, ['--import', tsx]);
  const child = fork(fileURLToPath(new URL('./yosys-worker.ts', import.meta.url)), [], {
    execPath,
    execArgv,
    detached: true,
    serialization: 'advanced',
    stdio: ['pipe', 'ignore', 'inherit', 'ipc'],
  });
  watch(child);
  return child;
}
