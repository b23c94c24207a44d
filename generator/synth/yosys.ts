/**
 * Runs Yosys: the npm build (WebAssembly) by default, in child processes because a run blocks its thread for
 * seconds to minutes, or the `yosys` of the machine when asked. On small modules both give the same counts
 * (synthesise.test.ts); on large ones the LUTs differ by a few in a thousand.
 */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { fail } from '../errors.ts';

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

/** Version text that goes into cache keys. Throws NN040 when that Yosys is not there. */
export async function yosysVersion(build: YosysBuild): Promise<string> {
  if (build === 'wasm') {
    const { version } = await import('@yowasp/yosys');
    return `wasm ${version}`;
  }
  const { stdout } = await execa('yosys', ['-V']).catch(() =>
    fail({
      code: 'NN040',
      where: 'BITLOOM_YOSYS=native',
      got: 'no yosys on the PATH',
      fix: 'install Debian package yosys, or leave BITLOOM_YOSYS unset to use the npm build',
    }),
  );
  return `native ${stdout.trim()}`;
}

/** Opens a Yosys that runs one job after the other; open several to use several cores. */
export async function openYosys(build: YosysBuild): Promise<Yosys> {
  const version = await yosysVersion(build);
  return build === 'wasm'
    ? new WasmYosys(version)
    : { build, version, run: runNative, close: () => undefined };
}

async function runNative(job: YosysJob): Promise<YosysResult> {
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-yosys-'));
  try {
    for (const [name, text] of Object.entries({ ...job.files, 'flow.ys': job.script })) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const { exitCode, all } = await execa('yosys', ['-q', '-s', 'flow.ys'], {
      cwd: folder,
      reject: false,
      all: true,
    });
    if (exitCode !== 0) return { netlist: null, timing: null, log: all };
    const timing = await readFile(join(folder, 'timing.log'), 'utf8').catch(() => null);
    return { netlist: await readFile(join(folder, 'netlist.json'), 'utf8'), timing, log: all };
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
      const onExit = (code: number | null, signal: string | null): void => {
        child.off('message', onMessage);
        this.#child = null;
        resolve({ netlist: null, timing: null, log: `the Yosys process ended early (${signal ?? `exit ${code}`})` });
      };
      const onMessage = (message: unknown): void => {
        child.off('exit', onExit);
        resolve(message as YosysResult);
      };
      child.once('exit', onExit);
      child.once('message', onMessage);
      child.send(job);
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
  return fork(fileURLToPath(new URL('./yosys-worker.ts', import.meta.url)), [], {
    execArgv: ['--import', tsx],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
