// SPDX-License-Identifier: Apache-2.0
/**
 * The catalogue of the cell library: what a cell's header says of it and how fast it is, what Yosys made of it
 * (bench/cells.json), who instantiates it and who tests it. All is read from the files; nothing is known here by name.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cellFamilies, cellPaths, cellText } from '../generator/hardware/cell-library.ts';
import { cellPoints } from './cell-points.ts';

/** Of the cell with all that is below it, out of context, on 7 series; as count-cells.ts counts. */
export interface CellCost {
  readonly lut: number;
  /** The share of `lut` that is LUT RAM or shift register. */
  readonly lutRam: number;
  readonly ff: number;
  readonly bram36: number;
  readonly dsp: number;
  /** From register to register, LUT and CARRY4 one each; null without such a path. */
  readonly levels: number | null;
}

const root = fileURLToPath(new URL('../', import.meta.url));
export const costsFile = join(root, 'bench/cells.json');
export const catalogueFile = join(root, 'templates/lib/README.md');

/** The text of a cell's header without its stars: one paragraph a line. */
export function headerOf(text: string): string[] {
  const [, header = ''] = /\/\*\n([\s\S]*?)\n \*\//.exec(text) ?? [];
  return header
    .replace(/^ \* ?/gm, '')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim());
}

/** The first sentence of the header; one that ends in a colon goes on with its formula. */
export function whatOf(text: string): string {
  const [first = '', second = ''] = headerOf(text);
  const [sentence = ''] = first.split(/(?<=\.) (?=\S)/);
  return (sentence.endsWith(':') ? `${sentence} ${second}` : sentence).replace(/\.$/, '');
}

/** The paragraph `Timing: …` of the header, or what an older header says in its sentences; undefined for neither. */
export function timingOf(text: string): string | undefined {
  const header = headerOf(text).join(' ');
  const [, timing] = /\bTiming: (.*?)\.(?: |$)/.exec(header) ?? [];
  if (timing !== undefined) return timing;
  const said = [/\bII = [^.,;]+/, /\b[Ll]atency = [^.;]+/].map((part) => part.exec(header)?.[0]);
  return said.some((part) => part !== undefined) ? said.filter((part) => part !== undefined).join(', ') : undefined;
}

const files = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();

/** Cells → the cells that instantiate them. */
function parents(): Map<string, string[]> {
  const found = new Map<string, string[]>([...cellPaths.keys()].map((cell) => [cell, []]));
  for (const user of cellPaths.keys())
    for (const cell of new Set([...cellText(user).matchAll(/^\s*(nn_\w+)\s+(?:#|u_)/gm)].map(([, name]) => name!)))
      found.get(cell)?.push(user);
  return found;
}

/** Cells that code of the generator or a template names. */
function named(): Set<string> {
  const texts = [...files('generator', /(?<!\.test|\.fixture)\.ts$/), ...files('templates', /\.hbs$/)].map((file) =>
    readFileSync(join(root, file), 'utf8').replace(/^\s*(\/?\*|\/\/).*$/gm, ''),
  );
  return new Set(texts.flatMap((text) => [...text.matchAll(/(?<=['` ])nn_\w+(?=['` ])/g)].map(([name]) => name)));
}

/** Cells → tests and lists of mutants that name them, but for those that read every cell. */
function witnesses(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const tests = [...files('generator', /\.test\.ts$/), ...files('test', /\.ts$/), ...files('sim', /\.ts$/)];
  for (const file of tests.filter((one) => !/cells-points|cells-lint|parameter-points/.test(one))) {
    const text = readFileSync(join(root, file), 'utf8');
    const said = [...text.matchAll(/\bnn_\w+/g)].map(([name]) => name);
    const mutated = [...text.matchAll(/\bcell\('(\w+)'/g)].map(([, name]) => `nn_${name}`);
    for (const cell of new Set([...said, ...mutated]))
      if (cellPaths.has(cell)) found.set(cell, [...(found.get(cell) ?? []), basename(file, '.ts')]);
  }
  return found;
}

/** `64 × 16` would need a legend: the parameters by their names, without images. */
const pointOf = (cell: string): string =>
  Object.entries(cellPoints[cell]!.parameters)
    .filter(([name, value]) => !/_?(FILE|PREFIX)$/.test(name) && value !== '')
    .map(([name, value]) => `${name} ${value}`)
    .join(', ') || 'its defaults';

const more = (count: number, unit: string) => (count > 0 ? `, ${count.toLocaleString('en')} ${unit}` : '');

function costText({ lut, lutRam, ff, bram36, dsp, levels }: CellCost): string {
  const ram = lutRam > 0 ? ` (${lutRam.toLocaleString('en')} RAM or SRL)` : '';
  const rest = `${more(bram36, 'RAMB36')}${more(dsp, 'DSP')}, ${levels ?? '–'} levels`;
  return `${lut.toLocaleString('en')} LUT${ram}, ${ff.toLocaleString('en')} FF${rest}`;
}

const quoted = (cells: readonly string[]) => cells.map((cell) => `\`${cell}\``).join(', ');

/** The page's tables, one a family. */
export function catalogue(costs: Readonly<Record<string, CellCost>>): string {
  const [users, tops, tests] = [parents(), named(), witnesses()];
  const row = (cell: string): string => {
    const text = cellText(cell);
    const above = users.get(cell)!;
    const used = [...(tops.has(cell) ? ['the generator'] : []), ...(above.length > 0 ? [quoted(above)] : [])];
    const cost = costs[cell]
      ? `${costText(costs[cell])} at ${pointOf(cell)}`
      : above.length > 0
        ? `in ${quoted(above.slice(0, 1))}`
        : 'in whole designs';
    const columns = [
      `\`${cell}\``,
      whatOf(text),
      timingOf(text) ?? 'in its header',
      cost,
      used.join(', ') || 'benches',
      tests.get(cell)?.join(', ') ?? (above.length > 0 ? `tests of ${quoted(above)}` : 'whole designs'),
    ];
    return `| ${columns.map((column) => column.replaceAll('|', '\\|')).join(' | ')} |`;
  };
  return cellFamilies
    .map((family) => {
      const cells = [...cellPaths].filter(([, path]) => basename(dirname(path)) === family).map(([cell]) => cell);
      const head =
        '| cell | what | timing | Yosys, at a point | used by | tested by name in |\n|---|---|---|---|---|---|';
      return `## ${family}\n\n${head}\n${cells.map(row).join('\n')}\n`;
    })
    .join('\n');
}

const [begin, end] = ['<!-- catalogue: npm run cells -->', '<!-- end of the catalogue -->'];

/** The page with a catalogue in place of the one that it has. */
export function withCatalogue(page: string, tables: string): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${relative(root, catalogueFile)} has no place for the catalogue`);
  return `${before}${begin}\n\n${tables}\n${end}${after}`;
}

export const readCosts = (): Record<string, CellCost> =>
  JSON.parse(readFileSync(costsFile, 'utf8')) as Record<string, CellCost>;
