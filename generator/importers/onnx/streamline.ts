// SPDX-License-Identifier: Apache-2.0
/** Walks a model from its input to its output, and turns each run of real functions into integers. */
import { fail } from '../../errors/errors.ts';
import type { InputMap } from '../../importer/importer.ts';
import { arithmetic, folded, quantiserOf, type Constant, type Constants } from './constants.ts';
import type { Layer, MapSize, Pixels, State, Sums } from './layers.ts';
import type { Model, Node } from './model.ts';
import { decision, dense, inputLayers, quantisedPixels, quantisedSums } from './make-layers.ts';
import { refuserOf, type Refuse } from './refuse.ts';

interface Walk {
  readonly layers: Layer[];
  readonly notes: string[];
  readonly constants: Constants;
  readonly refuse: Refuse;
}

type Take = (node: Node, state: State, walk: Walk) => State;

const pixelValues = Array.from({ length: 256 }, (_, p) => p);

function firstState({ name, shape }: Model['inputs'][number], where: string, map: InputMap): Pixels {
  const [channels = 0, height = 1, width = 1] = shape.slice(1);
  const size = { channels, height, width };
  if (![2, 4].includes(shape.length) || Object.values(size).some((n) => n < 1))
    fail({
      code: 'NN006',
      where: `${where} › ${name}`,
      got: `an input of shape [${shape.map((n) => n || '?').join(', ')}]`,
      legal: '[N, features] or [N, channels, height, width], all sizes but N given',
    });
  const { scale, mean = [0], std = [1] } = map;
  for (const [option, values] of Object.entries({ '--mean': mean, '--std': std }))
    if (values.length !== 1 && values.length !== channels)
      fail({ code: 'NN001', where: option, got: `${values.length} values`, legal: `1, or ${channels}: one a channel` });
  const rows = (round: (x: number) => number) =>
    Array.from({ length: Math.max(mean.length, std.length) }, (_, c) => {
      const [m, s] = [mean[c] ?? mean[0]!, std[c] ?? std[0]!];
      const real = (p: number) => round(scale === undefined ? p / 255 : p * scale);
      return pixelValues.map((p) => round(round(real(p) - round(m)) / round(s)));
    });
  return { at: 'pixels', size, exact: rows((x) => x), float32: rows(Math.fround), nodes: [] };
}

/** The operand of each channel: one number for all, or one each. */
function ofChannels(node: Node, { data, shape }: Constant, size: MapSize, refuse: Refuse): readonly number[] {
  const isLast = size.height * size.width === 1 && shape.at(-1) === size.channels;
  const isThird = shape.length >= 3 && shape.at(-3) === size.channels;
  if (data.length === 1 || (data.length === size.channels && (isLast || isThird))) return data;
  return refuse(node, `a constant of shape [${shape.join(', ')}]`, `one value, or ${size.channels}, one a channel`);
}

/** A real function of each channel, at the place where the walk is. `rises`: of all channels alike. */
function applied(node: Node, state: State, steps: Sums['steps'], rises: boolean, { refuse }: Walk): State {
  const nodes = 'nodes' in state ? [...state.nodes, node.name] : [];
  if (state.at === 'levels') return refuse(node, 'a function behind a quantiser', 'a layer behind a quantiser');
  if (state.at === 'sums')
    return { ...state, nodes, steps: [...state.steps, ...steps], keepsOrder: state.keepsOrder && rises };
  const through = (rows: Pixels['exact'], round: (x: number) => number) =>
    Array.from({ length: rises ? rows.length : state.size.channels }, (_, c) =>
      (rows[c] ?? rows[0]!).map((x) => steps.reduce((value, step) => round(step(value, c)), x)),
    );
  return { ...state, nodes, exact: through(state.exact, (x) => x), float32: through(state.float32, Math.fround) };
}

