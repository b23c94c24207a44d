export function wiredEstimate(taps: number, filters: number, inputBits: number, _p: unknown) { return { lut: 0.17 * taps * filters * inputBits, ff: 0.25 * taps * filters, latency: 9 }; }
export function wiredCore(prefix: string, o: { weights: Uint8Array; thresholds: Int32Array; filters: number; taps: number; inputBits: number; primitives: unknown }) {
  const top = `${prefix}_core`;
  const { taps, filters, inputBits: b } = o;
  const lines: string[] = [];
  for (let k = 0; k < filters; k++) {
    const terms = Array.from({ length: taps }, (_, i) => {
      const w = o.weights[k * taps + i];
      if (b === 1) return `$signed({31'b0, window[${i}]${w ? '' : ' ^ 1\'b1'}})`;
      return `${w ? '' : '-'}$signed({{24{window[${i * b + b - 1}]}}, window[${i * b} +: ${b}]})`;
    });
    lines.push(`  wire signed [31:0] s${k} = ${terms.join(' + ')};`, `  always @(posedge clk) y[${k}] <= s${k} >= ${o.thresholds[k]};`);
  }
  const text = `module ${top} (input wire clk, input wire [${taps * b - 1}:0] window, output reg [${filters - 1}:0] y);\n${lines.join('\n')}\nendmodule\n`;
  return { top, latency: 1, modules: new Map([[`${top}.v`, text]]) };
}
