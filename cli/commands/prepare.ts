// SPDX-License-Identifier: Apache-2.0
/** From command-line options to a design: board, architecture, network, weights, passes. */
import { resolve } from 'node:path';
import { architectures } from '../../generator/architectures/index.ts';
import type { Board } from '../../generator/boards/board.ts';
import { boardNamed } from '../../generator/boards/index.ts';
import type { Architecture, Design, Request, Target, Warn } from '../../generator/design/architecture.ts';
import { generatedOptions } from '../../generator/emit/folder.ts';
import { findInput } from '../../generator/emit/inputs.ts';
import { folderName, usualOf, usualValue } from '../../generator/emit/rebuild.ts';
import { fail } from '../../generator/errors/errors.ts';
import { closest } from '../../generator/errors/suggest.ts';
import type { TypedGraph } from '../../generator/ir/graph.ts';
import { loadNetwork, type NetworkModule } from '../../generator/network-file/load-network.ts';
import { clock, fps, primitives } from '../../generator/options/target.ts';
import { camel, optionValue, type DesignOption, type Held } from '../../generator/options/option.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';

/** Options that gen, check, verify, synth and report share; the architectures' own stand beside them by name. */
export interface DesignOptions {
  readonly board: string;
  readonly network?: string | undefined;
  readonly weights?: string | undefined;
  readonly arch?: string | undefined;
  readonly out: string;
  readonly [option: string]: unknown;
}

export interface Prepared {
  readonly design: Design;
  readonly request: Request;
  readonly module: NetworkModule;
}

/** As named, or the board's own. */
export function chosenNetwork({ network, board }: Pick<DesignOptions, 'network' | 'board'>): string {
  return network ?? boardNamed(board).defaultNetwork;
}

/** As named; else the board's own for its own network, and the first for any other. */
function architectureOf({ arch }: DesignOptions, board: Board, isOwnNetwork: boolean): Architecture {
  const own = architectures.find((architecture) => isOwnNetwork && architecture.own?.[board.name]);
  if (arch === undefined) return own ?? architectures[0];
  const names = architectures.map(({ name }) => name);
  const found = architectures.find(({ name }) => name === arch);
  if (found) return found;
  return fail({
    code: 'NN001',
    where: '--arch',
    got: JSON.stringify(arch),
    legal: names.join(' '),
    ...closest(arch, names),
  });
}

/** NN001 for an option that only other architectures have, unless its value asks for nothing. */
function requireUsed(given: Held, architecture: Architecture): void {
  const common: readonly DesignOption[] = [fps, clock, primitives, ...architecture.options];
  for (const other of architectures)
    for (const option of other.options) {
      const value = given[camel(option.name)];
      if (value === undefined || common.includes(option) || option.unused?.includes(value)) continue;
      const having = architectures
        .filter(({ options }) => options.includes(option))
        .map(({ name }) => `--arch ${name}`);
      fail({
        code: 'NN001',
        where: `--${option.name}`,
        got: `${value} with --arch ${architecture.name}`,
        legal: `with ${having.join(' or ')}`,
        fix: having.join(' or '),
      });
    }
}

/** Options that name further files of a design, of whatever architecture. */
export const inputsOfAny = architectures.flatMap(({ inputs }) => Object.keys(inputs?.({}) ?? {}));

/** These paths are said again in the generated files, where a line break would end a comment. */
function requirePrintable(given: DesignOptions): void {
  for (const option of ['network', 'weights', ...inputsOfAny]) {
    const value = given[option];
    if (typeof value === 'string' && /\p{Cc}/u.test(value))
      fail({
        code: 'NN032',
        where: `--${option}`,
        got: JSON.stringify(value),
        legal: 'a path without control characters',
      });
  }
}

/** What the command line says before weights are read. */
interface Chosen {
  readonly board: Board;
  readonly architecture: Architecture;
  readonly module: NetworkModule;
  /** As named. */
  readonly network: string;
  readonly usual: Held;
}

async function choose(given: DesignOptions): Promise<Chosen> {
  requirePrintable(given);
  const board = boardNamed(given.board);
  const network = chosenNetwork(given);
  const isOwnNetwork = network === board.defaultNetwork;
  const architecture = architectureOf(given, board, isOwnNetwork);
  requireUsed(given, architecture);
  const usual = usualOf(architecture, board.name, isOwnNetwork);
  return { board, architecture, network, usual, module: await loadNetwork(network) };
}

/** Values of all options, each legal, the usual ones where nothing is given. */
function valuesOf({ architecture, usual }: Chosen, given: Held): Held {
  const options = [fps, clock, primitives, ...architecture.options];
  return Object.fromEntries(
    options.map((option) => {
      const key = camel(option.name);
      return [key, optionValue(option, given[key], usualValue(option, usual))];
    }),
  );
}

function targetOf({ board }: Chosen, values: Held): Target {
  return {
    board,
    clockMhz: (values['clock'] as number | undefined) ?? board.clockMhz,
    fps: values['fps'] === 'max' ? 'max' : Number(values['fps']),
    primitives: values['primitives'] === 'on' && board.toolchain.cells ? board.family : undefined,
  };
}

function typed({ module }: Chosen, weights: string | undefined, warn: Warn): TypedGraph {
  const graph = typecheck(module.graph, weights);
  if (graph.weights.source === 'synthetic') warn(`${graph.name}: synthetic weights; no accuracy is implied`);
  return graph;
}

function designed(chosen: Chosen, given: DesignOptions, warn: Warn): Prepared {
  const { architecture, network, module } = chosen;
  const values = valuesOf(chosen, given);
  const target = targetOf(chosen, values);
  const design = architecture.design(typed(chosen, given.weights, warn), target, values, warn);
  return { design, request: { network, weights: given.weights, defaulted: false }, module };
}

/** Every fault of the input is thrown as a BitloomError; `warn` gets what the user should know all the same. */
export async function prepare(given: DesignOptions, warn: Warn): Promise<Prepared> {
  return designed(await choose(given), given, warn);
}

/** The same for commands that judge an output folder: options not given are those of the design there. */
export async function prepareFrom(given: DesignOptions, warn: Warn): Promise<Prepared> {
  const chosen = await choose(given);
  const { architecture, board, module } = chosen;
  const folder = resolve(given.out, folderName(module.graph.name, board.name, architecture, given));
  const existing: Held = generatedOptions(folder, architecture) ?? {};
  const inputs = ['weights', ...Object.keys(architecture.inputs?.({}) ?? {})];
  const found = inputs.flatMap((option) => {
    if (given[option] !== undefined || existing[option] === undefined) return [];
    return [[option, findInput(folder, option, existing[option] as string)] as const];
  });
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return designed(chosen, { ...existing, ...Object.fromEntries(found), ...said } as DesignOptions, warn);
}

/** What a sweep over rates needs: no rate, no design yet. */
export async function prepareSweep(
  given: DesignOptions,
  warn: Warn,
): Promise<{ typed: TypedGraph; architecture: Architecture; target: Omit<Target, 'fps'>; values: Held }> {
  const chosen = await choose({ ...given, arch: given.arch ?? architectures[0].name });
  const values = valuesOf(chosen, given);
  const { fps: _, ...target } = targetOf(chosen, values);
  return { typed: typed(chosen, given.weights, warn), architecture: chosen.architecture, target, values };
}
