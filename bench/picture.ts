// SPDX-License-Identifier: Apache-2.0
/**
 * Draws the README's picture: how a network becomes Verilog, and what proves it.
 *
 *     node --import tsx bench/picture.ts > docs/picture.svg
 */
interface Box {
  readonly at: readonly [left: number, top: number];
  readonly size: readonly [width: number, height: number];
  readonly lines: readonly string[];
  readonly fill: string;
}

const [input, graph, golden, hardware, verdict] = ['#fff4d6', '#eef1f5', '#e3f1e4', '#e2ecfa', '#ffffff'];

const boxes: readonly Box[] = [
  { at: [16, 56], size: [150, 54], lines: ['network.ts', 'layers as functions'], fill: input },
  { at: [16, 190], size: [150, 54], lines: ['weights.safetensors', 'trained elsewhere'], fill: input },
  { at: [206, 110], size: [124, 80], lines: ['typed graph', 'shapes, units,', 'integer parameters'], fill: graph },
  { at: [388, 40], size: [290, 64], lines: ['golden model', 'the same network in integers'], fill: golden },
  { at: [380, 124], size: [306, 76], lines: [], fill: '#f3f7fd' },
  { at: [388, 132], size: [88, 60], lines: ['dataflow', 'an engine', 'a layer'], fill: hardware },
  { at: [489, 132], size: [88, 60], lines: ['shared array', 'one array', 'for all layers'], fill: hardware },
  { at: [590, 132], size: [88, 60], lines: ['sparse engine', 'weights from', 'memory'], fill: hardware },
  { at: [388, 216], size: [290, 44], lines: ['Verilog, memory images', 'simulated in Verilator'], fill: hardware },
  {
    at: [744, 96],
    size: [120, 108],
    lines: ['verify', 'every beat', 'of every layer:', 'EQUAL, or the', 'first difference'],
    fill: verdict,
  },
];

/** Corners of a line with an arrow at its end. */
const arrows: readonly (readonly (readonly [x: number, y: number])[])[] = [
  [
    [166, 83],
    [186, 83],
    [186, 135],
    [206, 135],
  ],
  [
    [166, 217],
    [186, 217],
    [186, 165],
    [206, 165],
  ],
  [
    [330, 135],
    [359, 135],
    [359, 72],
    [388, 72],
  ],
  [
    [330, 165],
    [380, 165],
  ],
  [
    [533, 200],
    [533, 216],
  ],
  [
    [678, 72],
    [711, 72],
    [711, 125],
    [744, 125],
  ],
  [
    [678, 238],
    [711, 238],
    [711, 175],
    [744, 175],
  ],
];

function box({ at: [left, top], size: [width, height], lines, fill }: Box): string[] {
  const pitch = 16;
  const first = top + height / 2 - ((lines.length - 1) * pitch) / 2;
  const text = lines.map((line, i) => {
    const weight = i === 0 ? ' font-weight="bold"' : '';
    return `<text x="${left + width / 2}" y="${first + i * pitch + 4}"${weight}>${line}</text>`;
  });
  const place = `x="${left}" y="${top}" width="${width}" height="${height}"`;
  return [`<rect ${place} rx="6" fill="${fill}" stroke="#5b6673"/>`, ...text];
}

function arrow(corners: readonly (readonly [number, number])[]): string {
  const points = corners.map((corner) => corner.join(',')).join(' ');
  return `<polyline points="${points}" fill="none" stroke="#5b6673" marker-end="url(#tip)"/>`;
}

const title = 'A network and its weights become a typed graph; the Verilog made of it has to equal the golden model';
const svg = [
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 300" width="880" height="300" role="img"',
  '  font-family="Helvetica, Arial, sans-serif" font-size="12" text-anchor="middle" fill="#1d2733">',
  `<title>${title}</title>`,
  '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">',
  '<path d="M0 0 L8 4 L0 8 z" fill="#5b6673"/></marker></defs>',
  '<rect width="880" height="300" rx="8" fill="#fbfcfd"/>',
  ...arrows.map(arrow),
  ...boxes.flatMap(box),
  '<text x="533" y="284">0, 30, 80 % stall · bursts · blocked output · damaged frames · resets</text>',
  '</svg>',
];
process.stdout.write(`${svg.join('\n')}\n`);