const elementwise: Take = (node, state, walk) => {
  const { constants, refuse } = walk;
  const [first, second] = node.inputs.map((name) => constants.get(name));
  const constant = first ?? second;
  if (!constant) return refuse(node, 'two activations', 'an activation and a constant');
  if (node.operator === 'Pow') return refuse(node, 'a power of an activation', 'Add, Sub, Mul or Div of a constant');
  if (node.operator === 'Div' && first)
    return refuse(node, 'a constant over an activation', 'an activation over a constant');
  const operand = ofChannels(node, constant, state.size, refuse);
  const operation = arithmetic[node.operator]!;
  const at = (c: number) => operand[c] ?? operand[0]!;
  const step = (x: number, c: number) => (first ? operation(at(c), x) : operation(x, at(c)));
  const rises = operand.length === 1 && step(1, 0) > step(0, 0);
  return applied(node, state, [step], rises, walk);
};

const batchNorm: Take = (node, state, walk) => {
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => {
    const constant = walk.constants.get(node.inputs[i] ?? '');
    if (constant?.data.length !== state.size.channels)
      return walk.refuse(
        node,
        `input ${i} is no constant of ${state.size.channels} values`,
        'constants, one a channel',
      );
    return constant.data;
  }) as [readonly number[], readonly number[], readonly number[], readonly number[]];
  const epsilon = Number(node.attributes.get('epsilon') ?? 1e-5);
  const root = variance.map((v) => Math.sqrt(v + epsilon));
  const zero = root.findIndex((r) => !(r > 0));
  if (zero >= 0) walk.refuse(node, `variance + epsilon = ${variance[zero]! + epsilon} in channel ${zero}`, 'above 0');
  const steps: Sums['steps'] = [
    (x, c) => x - mean[c]!,
    (x, c) => x / root[c]!,
    (x, c) => x * gamma[c]!,
    (x, c) => x + beta[c]!,
  ];
  return applied(node, state, steps, false, walk);
};

const quant: Take = (node, state, walk) => {
  const { rule, scale } = quantiserOf(node, walk.constants, walk.refuse);
  if (scale.data.length !== 1 || !(scale.data[0]! > 0))
    walk.refuse(node, `scale [${scale.data.slice(0, 4).join(', ')}]`, 'one scale above 0 for all channels');
  if (rule.zero !== 0) walk.refuse(node, `zero point ${rule.zero} on activations`, 'zero point 0');
  if (state.at === 'levels') return walk.refuse(node, 'a quantiser behind a quantiser', 'a layer between them');
  const made =
    state.at === 'pixels'
      ? quantisedPixels(node, state, rule, scale.data[0]!, walk.refuse)
      : quantisedSums(node, state, rule, scale.data[0]!, walk.layers.length);
  walk.layers.push(made.layer);
  walk.notes.push(...made.notes);
  return made.state;
};

const matMul: Take = (node, state, walk) => {
  const weights = walk.constants.get(node.inputs[1] ?? '');
  if (!weights) return walk.refuse(node, 'a matrix that is computed', 'an activation times a constant matrix');
  if (state.at !== 'levels')
    return walk.refuse(node, `input ${node.inputs[0]} is not quantised`, 'a Quant or BipolarQuant in front of it');
  return dense(node, state, weights, walk.layers, walk.refuse);
};

/** Layout alone: the map stays as it is, and a dense layer reads its columns in another order. */
const flatten: Take = (node, state, { constants, refuse }) => {
  const axis = node.attributes.get('axis') ?? 1;
  if (node.operator === 'Flatten' && axis !== 1) refuse(node, `axis ${String(axis)}`, 'axis 1');
  const target = node.operator === 'Reshape' ? constants.get(node.inputs[1] ?? '')?.data : undefined;
  if (target && (target.length !== 2 || target[1] !== -1))
    refuse(node, `to [${target.join(', ')}]`, '[N, −1]: a flatten');
  return state;
};

const same: Take = (_, state) => state;

