// SPDX-License-Identifier: Apache-2.0
/** Layers as bars, one picture a measure: where clocks and LUTs go. The same figures give the same bytes. */
import { svgOf } from './svg.ts';

export interface LayerChart {
  readonly title: string;
  readonly unit: string;
  readonly layers: readonly string[];
  /** Several stand beside each other; null leaves the bar out. */
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

const colours = ['#9bb7d4', '#1f5fa8'];
const barHeight = 14;

export function layerSvg({ title, unit, layers, series }: LayerChart): string {
  const height = 110 + layers.length * (series.length * barHeight + 8);
  return svgOf(
    { width: 900, height },
    {
      color: colours.slice(-series.length),
      title: { text: title, left: 'center' },
      legend: { bottom: 0, selectedMode: false },
      grid: { left: 170, right: 90, top: 45, bottom: 60 },
      xAxis: { type: 'value', name: unit, nameLocation: 'middle', nameGap: 26 },
      yAxis: {
        type: 'category',
        data: [...layers],
        inverse: true,
        axisLabel: { width: 150, overflow: 'truncate' },
        axisTick: { show: false },
      },
      series: series.map(({ name, values }) => ({
        type: 'bar' as const,
        name,
        data: values.map((value) => value ?? '-'),
        silent: true,
        barGap: '0%',
        barWidth: barHeight,
        label: {
          show: true,
          position: 'right' as const,
          fontSize: 10,
          formatter: ({ value }: { value?: unknown }) =>
            typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 1 }) : '',
        },
      })),
    },
  );
}
