// SPDX-License-Identifier: Apache-2.0
/** How much accuracy each block loses when some of its filters go, all others left as they are. */
import { svgOf } from '../report/svg.ts';
import type { Tensorflow } from '../train/tensorflow.ts';
import type { Progress } from './fit.ts';
import { accuracyOf, judge, type Labelled } from './judge.ts';
import { prune, type Importance } from './prune.ts';
import type { ResidualNet } from './residual-net.ts';

/** Rates that are tried; at 0 the network as it is. */
export const scannedRates = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875] as const;

export interface Sensitivity {
  readonly block: string;
  /** Accuracy at each of `scannedRates`, with the statistics of the unpruned network. */
  readonly accuracy: readonly number[];
}

/** Every block at every rate, judged on `set`. */
export function scan(
  tf: Tensorflow,
  net: ResidualNet,
  set: Labelled,
  by: Importance,
  onProgress: (progress: Progress) => void,
): Sensitivity[] {
  const total = net.blocks.length * scannedRates.length;
  return net.blocks.map(({ name }, block) => ({
    block: name,
    accuracy: scannedRates.map((rate, i) => {
      const accuracy = accuracyOf(judge(tf, prune(net, { [name]: rate }, by), 'float', set), set.labels);
      onProgress({
        done: block * scannedRates.length + i + 1,
        total,
        text: `${name} without ${100 * rate} % of its filters: ${(100 * accuracy).toFixed(1)} %`,
      });
      return accuracy;
    }),
  }));
}

/** Lines of accuracy over the share of filters that went. The same figures give the same bytes. */
export function sensitivitySvg(title: string, found: readonly Sensitivity[]): string {
  return svgOf(
    { width: 800, height: 480 },
    {
      title: { text: title, subtext: 'one block pruned at a time, before fine-tuning', left: 'center' },
      legend: { bottom: 0, selectedMode: false },
      grid: { left: 70, right: 30, top: 70, bottom: 80 },
      xAxis: { type: 'value', name: 'filters pruned, %', nameLocation: 'middle', nameGap: 28, min: 0, max: 100 },
      yAxis: { type: 'value', name: 'accuracy, %', min: 0, max: 100 },
      series: found.map(({ block, accuracy }) => ({
        type: 'line' as const,
        name: block,
        silent: true,
        data: accuracy.map((a, i) => [100 * scannedRates[i]!, 100 * a]),
      })),
    },
  );
}
