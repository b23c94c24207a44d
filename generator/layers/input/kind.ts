// SPDX-License-Identifier: Apache-2.0
/** The network's input: 8-bit pixels, NHWC. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { number, type Rules } from '../../dsl/options.ts';
import { uint8 } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';

export interface InputOptions {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

const rules: Rules<InputOptions> = { height: number, width: number, channels: number };

/** Pixels 0..255 of `height × width × channels`. */
export function input(name: string, options: InputOptions): Stream<'int'> {
  const attributes = ({ height, width, channels }: InputOptions) => ({ height, width, channels });
  return addLayer({ name, kind: 'input', inputs: [], options, rules, attributes }, 'int');
}

export const model: LayerModel = {
  kind: 'input',
  title: 'input',
  infer(node, _inputs, report) {
    const { height, width, channels } = node.attributes as unknown as InputOptions;
    for (const [key, value] of Object.entries({ height, width, channels }))
      if (!Number.isInteger(value) || value < 1 || value > 65_536) {
        report('NN005', { got: `${key} = ${value}`, legal: '1..65536' });
        return undefined;
      }
    return { height, width, channels, element: uint8 };
  },
};
