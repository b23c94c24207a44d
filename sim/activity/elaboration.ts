// SPDX-License-Identifier: Apache-2.0
/** A design as Verilator elaborates it: which module an instance is, and what a module's registers are. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelFolders } from '../../generator/boards/index.ts';
import { diskFault } from '../../generator/processes/disk-fault.ts';
import { workFolder } from '../../generator/processes/work-folder.ts';
import { step } from '../runtime.ts';
import type { VerilogSource } from '../simulator.ts';

/** A module with its parameters. */
export interface Elaborated {
  /** As the source calls it. */
  readonly name: string;
  /** Module of each instance, key of the same map; generate blocks are no part of an instance's name. */
  readonly instances: ReadonlyMap<string, string>;
  readonly ports: ReadonlySet<string>;
  /** Signals that a clock edge assigns. */
  readonly registers: ReadonlySet<string>;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Modules by elaborated name, as synthesis sees them; the top keeps its own. NN041 when Verilator fails. */
export async function elaborate(sources: readonly VerilogSource[], top: string): Promise<Map<string, Elaborated>> {
  const folder = workFolder('elaborate');
  try {
    const files = sources.map(({ path }) => path.replaceAll('/', '_'));
    const names = new Map(sources.map(({ path }, i) => [files[i]!, path]));
    sources.forEach(({ text }, i) => writeFileSync(join(folder, files[i]!), text));
    const quiet = ['-Wno-fatal', '-Wno-lint', '-Wno-style'];
    const xml = ['--xml-only', '--xml-output', 'design.xml'];
    await step(
      'verilator',
      [
        ...xml,
        '-DSYNTHESIS',
        ...quiet,
        '--top-module',
        top,
        ...modelFolders().flatMap((folder) => ['-y', folder]),
        ...files,
      ],
      folder,
      names,
    );
    return modulesOf(readFileSync(join(folder, 'design.xml'), 'utf8'));
  } catch (error) {
    return diskFault(error, folder, 'TMPDIR');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The text that a constant of a string parameter, or the number that any other, stands for: `40'h626c6f636b` is
 * `block`.
 */
function constantValue(constant: string): string {
  const [, bits, digits] = /^(\d+)(?:&apos;|')s?h([0-9a-f]+)$/.exec(constant) ?? [];
  if (digits === undefined) return constant;
  const isText = Number(bits) > 32 || (Number(bits) % 8 === 0 && Number(bits) < 32);
  return isText
    ? Buffer.from(digits.padStart(Number(bits) / 4, '0'), 'hex').toString('latin1')
    : String(Number.parseInt(digits, 16));
}

/** An element of the tree above the line at hand. */
interface Open {
  readonly tag: string;
  readonly indent: number;
  children: number;
  /** Names that an assignment's last child names, indices left out. */
  names: string[];
}

/** One element a line, indented by its depth: what a nonblocking assignment assigns is its last child. */
export function modulesOf(xml: string): Map<string, Elaborated> {
  const modules = new Map<string, Elaborated>();
  let ports = new Set<string>();
  let registers = new Set<string>();
  let instances = new Map<string, string>();
  let parameters = new Map<string, string>();
  const path: Open[] = [];
  for (const line of xml.split('\n')) {
    const tag = /^\s*<(\w+)/.exec(line)?.[1];
    if (!tag) continue;
    const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(line)?.[1];
    const indent = line.indexOf('<');
    while (path.length > 0 && path.at(-1)!.indent >= indent) close(path.pop()!, registers);
    const parent = path.at(-1);
    const assignment = path.find((open) => open.tag === 'assigndly');
    if (assignment === parent && assignment) assignment.names = [];
    const isIndex = parent?.children !== 0 && /sel$/.test(parent?.tag ?? '');
    if (parent) parent.children += 1;
    path.push({ tag: isIndex ? 'index' : tag, indent, children: 0, names: [] });
    if (tag === 'module') {
      [ports, registers, instances, parameters] = [new Set(), new Set(), new Map(), new Map()];
      modules.set(attribute('name')!, { name: attribute('origName')!, ports, registers, instances, parameters });
    } else if (tag === 'instance') instances.set(attribute('name')!, attribute('defName')!);
    else if (tag === 'var' && parent?.tag === 'module' && attribute('dir')) ports.add(attribute('name')!);
    else if (tag === 'var' && attribute('param')) path.at(-1)!.names = [attribute('name')!];
    else if (tag === 'const' && parent?.tag === 'var' && parent.names[0])
      parameters.set(parent.names[0], constantValue(attribute('name')!));
    else if (tag === 'varref' && !path.some((open) => open.tag === 'index')) assignment?.names.push(attribute('name')!);
  }
  return modules;
}

function close({ tag, names }: Open, registers: Set<string>): void {
  if (tag === 'assigndly') names.forEach((name) => registers.add(name));
}
