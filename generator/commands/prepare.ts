/** From command-line options to a design: board, network, weights, passes. */
import { existsSync } from 'node:fs';
import { boardNamed, primitivesOf } from '../boards/index.ts';
import { generatedOptions } from '../emit/folder.ts';
import type { Board } from '../boards/board.ts';
import type { Request } from '../emit/plan.ts';
import { fail } from '../errors.ts';
import { loadNetwork, networkNames, type NetworkModule } from '../load-network.ts';
import type { Graph, TypedGraph } from '../ir/graph.ts';
import { architectures, build, typecheck, type Architecture, type BuildOptions, type Design } from '../pipeline.ts';
import { reuses, type Primitives, type Reuse } from '../layers/layer-kind.ts';
import type { ArrayWish } from '../shared/choose-array.ts';
import { closest } from '../suggest.ts';

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
  readonly bramPrice?: number | undefined;
  readonly units?: number | undefined;
  readonly taps?: number | undefined;
  readonly split?: string | undefined;
  readonly out: string;
}

export interface Prepared {
  readonly design: Design;
  readonly request: Request;
  readonly module: NetworkModule;
}

/** Network that stands in where a board's default does not exist yet. */
const fallbackNetwork = 'cnv';
/** Frames per second where nobody asks for a rate. */
export const defaultFps = 1000;

function chosenNetwork(options: DesignOptions, warn: (text: string) => void): { network: string; defaulted: boolean } {
  if (options.network !== undefined) return { network: options.network, defaulted: false };
  const { defaultNetwork } = boardNamed(options.board);
  if (networkNames().includes(defaultNetwork)) return { network: defaultNetwork, defaulted: false };
  warn(`${options.board}'s default network ${defaultNetwork} does not exist yet: taking ${fallbackNetwork}`);
  return { network: fallbackNetwork, defaulted: true };
}

function rate(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  return fail({ code: 'NN001', where: '--fps', got: JSON.stringify(text), legal: 'a positive number, or max' });
}

/** What the board says of its own network. */
function ownDesign(network: string | undefined, board: Board): Board['defaultDesign'] {
  return network === undefined || network === board.defaultNetwork ? board.defaultDesign : undefined;
}

/** As named; else the board's own for its own network, and dataflow for any other. */
function architectureOf({ arch, network }: DesignOptions, board: Board): Architecture {
  const wanted = arch ?? ownDesign(network, board)?.architecture ?? 'dataflow';
  const found = architectures.find((name) => name === wanted);
  return found ?? fail({ code: 'NN001', where: '--arch', got: JSON.stringify(wanted), legal: architectures.join(' '), ...closest(wanted, architectures) });
}

/** What the user asks of the shared array; undefined for other architectures, which have none. */
function arrayWish({ units, taps, split }: DesignOptions, architecture: Architecture): ArrayWish | undefined {
  if (architecture !== 'shared') {
    const given = Object.entries({ '--units': units, '--taps': taps, '--split': split }).find(([, value]) => value !== undefined);
    if (given) fail({ code: 'NN001', where: given[0], got: `${given[1]} with --arch ${architecture}`, legal: 'with --arch shared', fix: '--arch shared' });
    return undefined;
  }
  if (split !== undefined && split !== 'on' && split !== 'off') fail({ code: 'NN001', where: '--split', got: JSON.stringify(split), legal: 'on off' });
  return { ...(units === undefined ? {} : { units }), ...(taps === undefined ? {} : { taps }), ...(split === undefined ? {} : { split: split === 'on' }) };
}

function reuseOf(text = 'auto'): Reuse {
  const found = reuses.find((name) => name === text);
  return found ?? fail({ code: 'NN001', where: '--reuse', got: JSON.stringify(text), legal: reuses.join(' '), ...closest(text, reuses) });
}

function bramPrice(price: number | undefined): number | undefined {
  if (price === undefined || (Number.isFinite(price) && price >= 0)) return price;
  return fail({ code: 'NN001', where: '--bram-price', got: String(price), legal: 'a number of LUTs, 0 or more' });
}

