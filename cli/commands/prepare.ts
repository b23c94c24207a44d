// SPDX-License-Identifier: Apache-2.0
/** From command-line options to a design: board, network, weights, passes. */
import { resolve } from 'node:path';
import { boardNamed } from '../../generator/boards/index.ts';
import { generatedOptions } from '../../generator/emit/folder.ts';
import type { Board } from '../../generator/boards/board.ts';
import { findInput } from '../../generator/emit/inputs.ts';
import { folderName, type Request } from '../../generator/emit/plan.ts';
import { decimal } from '../decimal.ts';
import { fail } from '../../generator/errors/errors.ts';
import { loadNetwork, type NetworkModule } from '../../generator/network-file/load-network.ts';
import type { Graph, TypedGraph } from '../../generator/ir/graph.ts';
import { build, typecheck, type BuildOptions, type Design } from '../../generator/pipeline.ts';
import { architectures, type Architecture } from '../../generator/architecture.ts';
import { choices, type Primitives, type Choice } from '../../generator/layer-kind/layer-kind.ts';
import { defaultCalibrationFrames } from '../../generator/architectures/dataflow/map/calibration.ts';
import type { ArrayWish } from '../../generator/architectures/shared-array/choose-array.ts';
import { calibrationFrames } from './frames.ts';
import { closest } from '../../generator/errors/suggest.ts';

/** Options that gen, check, verify, synth and report share. */
export interface DesignOptions {
  readonly board: string;
  readonly network?: string | undefined;
  readonly weights?: string | undefined;
  readonly arch?: string | undefined;
  readonly fps?: string | undefined;
  readonly clock?: number | undefined;
  readonly primitives?: string | undefined;
  readonly reuse?: string | undefined;
  readonly early?: string | undefined;
  readonly gate?: string | undefined;
  readonly calibration?: string | undefined;
  readonly calibrationLimit?: number | undefined;
  readonly bramPrice?: number | undefined;
  readonly units?: number | undefined;
  readonly taps?: number | undefined;
  readonly split?: string | undefined;
  readonly unshared?: boolean | undefined;
  readonly out: string;
}

export interface Prepared {
  readonly design: Design;
  readonly request: Request;
  readonly module: NetworkModule;
}

/** Frames per second where nobody asks for a rate. */
export const defaultFps = 1000;
/** The maps of all calibration frames are held at once. */
const mostCalibrationFrames = 1000;

/** As named, or the board's own. */
export function chosenNetwork({ network, board }: Pick<DesignOptions, 'network' | 'board'>): string {
  return network ?? boardNamed(board).defaultNetwork;
}

/** Frames per second as asked for. */
export function rate(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const value = decimal(text);
  if (value !== undefined && value > 0) return value;
  return fail({ code: 'NN001', where: '--fps', got: JSON.stringify(text), legal: 'a positive number, or max' });
}

/** What is taken where the user is silent. */
interface Defaults {
  readonly architecture: Architecture;
  readonly fps: number;
  readonly early: Choice;
}

/** What the board says of its own network. */
function ownDesign(
  { network }: Pick<DesignOptions, 'network'>,
  { defaultNetwork, defaultDesign: { architecture, fps = defaultFps, early = 'off' } }: Board,
): Defaults | undefined {
  return network === undefined || network === defaultNetwork ? { architecture, fps, early } : undefined;
}

/** The board's own for its own network in its own architecture, else the usual ones. */
function defaultsOf(options: DesignOptions, board: Board): Omit<Defaults, 'architecture'> {
  const own = ownDesign(options, board);
  return own?.architecture === architectureOf(options, board) ? own : { fps: defaultFps, early: 'off' };
}

/** As named; else the board's own for its own network, and dataflow for any other. */
function architectureOf(options: Pick<DesignOptions, 'network' | 'arch'>, board: Board): Architecture {
  const wanted = options.arch ?? ownDesign(options, board)?.architecture ?? 'dataflow';
  const found = architectures.find((name) => name === wanted);
  return (
    found ??
    fail({
      code: 'NN001',
      where: '--arch',
      got: JSON.stringify(wanted),
      legal: architectures.join(' '),
      ...closest(wanted, architectures),
    })
  );
}

