// SPDX-License-Identifier: Apache-2.0
/**
 * The part of Yosys' `write_json` format that counting and level walking read.
 * A bit is a net number, or one of the constants '0' '1' 'x' 'z'.
 */
export type Bit = number | '0' | '1' | 'x' | 'z';

export interface Cell {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly port_directions: Readonly<Record<string, 'input' | 'output' | 'inout'>>;
  readonly connections: Readonly<Record<string, readonly Bit[]>>;
}

export interface Port {
  readonly direction: 'input' | 'output' | 'inout';
  readonly bits: readonly Bit[];
}

export interface Netlist {
  /** Name of the top module, for messages. */
  readonly name: string;
  readonly ports: Readonly<Record<string, Port>>;
  readonly cells: Readonly<Record<string, Cell>>;
  readonly netnames: Readonly<Record<string, { readonly bits: readonly Bit[] }>>;
}

interface JsonDesign {
  readonly modules: Record<string, Omit<Netlist, 'name'> & { readonly attributes: Record<string, string> }>;
}

/** The module with attribute `top` in a Yosys JSON design; throws a plain Error when there is none. */
export function topNetlist(json: string): Netlist {
  const design = JSON.parse(json) as JsonDesign;
  for (const [name, module] of Object.entries(design.modules)) {
    if (module.attributes['top'] !== undefined) {
      return { name, ports: module.ports, cells: module.cells, netnames: module.netnames };
    }
  }
  throw new Error('the netlist has no module with attribute top');
}

/** An integer parameter, which Yosys writes as a string of binary digits. */
export function integerParameter(cell: Cell, name: string, fallback: number): number {
  const value = cell.parameters[name];
  return value === undefined ? fallback : Number.parseInt(value, 2);
}

/**
 * A string parameter. Yosys writes text as text, but text that was set as a bit vector (as `chparam` values
 * are here) as binary digits, eight to a character; leading zero bytes are padding.
 */
export function stringParameter(cell: Cell, name: string): string {
  const value = cell.parameters[name] ?? '';
  if (!/^[01]+$/.test(value)) return value.trimEnd();
  const padded = value.padStart(Math.ceil(value.length / 8) * 8, '0');
  let text = '';
  for (let at = 0; at < padded.length; at += 8) {
    const code = Number.parseInt(padded.slice(at, at + 8), 2);
    if (code !== 0) text += String.fromCharCode(code);
  }
  return text;
}

/** The bits that are nets. */
export function nets(bits: readonly Bit[] | undefined): number[] {
  return (bits ?? []).filter((bit) => typeof bit === 'number');
}