const relu: Take = (node, state, walk) => applied(node, state, [(x) => Math.max(x, 0)], false, walk);

/** By operator. */
const operators: ReadonlyMap<string, Take> = new Map<string, Take>([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow'].map((name) => [name, elementwise] as const),
  ['BatchNormalization', batchNorm],
  ...['Quant', 'IntQuant', 'BipolarQuant'].map((name) => [name, quant] as const),
  ['MatMul', matMul],
  ['Relu', relu],
  ...['Flatten', 'Reshape'].map((name) => [name, flatten] as const),
  ...['Identity', 'Dropout'].map((name) => [name, same] as const),
]);

/** Nodes that compute the target of a Reshape out of the shape of an activation. */
const shapeOperators = ['Shape', 'Gather', 'Unsqueeze', 'Concat'];

/** NN006 where a node of a shape is not what exporters write for a flatten: Shape → Gather → Unsqueeze → Concat(·, −1). */
function requireShape(node: Node, shapes: ReadonlySet<string>, { constants, refuse }: Walk): void {
  const [first, ...others] = node.inputs;
  if (node.operator !== 'Shape' && !shapes.has(first ?? ''))
    refuse(node, `input ${first ?? 'none'}, which is no shape`, 'the shape of an activation');
  if (node.operator !== 'Concat') return;
  const behind = others.map((name) => [...(constants.get(name)?.data ?? ['?'])].join(' '));
  if (behind.join() !== '-1') refuse(node, `a shape beside [${behind.join(', ')}]`, 'a shape beside −1: a flatten');
}

/** A Reshape takes a shape as its second input; nobody else takes one. */
function isTarget(node: Node, name: string, shapes: ReadonlySet<string>): boolean {
  return node.operator === 'Reshape' && node.inputs[1] === name && shapes.has(name);
}

/**
 * The layers of a network file for a model that is one chain.
 * Throws NN006 with node, operator, what was found and what would be legal.
 */
export function streamline(model: Model, where: string, input: InputMap): { layers: Layer[]; notes: string[] } {
  const [first, ...others] = model.inputs;
  if (!first || others.length > 0)
    return fail({ code: 'NN006', where, got: `${model.inputs.length} inputs`, legal: 'one input that is no constant' });
  if (model.opset > 21) fail({ code: 'NN006', where, got: `opset ${model.opset}`, legal: '1..21' });
  const walk: Walk = { layers: [], notes: [], constants: new Map(model.constants), refuse: refuserOf(where) };
  let [tensor, state] = [first.name, firstState(first, where, input) as State];
  walk.layers.push(...inputLayers(first.name, state.size));
  const shapes = new Set<string>();
  for (const node of model.nodes) {
    const constant = folded(node, walk.constants, walk.refuse);
    if (constant) walk.constants.set(node.outputs[0]!, constant);
    else if (shapeOperators.includes(node.operator)) {
      requireShape(node, shapes, walk);
      shapes.add(node.outputs[0]!);
    } else {
      const take = operators.get(node.operator);
      if (!take) return walk.refuse(node, 'an operator that is not taken', [...operators.keys()].join(' '));
      const foreign = node.inputs.find(
        (name) => name !== tensor && !walk.constants.has(name) && !isTarget(node, name, shapes),
      );
      if (foreign !== undefined)
        walk.refuse(node, `input ${foreign}, beside the one chain of layers`, `the chain's last tensor, ${tensor}`);
      state = take(node, state, walk);
      tensor = node.outputs[0]!;
    }
  }
  // What another output names would be lost without a word.
  if (model.outputs.join() !== tensor)
    fail({
      code: 'NN006',
      where,
      got: `outputs ${model.outputs.join(', ') || 'none'}`,
      legal: `the last one: ${tensor}`,
    });
  const end = decision(state, where);
  walk.layers.push(end.layer);
  walk.notes.push(...end.notes);
  return { layers: walk.layers, notes: walk.notes };
}
