/** Fully connected layer with 8-bit weights on integers: the classifier. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import type { WeightReference } from '../../ir/graph.ts';
import { elementCount, int, type Int } from '../../ir/types.ts';
import type { LayerModel, ParameterReader } from '../layer-kind.ts';

export interface IntDenseOptions {
  readonly units: number;
  readonly weights: WeightReference;
  readonly tensors?: string;
  /** Adds `<tensors>.bias`, 32-bit integers [units] in units of the sums. */
  readonly bias?: boolean;
}

/** y_k = Σ w_ki·x_i (+ bias_k). Weights `<tensors>.weights`, integers −128..127 [units, height·width·channels]. */
export function intDense(name: string, x: Stream<'int'>, options: IntDenseOptions): Stream<'int'> {
  const { units, bias = false, weights, tensors } = options;
  return addLayer({ name, kind: 'int-dense', inputs: [x], attributes: { units, bias }, weights, tensors }, 'int');
}

/** Sums are 32-bit integers, whatever the weights. */
const limit = 2 ** 31 - 1;

const magnitude = ({ min, max }: Int) => Math.max(Math.abs(min), Math.abs(max));

/** The greatest sums that these weights can give, reached or not, must fit. */
function requireWithinLimit(weights: Int32Array, bias: Int32Array, taps: number, input: Int, reader: ParameterReader): void {
  bias.forEach((term, unit) => {
    const row = weights.subarray(unit * taps, (unit + 1) * taps);
    const reach = row.reduce((sum, w) => sum + Math.abs(w), 0) * magnitude(input) + Math.abs(term);
    if (reach > limit) reader.refuse('weights', `sums of unit ${unit} up to ±${reach}`, `up to ±${limit}: smaller weights, or a narrower input`);
  });
}

export const model: LayerModel = {
  kind: 'int-dense',
  title: 'int8 dense',
  infer(node, [x], report) {
    const { units, bias } = node.attributes as { units: number; bias: boolean };
    if (!Number.isInteger(units) || units < 1) {
      report('NN005', { got: `units = ${units}`, legal: 'a positive integer' });
      return undefined;
    }
    const { element } = x!;
    if (element.type !== 'int' || element.offset !== 0) {
      report('NN005', { got: element.type === 'int' ? 'int8 weights on popcounts' : 'int8 weights on bits', legal: 'integers that stand for multiples of their unit' });
      return undefined;
    }
    const reach = bias ? limit : Math.min(limit, elementCount(x!) * 128 * magnitude(element));
    return { height: 1, width: 1, channels: units, element: int(-reach, reach, element.scale) };
  },
  resolve(node, [x], output, reader) {
    const [units, taps] = [output.channels, elementCount(x!)];
    const input = x!.element as Int;
    // Synthetic weights stay so small that no sum can pass the limit.
    const most = Math.min(127, Math.floor(limit / (taps * magnitude(input))));
    const weights = reader.integers('weights', [units, taps], (r) => Math.round(most * (r() + r() - 1)));
    const wide = weights.findIndex((w) => w < -128 || w > 127);
    if (wide >= 0) reader.refuse('weights', `weights[${wide}] = ${weights[wide]}`, '-128..127');
    const bias = node.attributes['bias'] ? reader.integers('bias', [units], (r) => Math.round(magnitude(input) * (r() - 0.5))) : new Int32Array(units);
    requireWithinLimit(weights, bias, taps, input, reader);
    return { weights: { shape: [units, taps], data: weights }, bias: { shape: [units], data: bias } };
  },
  work(node) {
    const macs = node.parameters['weights']!.data.length;
    return { macs, operations: macs };
  },
  parameterBits: (node) => 8 * node.parameters['weights']!.data.length + (node.attributes['bias'] ? 32 * node.type.channels : 0),
  floatParameters: (node) => node.parameters['weights']!.data.length + (node.attributes['bias'] ? node.type.channels : 0),
};
