/**
 * The DSL's frame: `network('name', () => { ... })` collects the layers that its function calls. Edges are
 * variables, a block is a function, a layer is an exported function of its kind's folder.
 */
import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import { fail } from '../errors.ts';
import type { Attributes, Graph, Node, WeightReference } from '../ir/graph.ts';

/** What kind of element flows on an edge: checked by TypeScript, so that a pool of pixels does not compile. */
export type ElementTag = 'bipolar' | 'int' | 'scores';

/** An edge of the network under construction. */
export interface Stream<E extends ElementTag> {
  readonly node: string;
  readonly element: E;
}

/** Names become Verilog identifiers and file names; the generator's own names have a double underscore or are reserved. */
const identifier = /^(?!.{41})[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const reserved = new Set(['s_axis', 'm_axis', 'status', 'status_in', 'status_out', 'ingress', 'egress']);
const nameRule = `letters, digits and single underscores, at most 40, none of ${[...reserved].join(' ')}`;

/** TypeScript's types are gone when a network file runs. */
function isIdentifier(name: unknown): boolean {
  return typeof name === 'string' && identifier.test(name);
}

/** Shared with the copy of this module that a network file outside an ES-module package runs with. */
const registry = globalThis as unknown as Record<symbol, WeakSet<object> | undefined>;
const described = (registry[Symbol.for('bitloom.networks')] ??= new WeakSet());

/** True for what network() returned: a graph whose names and structure were checked. */
export function isNetwork(value: unknown): value is Graph {
  return typeof value === 'object' && value !== null && described.has(value);
}

let building: { name: string; nodes: Node[] } | undefined;

/** `networks/cnv.ts:12` of the first caller outside the generator's own folders. */
function callSite(): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  for (const frame of frames) {
    const match = /\(?((?:file:\/\/)?\/[^():]+):(\d+):\d+\)?$/.exec(frame.trim());
    if (!match) continue;
    const path = match[1]!.startsWith('file:') ? fileURLToPath(match[1]!) : match[1]!;
    const local = relative(root, path);
    if (/^generator\/(dsl|layers)\/(?!.*\.test\.ts)/.test(local)) continue;
    return `${local}:${match[2]}`;
  }
  return 'unknown';
}

export interface LayerCall {
  readonly name: string;
  readonly kind: string;
  readonly inputs: readonly Stream<ElementTag>[];
  readonly attributes?: Attributes;
  readonly weights?: WeightReference | undefined;
  readonly tensors?: string | undefined;
}

/** Adds a node to the network under construction; every layer function ends here. */
export function addLayer<E extends ElementTag>(call: LayerCall, element: E): Stream<E> {
  const place = callSite();
  const where = `${building?.name ?? '(no network)'} › ${call.name} (${call.kind})`;
  if (!building)
    fail({ code: 'NN004', where, source: place, got: 'a layer outside network(…)', fix: 'call it in the function given to network()' });
  if (!isIdentifier(call.name) || reserved.has(call.name))
    fail({ code: 'NN032', where, source: place, got: `layer name ${JSON.stringify(call.name)}`, legal: nameRule });
  if (building.nodes.some((n) => n.name === call.name))
    fail({ code: 'NN004', where, source: place, got: `the name ${call.name} is taken`, fix: 'give each layer its own name' });
  for (const { node } of call.inputs)
    if (!building.nodes.some((n) => n.name === node))
      fail({ code: 'NN004', where, source: place, got: `an input ${node} of another network`, fix: 'use layers of this network' });
  building.nodes.push({
    name: call.name,
    kind: call.kind,
    inputs: call.inputs.map((s) => s.node),
    attributes: call.attributes ?? {},
    ...(call.weights ? { weights: call.weights } : {}),
    tensors: call.tensors ?? call.name,
    place,
  });
  return { node: call.name, element };
}

/** Runs the function and returns the network it describes; the last layer must give scores (`decide`). */
export function network(name: string, describe: () => Stream<'scores'>): Graph {
  if (!isIdentifier(name))
    fail({ code: 'NN032', where: 'network', source: callSite(), got: `network name ${JSON.stringify(name)}`, legal: nameRule });
  if (building) fail({ code: 'NN004', where: name, got: `network() inside network ${building.name}`, fix: 'use a function for a block' });
  building = { name, nodes: [] };
  try {
    const output = describe();
    const { nodes } = building;
    const last = nodes.at(-1)?.name;
    const returned = (output as Stream<'scores'> | undefined)?.node;
    if (last === undefined || last !== returned)
      fail({ code: 'NN004', where: name, got: `the function returns ${returned ?? 'nothing'}, the last layer is ${last ?? 'missing'}`, fix: 'return the last layer' });
    const graph: Graph = { name, nodes };
    described.add(graph);
    return graph;
  } finally {
    building = undefined;
  }
}
