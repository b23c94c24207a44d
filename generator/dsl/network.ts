// SPDX-License-Identifier: Apache-2.0
/**
 * The DSL's frame: `network('name', () => { ... })` collects the layers that its function calls. Edges are
 * variables, a block is a function, a layer is an exported function of its kind's folder.
 */
import { BitloomError, fail, type Issue } from '../errors/errors.ts';
import { consumersOf, nodeIssue, type Attributes, type Graph, type Node } from '../ir/graph.ts';
import { callSite, refuseFaults } from './call-site.ts';
import { optionFaults, show, surplusFaults, type Fault, type Rules, type WeightOptions } from './options.ts';

/** What kind of element flows on an edge: checked by TypeScript, so that a pool of pixels does not compile. */
export type ElementTag = 'bipolar' | 'int' | 'scores';

/** An edge of the network under construction. */
export interface Stream<E extends ElementTag> {
  readonly node: string;
  readonly element: E;
}

/**
 * Names become Verilog identifiers and file names; the generator's own names have a double underscore or are reserved.
 */
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

interface Building {
  readonly name: string;
  readonly nodes: Node[];
  readonly streams: Set<Stream<ElementTag>>;
  readonly issues: Issue[];
}

let building: Building | undefined;

/** Ends the description with this fault and all before it. */
function refuse({ issues }: Building, issue: Issue): never {
  issues.push(issue);
  throw new BitloomError(issues);
}

export interface LayerCall<O> {
  readonly name: string;
  readonly kind: string;
  readonly inputs: readonly Stream<ElementTag>[];
  /** As the network file gives them. */
  readonly options: O;
  /** What they may be. */
  readonly rules: Rules<O>;
  /** Options that the rules accept one by one and that do not go together. Absent: all do. */
  readonly conflicts?: (options: O) => readonly Fault[];
  /** Of options that the rules accept. Absent: none. */
  readonly attributes?: (options: O) => Attributes;
  /** What the network file gives behind the last argument of a layer without options. */
  readonly surplus?: readonly unknown[];
}

type At = Pick<Issue, 'where' | 'source'>;

function requireName(network: Building, name: string, at: At): void {
  const { nodes } = network;
  if (!isIdentifier(name) || reserved.has(name))
    refuse(network, { code: 'NN032', ...at, got: `layer name ${show(name)}`, legal: nameRule });
  if (nodes.some((n) => n.name === name))
    refuse(network, { code: 'NN004', ...at, got: `the name ${name} is taken`, fix: 'give each layer its own name' });
}

/** Streams of this network that a layer can read. Frames come in one stream: only the first layer reads none. */
function requireInputs(network: Building, { kind, inputs }: Pick<LayerCall<object>, 'kind' | 'inputs'>, at: At): void {
  const wrong = (fault: Fault): never => refuse(network, { code: 'NN004', ...at, ...fault });
  if (!Array.isArray(inputs)) wrong({ got: `inputs = ${show(inputs)}`, legal: 'a list of layers' });
  if (inputs.length === 0 && network.nodes.length > 0)
    refuse(network, { code: 'NN006', ...at, got: `a second input: ${kind} reads no layer`, legal: 'one input layer' });
  for (const stream of Array.from<unknown>(inputs)) {
    const { node, element } = (stream ?? {}) as Partial<Stream<ElementTag>>;
    if (typeof node !== 'string') wrong({ got: `an input ${show(stream)}`, legal: 'a layer of this network' });
    if (!network.streams.has(stream as Stream<ElementTag>))
      wrong({ got: `an input ${node} of another network`, fix: 'use layers of this network' });
    if (element === 'scores')
      wrong({ got: `a ${kind} behind the decision ${node}`, fix: 'let the decision be the last layer' });
  }
}

/**
 * Adds a node to the network under construction; every layer function ends here. What is wrong with its options is
 * reported with all else by network(); a layer whose name or inputs are wrong ends the description.
 */
