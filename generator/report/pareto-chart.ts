// SPDX-License-Identifier: Apache-2.0
/** The chart of `pareto`: frames/s against estimated LUTs, as SVG. The same points give the same bytes. */
import type { DesignPoint } from '../design/design-point.ts';
import { svgOf } from './svg.ts';
import type { PublishedDesign } from './published-designs.ts';

export interface ParetoChart {
  readonly title: string;
  readonly points: readonly DesignPoint[];
  /** LUTs beyond which a design counts as too large. */
  readonly lutLimit: number;
  readonly published: readonly PublishedDesign[];
}

type Spot = readonly [lut: number, framesPerSecond: number];

const spot = ({ lut, framesPerSecond }: { readonly lut: number | null; readonly framesPerSecond: number }): Spot => [
  lut!,
  framesPerSecond,
];
const colours = { front: '#1f5fa8', fits: '#9bb7d4', tooLarge: '#c9c9c9', published: '#b3541e', limit: '#888888' };

const scatter = (name: string, color: string, data: Spot[]) => ({
  type: 'scatter' as const,
  name,
  data,
  silent: true,
  symbolSize: 5,
  itemStyle: { color },
});

/** The front, and where designs become too large. */
const frontLine = (data: Spot[], lutLimit: number) => ({
  type: 'line' as const,
  name: 'Pareto front',
  data,
  silent: true,
  step: 'end' as const,
  symbol: 'circle',
  symbolSize: 6,
  itemStyle: { color: colours.front },
  markLine: {
    symbol: 'none',
    silent: true,
    lineStyle: { color: colours.limit, type: 'dashed' as const },
    data: [{ xAxis: lutLimit, label: { formatter: 'LUT limit' } }],
  },
});

const publishedSpot = (design: PublishedDesign) => ({
  type: 'scatter' as const,
  name: design.label,
  data: [spot(design)],
  silent: true,
  symbol: 'diamond',
  symbolSize: 14,
  itemStyle: { color: colours.published },
  label: { show: true, position: 'bottom' as const, formatter: design.label },
});

export function paretoSvg({ title, points, lutLimit, published }: ParetoChart): string {
  const known = points.filter(({ lut }) => lut !== null);
  const front = known.filter(({ isOnFront }) => isOnFront).sort((a, b) => a.lut! - b.lut!);
  const others = known.filter(({ isOnFront }) => !isOnFront);
  return svgOf(
    { width: 900, height: 560 },
    {
      title: {
        text: title,
        subtext: "size: the mapper's estimate in LUTs, before synthesis; rate: modelled clocks a frame",
        left: 'center',
      },
      legend: { bottom: 0, selectedMode: false },
      grid: { left: 90, right: 40, top: 80, bottom: 90 },
      xAxis: {
        type: 'log',
        name: 'LUTs (estimate)',
        nameLocation: 'middle',
        nameGap: 30,
        min: 'dataMin',
        max: 'dataMax',
      },
      yAxis: { type: 'log', name: 'frames/s' },
      series: [
        scatter('other designs', colours.fits, others.filter(({ fits }) => fits).map(spot)),
        scatter('does not fit', colours.tooLarge, known.filter(({ fits }) => !fits).map(spot)),
        frontLine(front.map(spot), lutLimit),
        ...published.map(publishedSpot),
      ],
    },
  );
}
