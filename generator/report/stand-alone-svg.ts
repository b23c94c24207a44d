// SPDX-License-Identifier: Apache-2.0
/**
 * An SVG of echarts as a file: there is nothing to hover over, and the names for it count the charts of the process.
 */
export function standAlone(svg: string): string {
  const plain = svg
    .replace(/ class="zr\d+-cls-\d+"/g, '')
    .replace(/<style[^]*?<\/style>\s*/, '')
    .replace(/\bzr\d+-/g, 'zr-');
  return `${plain.trimEnd()}\n`;
}
