/**
 * The DSL's frame: `network('name', () => { ... })` collects the layers that its function calls. Edges are
 * variables, a block is a function, a layer is an exported function of its kind's folder.
 */
import { BitloomError, fail, type Issue } from '../errors.ts';
import { consumersOf, nodeIssue, type Attributes, type Graph, type Node } from '../ir/graph.ts';
import { callSite, refuseFaults } from './call-site.ts';
import { optionFaults, show, surplusFaults, type Rules, type WeightOptions } from './options.ts';

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
  /** Of options that the rules accept. Absent: none. */
  readonly attributes?: (options: O) => Attributes;
  /** What the network file gives behind the last argument of a layer without options. */
  readonly surplus?: readonly unknown[];
}

function requireInputs(network: Building, { kind, inputs }: Pick<LayerCall<object>, 'kind' | 'inputs'>, at: Pick<Issue, 'where' | 'source'>): void {
  if (!Array.isArray(inputs)) refuse(network, { code: 'NN004', ...at, got: `inputs = ${show(inputs)}`, legal: 'a list of layers' });
  // Frames come in one stream: every layer that reads none would get the same.
  if (inputs.length === 0 && network.nodes.length > 0) refuse(network, { code: 'NN006', ...at, got: `a second input: ${kind} reads no layer`, legal: 'one input layer' });
  for (const stream of Array.from<unknown>(inputs)) {
    const { node, element } = (stream ?? {}) as Partial<Stream<ElementTag>>;
    if (typeof node !== 'string') refuse(network, { code: 'NN004', ...at, got: `an input ${show(stream)}`, legal: 'a layer of this network' });
    if (!network.streams.has(stream as Stream<ElementTag>)) refuse(network, { code: 'NN004', ...at, got: `an input ${node} of another network`, fix: 'use layers of this network' });
    if (element === 'scores') refuse(network, { code: 'NN004', ...at, got: `a ${kind} behind the decision ${node}`, fix: 'let the decision be the last layer' });
  }
}

/**
 * Adds a node to the network under construction; every layer function ends here. What is wrong with its options is reported with all
 * else by network(); a layer whose name or inputs are wrong ends the description.
 */
export function addLayer<E extends ElementTag, O extends object>(call: LayerCall<O>, element: E): Stream<E> {
  const { name, kind, inputs, options, rules, attributes = () => ({}), surplus = [] } = call;
  const place = callSite();
  const where = `${building?.name ?? '(no network)'} › ${typeof name === 'string' ? name : show(name)} (${kind})`;
  const at = { where, source: place };
  if (!building) fail({ code: 'NN004', ...at, got: 'a layer outside network(…)', fix: 'call it in the function given to network()' });
  if (!isIdentifier(name) || reserved.has(name)) refuse(building, { code: 'NN032', ...at, got: `layer name ${show(name)}`, legal: nameRule });
  if (building.nodes.some((n) => n.name === name)) refuse(building, { code: 'NN004', ...at, got: `the name ${name} is taken`, fix: 'give each layer its own name' });
  requireInputs(building, call, at);
  const faults = [...optionFaults(rules, options), ...surplusFaults(surplus)];
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

/**
 * Runs the function and returns the network it describes.
 * @param describe returns the last layer, a decision
 * NN004 with all that is wrong with layers and their options, NN006 for a result that no layer reads and a network that ends in no decision,
 * NN032 for names.
 */
export function network(name: string, describe: () => Stream<'scores'>, ...surplus: readonly never[]): Graph {
  const source = callSite();
  if (!isIdentifier(name)) fail({ code: 'NN032', where: 'network', source, got: `network name ${show(name)}`, legal: nameRule });
  if (building) refuse(building, { code: 'NN004', where: name, got: `network() inside network ${building.name}`, fix: 'use a function for a block' });
  refuseFaults(name, [...(typeof describe === 'function' ? [] : [{ got: `a description that is ${show(describe)}`, legal: 'a function' }]), ...surplusFaults(surplus)]);
  const { nodes, streams, issues } = (building = { name, nodes: [], streams: new Set(), issues: [] } as Building);
  try {
    const output = describe();
    if (issues.length > 0) throw new BitloomError(issues);
    const last = nodes.at(-1);
    const returned = (output as Stream<ElementTag> | undefined)?.node;
    if (last === undefined || last.name !== returned)
      fail({ code: 'NN004', where: name, got: `the function returns ${returned ?? 'nothing'}, the last layer is ${last?.name ?? 'missing'}`, fix: 'return the last layer' });
    if (!streams.has(output)) fail({ code: 'NN004', where: name, source, got: `the function returns ${returned}, which it did not get from a layer`, fix: 'return what the layer gives' });
    const graph: Graph = { name, nodes };
    const unread = nodes.slice(0, -1).filter((node) => consumersOf(graph, node.name).length === 0);
    issues.push(...unread.map((node) => nodeIssue(name, node, 'NN006', { got: 'a result that no layer reads', fix: 'remove the layer, or use its result' })));
    // Results leave as a decision's words alone; also the golden model's are read as scores and a class.
    if (output.element !== 'scores') issues.push(nodeIssue(name, last, 'NN006', { got: 'a network that ends in no decision', fix: 'end it in decide(…)' }));
    if (issues.length > 0) throw new BitloomError(issues);
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
