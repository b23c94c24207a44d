// SPDX-License-Identifier: Apache-2.0
/**
 * The picture of peak pruning: a layer's weights before and after, and where the threshold stood. The same weights give
 * the same bytes.
 */
import { svgOf } from './svg.ts';

export interface PruningHistogram {
  readonly layer: string;
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** Magnitude below which weights were pruned. */
  readonly threshold: number;
}

const halfBins = 40;
const colours = { before: '#9bb7d4', after: '#1f5fa8', threshold: '#b3541e' };

/** Weights that are not 0 in 2 · 40 equal bins from −reach to reach. */
function counts(weights: Float32Array, reach: number): number[] {
  const bins = Array.from({ length: 2 * halfBins }, () => 0);
  for (const w of weights) if (w !== 0) bins[Math.min(2 * halfBins - 1, Math.floor((w / reach + 1) * halfBins))]!++;
  return bins;
}

export function histogramSvg({ layer, before, after, threshold }: PruningHistogram): string {
  const greatest = (weights: Float32Array) => weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const reach = Math.max(greatest(before), greatest(after)) || 1;
  const centre = (bin: number) => (((bin + 0.5) / halfBins - 1) * reach).toPrecision(3);
  const binOf = (w: number) => Math.min(2 * halfBins - 1, Math.max(0, Math.floor((w / reach + 1) * halfBins)));
  const line = (w: number) => ({ xAxis: binOf(w), label: { formatter: w < 0 ? '' : 'pruned inside' } });
  return svgOf(
    { width: 900, height: 420 },
    {
      title: {
        text: `${layer}: weights that are not 0`,
        subtext: `threshold ${threshold.toPrecision(3)}`,
        left: 'center',
      },
      legend: { bottom: 0, selectedMode: false },
      grid: { left: 80, right: 40, top: 70, bottom: 60 },
      xAxis: {
        type: 'category',
        data: Array.from({ length: 2 * halfBins }, (_, bin) => centre(bin)),
        axisLabel: { interval: 9 },
      },
      yAxis: { type: 'value', name: 'weights' },
      series: [
        {
          type: 'bar',
          name: 'before',
          data: counts(before, reach),
          silent: true,
          barGap: '-100%',
          itemStyle: { color: colours.before },
        },
        {
          type: 'bar',
          name: 'after',
          data: counts(after, reach),
          silent: true,
          itemStyle: { color: colours.after },
          markLine: {
            symbol: 'none',
            silent: true,
            lineStyle: { color: colours.threshold, type: 'dashed' },
            data: [line(-threshold), line(threshold)],
          },
        },
      ],
    },
  );
}