export function addLayer<E extends ElementTag, O extends object>(call: LayerCall<O>, element: E): Stream<E> {
  const { name, kind, inputs, options, rules, conflicts, attributes = () => ({}), surplus = [] } = call;
  const place = callSite();
  const where = `${building?.name ?? '(no network)'} › ${typeof name === 'string' ? name : show(name)} (${kind})`;
  const at = { where, source: place };
  const fix = 'call it in the function given to network()';
  if (!building) fail({ code: 'NN004', ...at, got: 'a layer outside network(…)', fix });
  requireName(building, name, at);
  requireInputs(building, call, at);
  const wrong = optionFaults(rules, options);
  const faults = [...wrong, ...surplusFaults(surplus), ...(wrong.length === 0 ? (conflicts?.(options) ?? []) : [])];
  building.issues.push(...faults.map((fault): Issue => ({ code: 'NN004', ...at, ...fault })));
  const { weights, tensors } = (faults.length === 0 ? options : {}) as Partial<WeightOptions>;
  building.nodes.push({
    name,
    kind,
    inputs: inputs.map((s) => s.node),
    attributes: faults.length === 0 ? attributes(options) : {},
    ...(weights ? { weights } : {}),
    tensors: tensors ?? name,
    place,
  });
  const stream = { node: name, element };
  building.streams.add(stream);
  return stream;
}

/** NN004 and NN006 where what was described, and returned, is no network. */
function finish({ name, nodes, streams, issues }: Building, output: Stream<ElementTag> | undefined): Graph {
  if (issues.length > 0) throw new BitloomError(issues);
  const last = nodes.at(-1);
  if (!last || last.name !== output?.node) {
    const got = `the function returns ${output?.node ?? 'nothing'}, the last layer is ${last?.name ?? 'missing'}`;
    fail({ code: 'NN004', where: name, got, fix: 'return the last layer' });
  }
  const unsupported = (node: Node, got: string, fix: string): void => {
    issues.push(nodeIssue(name, node, 'NN006', { got, fix }));
  };
  for (const node of nodes.slice(0, -1))
    if (consumersOf({ nodes }, node.name).length === 0)
      unsupported(node, 'a result that no layer reads', 'remove the layer, or use its result');
  // Results leave as a decision's words alone; the golden model's too are read as scores and a class.
  if (!streams.has(output) || output.element !== 'scores')
    unsupported(last, 'a network that ends in no decision', 'end it in decide(…)');
  if (issues.length > 0) throw new BitloomError(issues);
  return { name, nodes };
}

/**
 * Runs the function and returns the network it describes. Throws NN004 with all that is wrong with layers and their
 * options, NN006 for results that no layer reads and a network that ends in no decision, NN032 for names.
 * @param describe returns the last layer, a decision
 */
export function network(name: string, describe: () => Stream<'scores'>, ...surplus: readonly never[]): Graph {
  const source = callSite();
  if (!isIdentifier(name))
    fail({ code: 'NN032', where: 'network', source, got: `network name ${show(name)}`, legal: nameRule });
  if (building) {
    const got = `network() inside network ${building.name}`;
    refuse(building, { code: 'NN004', where: name, got, fix: 'use a function for a block' });
  }
  const isFunction = typeof describe === 'function';
  const wrong = isFunction ? [] : [{ got: `a description that is ${show(describe)}`, legal: 'a function' }];
  refuseFaults(name, [...wrong, ...surplusFaults(surplus)]);
  const { issues } = (building = { name, nodes: [], streams: new Set<Stream<ElementTag>>(), issues: [] as Issue[] });
  try {
    const graph = finish(building, describe());
    described.add(graph);
    return graph;
  } catch (error) {
    // What is wrong with options is often why the rest of the description fails.
    if (issues.length === 0) throw error;
    const others = error instanceof BitloomError ? error.issues.filter((issue) => !issues.includes(issue)) : [];
    throw new BitloomError([...issues, ...others]);
  } finally {
    building = undefined;
  }
}
