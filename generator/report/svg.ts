// SPDX-License-Identifier: Apache-2.0
/**
 * The one file that knows the chart library. What it imports is all of that library that pictures need: the package
 * ships it inside this file (package/build.ts), for the whole library takes 68 MB.
 */
import { BarChart, LineChart, ScatterChart, TreeChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, LineChart, ScatterChart, TreeChart]);
use([GridComponent, LegendComponent, MarkLineComponent, TitleComponent, SVGRenderer]);

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** An SVG file. The same options give the same bytes. @param options of echarts */
export function svgOf({ width, height }: Size, options: Readonly<Record<string, unknown>>): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ animation: false, ...options });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return standAlone(svg);
}

/** As a file: there is nothing to hover over, and the names for it count the charts of the process. */
function standAlone(svg: string): string {
  const plain = svg
    .replace(/ class="zr\d+-cls-\d+"/g, '')
    .replace(/<style[^]*?<\/style>\s*/, '')
    .replace(/\bzr\d+-/g, 'zr-');
  return `${plain.trimEnd()}\n`;
}