/** `on` wherever the library has cells for the board's family. */
function primitives(text: string | undefined, board: Board): Primitives | undefined {
  const family = primitivesOf(board);
  const wanted = text ?? (family ? 'on' : 'off');
  if (wanted === 'off') return undefined;
  if (wanted === 'on' && family) return family;
  return fail({ code: 'NN001', where: '--primitives', got: JSON.stringify(wanted), legal: family ? 'on off' : `off (no cells for ${board.family})` });
}

/** Both paths are said again in the generated files, where a line break would end a comment. */
function requirePrintable({ network, weights }: DesignOptions): void {
  for (const [option, value] of Object.entries({ '--network': network, '--weights': weights }))
    if (value !== undefined && /\p{Cc}/u.test(value))
      fail({ code: 'NN032', where: option, got: JSON.stringify(value), legal: 'a path without control characters' });
}

/** Every fault of the input is thrown as a BitloomError; `warn` gets what the user should know all the same. */
export async function prepare(given: DesignOptions, warn: (text: string) => void): Promise<Prepared> {
  requirePrintable(given);
  const board = boardNamed(given.board);
  const { network, defaulted } = chosenNetwork(given, warn);
  const module = await loadNetwork(network);
  return { ...designOf(given, board, module, { network, weights: given.weights, defaulted }, warn), module };
}

/**
 * The same for commands that judge an output folder: what the user leaves out is taken from the design that lies there.
 */
export async function prepareFrom(given: DesignOptions, warn: (text: string) => void): Promise<Prepared> {
  requirePrintable(given);
  const board = boardNamed(given.board);
  const { network, defaulted } = chosenNetwork(given, warn);
  const module = await loadNetwork(network);
  const lying = generatedOptions(given.out, module.graph.name, board.name, architectureOf(given, board));
  if (given.weights === undefined && lying?.weights !== undefined && !existsSync(lying.weights))
    fail({ code: 'NN031', where: '--weights', got: `the design was generated with --weights ${lying.weights}, which is not there`, fix: 'give --weights with its path' });
  const options = lying ? { ...lying, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) } : given;
  const merged = options as DesignOptions;
  return { ...designOf(merged, board, module, { network, weights: merged.weights, defaulted }, warn), module };
}

/** The same as far as a sweep over rates needs it: no rate, no design yet. */
export async function prepareSweep(given: DesignOptions, warn: (text: string) => void): Promise<{ typed: TypedGraph; options: Omit<BuildOptions, 'fps'> }> {
  requirePrintable(given);
  const board = boardNamed(given.board);
  const { graph } = await loadNetwork(chosenNetwork(given, warn).network);
  return typedOf(given, board, graph, warn);
}

function typedOf(
  options: DesignOptions,
  board: Board,
  graph: Graph,
  warn: (text: string) => void,
): { typed: TypedGraph; options: Omit<BuildOptions, 'fps'> } {
  const architecture = architectureOf(options, board);
  const array = arrayWish(options, architecture);
  const clockMhz = options.clock ?? board.clockMhz;
  if (!(clockMhz >= 1 && clockMhz <= 1000)) fail({ code: 'NN001', where: '--clock', got: String(options.clock), legal: '1..1000 (MHz)' });
  const typed = typecheck(graph, options.weights);
  if (typed.weights.source === 'synthetic') warn(`${typed.name}: synthetic weights; no accuracy is implied`);
  return { typed, options: { board, architecture, clockMhz, primitives: primitives(options.primitives, board), reuse: reuseOf(options.reuse), bramPrice: bramPrice(options.bramPrice), ...(array ? { array } : {}) } };
}

function designOf(
  options: DesignOptions,
  board: Board,
  module: NetworkModule,
  request: Request,
  warn: (text: string) => void,
): { design: Design; request: Request } {
  const own = ownDesign(options.network, board);
  const fps = rate(options.fps ?? String(own?.architecture === architectureOf(options, board) ? own.fps : defaultFps));
  const { typed, options: chosen } = typedOf(options, board, module.graph, warn);
  return { design: build(typed, { ...chosen, fps }), request };
}