/** The sparse engine has a way of its own through the commands. */
export function isSparse(options: Pick<DesignOptions, 'board' | 'network' | 'arch'>): boolean {
  return architectureOf(options, boardNamed(options.board)) === 'sparse';
}

/**
 * Architectures whose design is built here; NN001 for the one that commands without a way of their own for it are asked
 * for.
 */
function builtArchitecture(options: DesignOptions, board: Board): BuildOptions['architecture'] {
  const found = architectureOf(options, board);
  return found === 'sparse'
    ? fail({
        code: 'NN001',
        where: '--arch',
        got: 'sparse, which this command does not know',
        legal: 'dataflow shared',
      })
    : found;
}

/** What the user asks of the shared array; undefined for other architectures, which have none. */
function arrayWish({ units, taps, split, unshared }: DesignOptions, architecture: Architecture): ArrayWish | undefined {
  if (architecture !== 'shared') {
    const given = Object.entries({ '--units': units, '--taps': taps, '--split': split, '--unshared': unshared }).find(
      ([, value]) => value !== undefined,
    );
    if (given)
      fail({
        code: 'NN001',
        where: given[0],
        got: `${given[1]} with --arch ${architecture}`,
        legal: 'with --arch shared',
        fix: '--arch shared',
      });
    return undefined;
  }
  return {
    ...(units === undefined ? {} : { units }),
    ...(taps === undefined ? {} : { taps }),
    ...(split === undefined ? {} : { split: isOn('--split', split) }),
    ...(unshared ? { unshared } : {}),
  };
}

/** The shared array has none of the forms that layers with hardware of their own can take. */
function requireForms({ reuse, early, bramPrice: price }: DesignOptions, architecture: Architecture): void {
  if (architecture === 'dataflow') return;
  const asked = { '--reuse': reuse === 'auto' ? 'off' : reuse, '--early': early, '--bram-price': price };
  const given = Object.entries(asked).find(([, value]) => value !== undefined && value !== 'off');
  if (given)
    fail({
      code: 'NN001',
      where: given[0],
      got: `${given[1]} with --arch ${architecture}`,
      legal: 'with --arch dataflow',
      fix: '--arch dataflow',
    });
}

function choiceOf(option: string, text: string): Choice {
  const found = choices.find((name) => name === text);
  return (
    found ??
    fail({
      code: 'NN001',
      where: option,
      got: JSON.stringify(text),
      legal: choices.join(' '),
      ...closest(text, choices),
    })
  );
}

/** Early decision with the frames that it goes by; none where it is off. */
function earlyOf(
  { early: text, gate: gating, calibration, calibrationLimit: limit }: DesignOptions,
  usual: Choice,
  typed: TypedGraph,
  warn: (text: string) => void,
): Pick<BuildOptions, 'early' | 'gate' | 'calibration'> {
  const early = choiceOf('--early', text ?? usual);
  const gate = isOn('--gate', gating ?? 'off');
  if (early === 'off') {
    const given = calibration !== undefined ? '--calibration' : '--calibration-limit';
    if (calibration !== undefined || limit !== undefined)
      fail({ code: 'NN001', where: given, got: 'no early decision to calibrate', fix: '--early on or --early auto' });
    if (gate)
      fail({
        code: 'NN001',
        where: '--gate',
        got: 'no early decision whose lanes could stand still',
        fix: '--early on or --early auto',
      });
    return { early };
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= mostCalibrationFrames))
    fail({ code: 'NN001', where: '--calibration-limit', got: String(limit), legal: `1..${mostCalibrationFrames}` });
  if (calibration === undefined)
    warn('early decision is calibrated on random pixels: give --calibration IMAGES for orders that suit real ones');
  return { early, gate, calibration: calibrationFrames(typed, calibration, limit ?? defaultCalibrationFrames) };
}

function bramPrice(price: number | undefined): number | undefined {
  if (price === undefined || (Number.isFinite(price) && price >= 0)) return price;
  return fail({ code: 'NN001', where: '--bram-price', got: String(price), legal: 'a number of LUTs, 0 or more' });
}

function isOn(option: string, text: string): boolean {
  return (
    text === 'on' ||
    (text !== 'off' && fail({ code: 'NN001', where: option, got: JSON.stringify(text), legal: 'on off' }))
  );
}

/** Those of the board's family, or none. */
export function primitivesOf(text = 'on', { family }: Board): Primitives | undefined {
  return isOn('--primitives', text) ? family : undefined;
}

