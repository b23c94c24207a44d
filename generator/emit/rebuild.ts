// SPDX-License-Identifier: Apache-2.0
/** The command that makes a design again, and the name of its folder. */
import { call } from '../project/call.ts';
import type { Architecture, Design, Request } from '../design/architecture.ts';
import { fps } from '../options/target.ts';
import { camel, typed, type DesignOption, type Held } from '../options/option.ts';
import { portable, quoted } from './words.ts';

/** What the board's own network is built with on this architecture, else what is usual there. */
export function usualOf({ usual, own }: Architecture, board: string, isOwnNetwork: boolean): Held {
  return { ...usual, ...(isOwnNetwork ? own?.[board] : {}) };
}

/** What is taken where an option is not given. */
export function usualValue(option: DesignOption, usual: Held): unknown {
  const key = camel(option.name);
  return key in usual ? usual[key] : option.usual;
}

function words(option: DesignOption, all: Held, usual: Held): string[] {
  const value = typed(option, all);
  // A value that is usual for one board's own network alone is said, too.
  const isUsual = value === option.usual && value === usualValue(option, usual);
  if (value === undefined || (isUsual && option !== fps)) return [];
  return [value === true ? `--${option.name}` : `--${option.name} ${quoted(String(value))}`];
}

/** `npm run gen -- …` with every option that the design's bytes depend on. */
export function rebuildCommand(design: Design, request: Request): string {
  if (request.rebuild !== undefined) return request.rebuild;
  const { architecture, options } = design;
  const { board, clockMhz } = options;
  const all = { ...options };
  const usual = usualOf(architecture, board.name, request.network === board.defaultNetwork);
  const said = (option: DesignOption) => words(option, all, usual);
  const own = architecture.options.filter((option) => option !== fps);
  return [
    call('gen', `--board ${board.name}`),
    `--network ${quoted(portable(request.network))}`,
    `--arch ${architecture.name}`,
    ...(architecture.options.includes(fps) ? said(fps) : []),
    `--clock ${clockMhz}`,
    ...own.flatMap(said),
    ...(request.weights ? [`--weights ${quoted(portable(request.weights))}`] : []),
  ].join(' ');
}

/** `<network>-<board>`, and what the architecture puts behind it. */
export function folderName(network: string, board: string, architecture: Architecture, options: Held): string {
  return [network, board, architecture.suffix(options)].filter((part) => part !== '').join('-');
}

export function folderOf({ name, architecture, options }: Design): string {
  return folderName(name, options.board.name, architecture, { ...options });
}
