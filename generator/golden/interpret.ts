// SPDX-License-Identifier: Apache-2.0
/** The golden model: a typed graph evaluated in integers, node by node. It knows no mapping. */
import type { TypedGraph } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';
import type { Evaluate } from '../layer-kind/layer-kind.ts';
import { newInts, type IntTensor, type Tensor } from '../tensor/tensor.ts';

export interface Interpreter {
  /** Every node's tensor for one frame of pixels (NHWC bytes in the network's input shape). */
  trace(pixels: Uint8Array): Map<string, Tensor>;
  /** The last node's tensor alone: scores, then the class. */
  run(pixels: Uint8Array): IntTensor;
}

/** Packs all weights once; then frames are cheap. */
export function interpreter(graph: TypedGraph): Interpreter {
  const steps: { name: string; inputs: readonly string[]; evaluate: Evaluate }[] = graph.nodes.map((node) => ({
    name: node.name,
    inputs: node.inputs,
    evaluate: kindOf(node).golden(node),
  }));
  const { height, width, channels } = graph.nodes[0]!.type;
  const trace = (pixels: Uint8Array) => {
    if (pixels.length !== height * width * channels)
      throw new Error(`a frame of ${graph.name} has ${height * width * channels} bytes, not ${pixels.length}`);
    const frame = newInts(height, width, channels);
    frame.data.set(pixels);
    const tensors = new Map<string, Tensor>();
    for (const { name, inputs, evaluate } of steps)
      tensors.set(name, evaluate(inputs.length === 0 ? [frame] : inputs.map((input) => tensors.get(input)!)));
    return tensors;
  };
  return { trace, run: (pixels) => trace(pixels).get(steps.at(-1)!.name) as IntTensor };
}