/** These paths are said again in the generated files, where a line break would end a comment. */
export function requirePrintable({ network, weights, calibration }: DesignOptions): void {
  for (const [option, value] of Object.entries({
    '--network': network,
    '--weights': weights,
    '--calibration': calibration,
  }))
    if (value !== undefined && /\p{Cc}/u.test(value))
      fail({ code: 'NN032', where: option, got: JSON.stringify(value), legal: 'a path without control characters' });
}

/** Every fault of the input is thrown as a BitloomError; `warn` gets what the user should know all the same. */
export async function prepare(given: DesignOptions, warn: (text: string) => void): Promise<Prepared> {
  requirePrintable(given);
  const board = boardNamed(given.board);
  const network = chosenNetwork(given);
  const module = await loadNetwork(network);
  return { ...designOf(given, board, module, { network, weights: given.weights, defaulted: false }, warn), module };
}

/**
 * The same for commands that judge an output folder: what the user leaves out is taken from the design that lies there.
 */
export async function prepareFrom(given: DesignOptions, warn: (text: string) => void): Promise<Prepared> {
  requirePrintable(given);
  const board = boardNamed(given.board);
  const network = chosenNetwork(given);
  const module = await loadNetwork(network);
  const name = folderName(module.graph.name, board.name, builtArchitecture(given, board), given.unshared);
  const folder = resolve(given.out, name);
  const lying = generatedOptions(folder);
  const inputs = (['weights', 'calibration'] as const).flatMap((option) => {
    const path = given[option] ?? lying?.[option];
    return path === undefined ? [] : [[option, given[option] ?? findInput(folder, option, path)]];
  });
  const said = Object.fromEntries([...Object.entries(given), ...inputs].filter(([, value]) => value !== undefined));
  const merged = { ...lying, ...said } as unknown as DesignOptions;
  return { ...designOf(merged, board, module, { network, weights: merged.weights, defaulted: false }, warn), module };
}

/**
 * The same as far as a sweep over rates needs it: no rate, no design yet. It sweeps foldings, which layers on engines
 * of their own have.
 */
export async function prepareSweep(
  given: DesignOptions,
  warn: (text: string) => void,
): Promise<{ typed: TypedGraph; options: Omit<BuildOptions, 'fps'> }> {
  requirePrintable(given);
  const board = boardNamed(given.board);
  const { graph } = await loadNetwork(chosenNetwork(given));
  const options = { ...given, arch: given.arch ?? 'dataflow' };
  const architecture = architectureOf(options, board);
  if (architecture !== 'dataflow')
    fail({ code: 'NN001', where: '--arch', got: architecture, legal: 'dataflow, whose foldings are swept' });
  return typedOf(options, board, graph, warn);
}

function typedOf(
  options: DesignOptions,
  board: Board,
  graph: Graph,
  warn: (text: string) => void,
): { typed: TypedGraph; options: Omit<BuildOptions, 'fps'> } {
  const architecture = builtArchitecture(options, board);
  const array = arrayWish(options, architecture);
  requireForms(options, architecture);
  const clockMhz = options.clock ?? board.clockMhz;
  if (!(clockMhz >= 1 && clockMhz <= 1000))
    fail({ code: 'NN001', where: '--clock', got: String(options.clock), legal: '1..1000 (MHz)' });
  const typed = typecheck(graph, options.weights);
  if (typed.weights.source === 'synthetic') warn(`${typed.name}: synthetic weights; no accuracy is implied`);
  return {
    typed,
    options: {
      board,
      architecture,
      clockMhz,
      primitives: primitivesOf(options.primitives, board),
      reuse: choiceOf('--reuse', options.reuse ?? 'auto'),
      ...earlyOf(options, defaultsOf(options, board).early, typed, warn),
      bramPrice: bramPrice(options.bramPrice),
      ...(array ? { array } : {}),
    },
  };
}

function designOf(
  options: DesignOptions,
  board: Board,
  module: NetworkModule,
  request: Request,
  warn: (text: string) => void,
): { design: Design; request: Request } {
  const fps = rate(options.fps ?? String(defaultsOf(options, board).fps));
  const { typed, options: chosen } = typedOf(options, board, module.graph, warn);
  return { design: build(typed, { ...chosen, fps }), request };
}
