// SPDX-License-Identifier: Apache-2.0
/**
 * The one way text is rendered: a Handlebars template and a plain view-model. Handlebars prints nothing for
 * undefined and «NaN» for NaN, even when strict, so the view-model is walked and refused first.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';

export type ViewModel = { readonly [key: string]: ViewValue };
type ViewValue = string | number | boolean | ViewModel | readonly ViewValue[];

const folder = fileURLToPath(new URL('../../templates/', import.meta.url));
const compiled = new Map<string, Handlebars.TemplateDelegate>();

/** Slots of these names become Verilog identifiers, or signals, which may lie in an instance: `dut.u_conv.step`. */
const identifierKeys = new Set(['top', 'module', 'instance', 'stream', 'port', 'parameter']);
const signalKeys = new Set(['signal', 'dense', 'executed']);
const identifier = /^[A-Za-z_]\w*$/;
const signal = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

/** Throws on anything that Handlebars would print wrongly or silently. */
export function guard(value: unknown, where = 'view', key = ''): void {
  if (typeof value === 'string') {
    const say = `${where} = ${JSON.stringify(value)}`;
    if (identifierKeys.has(key) && !identifier.test(value)) throw new Error(`${say} is no identifier`);
    if (signalKeys.has(key) && !signal.test(value)) throw new Error(`${say} is no signal`);
    // A line break would end the comment or the statement that the text stands in.
    if (/\p{Cc}/u.test(value)) throw new Error(`${say} is more than one line`);
    return;
  }
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return;
  if (Array.isArray(value)) return value.forEach((v, i) => guard(v, `${where}[${i}]`, key));
  if (typeof value !== 'object' || value === null) throw new Error(`${where} is ${String(value)}`);
  for (const [name, v] of Object.entries(value)) guard(v, `${where}.${name}`, name);
}

/** @param template path below templates/, e.g. `top/top.v.hbs`; in those of HTML, slots are text */
export function render(template: string, view: ViewModel): string {
  guard(view);
  let run = compiled.get(template);
  if (!run) {
    run = Handlebars.create().compile(readFileSync(folder + template, 'utf8'), {
      strict: true,
      noEscape: !template.endsWith('.html.hbs'),
      knownHelpersOnly: true,
    });
    compiled.set(template, run);
  }
  return run(view);
}
