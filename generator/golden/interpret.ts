// SPDX-License-Identifier: Apache-2.0
/** The golden model: a typed graph evaluated in integers, node by node. It knows no mapping. */
import { fail } from '../errors/errors.ts';
import type { TypedGraph, TypedNode } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';
import { newBits, newInts, type IntTensor, type Tensor } from '../tensor/tensor.ts';
import { hasVectors, newKernels } from './kernels/kernels.ts';

export interface Interpreter {
  /** Every node's tensor for one frame of pixels (NHWC bytes in the network's input shape). */
  trace(pixels: Uint8Array): Map<string, Tensor>;
  /** The last node's tensor alone: scores, then the class. */
  run(pixels: Uint8Array): IntTensor;
}

/**
 * `plain`: each kind's golden.ts, which is the definition. `wasm`: layers that have a fast form compute with it, bit
 * for bit the same (test/golden-forms.test.ts).
 */
export type Form = 'plain' | 'wasm';

/** As the environment variable BITLOOM_GOLDEN says; else the fast form, where the processor has what it takes. */
export function formWanted(): Form {
  const got = process.env['BITLOOM_GOLDEN'] ?? (hasVectors ? 'wasm' : 'plain');
  if (got !== 'plain' && got !== 'wasm') fail({ code: 'NN001', where: 'BITLOOM_GOLDEN', got, legal: 'plain wasm' });
  return got;
}

/** Packs all weights once; then frames are cheap. */
export function interpreter(graph: TypedGraph, form: Form = formWanted()): Interpreter {
  const { height, width, channels } = graph.nodes[0]!.type;
  const evaluate = forms[form](graph);
  const checked = (pixels: Uint8Array) => {
    if (pixels.length !== height * width * channels)
      throw new Error(`a frame of ${graph.name} has ${height * width * channels} bytes, not ${pixels.length}`);
    return evaluate(pixels);
  };
  const last = graph.nodes.at(-1)!.name;
  return {
    trace: (pixels) => new Map([...checked(pixels)].map(([name, tensor]) => [name, copied(tensor)])),
    run: (pixels) => copied(checked(pixels).get(last) as IntTensor),
  };
}

/** Tensors of all nodes, which the next frame may overwrite. */
type EvaluateGraph = (pixels: Uint8Array) => ReadonlyMap<string, Tensor>;

const forms: Readonly<Record<Form, (graph: TypedGraph) => EvaluateGraph>> = { plain, wasm: inKernels };

function copied<T extends Tensor>(tensor: T): T {
  return { ...tensor, data: tensor.data.slice() };
}

function newTensor({ height, width, channels, element }: TypedNode['type']): Tensor {
  return element.type === 'bipolar' ? newBits(height, width, channels) : newInts(height, width, channels);
}

function plain(graph: TypedGraph): EvaluateGraph {
  const steps = graph.nodes.map((node) => ({ ...node, evaluate: kindOf(node).golden(node) }));
  return (pixels) => {
    const frame = newTensor(graph.nodes[0]!.type);
    frame.data.set(pixels);
    const tensors = new Map<string, Tensor>();
    for (const { name, inputs, evaluate } of steps)
      tensors.set(name, evaluate(inputs.length === 0 ? [frame] : inputs.map((input) => tensors.get(input)!)));
    return tensors;
  };
}

/** All tensors lie in the kernels' memory; layers without a fast form read and write them there. */
function inKernels(graph: TypedGraph): EvaluateGraph {
  const kernels = newKernels();
  const places = new Map(graph.nodes.map(({ name, type }) => [name, kernels.room(newTensor(type).data.byteLength)]));
  const fast = graph.nodes.map((node) => {
    const inputs = node.inputs.map((input) => places.get(input)!);
    return kindOf(node).fast?.(node, kernels, inputs, places.get(node.name)!);
  });
  // All rooms are taken: views stay good.
  const tensors = new Map<string, Tensor>();
  for (const { name, type } of graph.nodes) {
    const tensor = newTensor(type);
    tensors.set(name, { ...tensor, data: kernels.view(places.get(name)!, tensor.data.length) });
  }
  const frame = tensors.get(graph.nodes[0]!.name)!;
  const steps = graph.nodes.map((node, i) => {
    if (fast[i]) return fast[i];
    const inputs = node.inputs.length === 0 ? [frame] : node.inputs.map((input) => tensors.get(input)!);
    const evaluate = kindOf(node).golden(node);
    const { data } = tensors.get(node.name)!;
    return () => data.set(evaluate(inputs).data);
  });
  return (pixels) => {
    frame.data.set(pixels);
    for (const step of steps) step();
    return tensors;
  };
}
