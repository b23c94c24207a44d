// SPDX-License-Identifier: Apache-2.0
/**
 * Random command lines: options and values from the option table itself, so that a new option is tried without being
 * listed here; then words are lost, doubled and spoilt.
 */
import type { Options } from 'yargs';
import { commands } from '../cli/commands/index.ts';
import { common } from '../cli/commands/options.ts';
import type { Random } from '../generator/layer-kind/layer-kind.ts';
import type { World } from './fuzz-world.ts';

export const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)]!;

const numbers = [
  '0',
  '1',
  '2',
  '3',
  '8',
  '16',
  '72',
  '144',
  '288',
  '-1',
  '1.5',
  '0.25',
  '-0',
  '1e3',
  '1e-300',
  '5e-324',
  '1e308',
  '1e309',
  '0x10',
  '0b1',
  ' 5',
  '5 ',
  '+3',
  '00',
  '.5',
  '5.',
  'Infinity',
  '-Infinity',
  'NaN',
  '1_000',
  '1,5',
  '9007199254740993',
  '-2147483649',
  '1e999',
  '٣',
  'one',
  'true',
  'null',
];
const texts = [
  '',
  ' ',
  '.',
  '..',
  '/',
  '-',
  '--',
  '-1',
  '=',
  'a=b',
  '0/0',
  '3/2',
  '1/2',
  'a/b',
  '1/1/1',
  '0,30,80',
  '96',
  '0,,30',
  '-5',
  '0.5,0.5',
  '0.5,1',
  '0.5,',
  'on',
  'off',
  'auto',
  'ON',
  'oN ',
  'undefined',
  'null',
  'NaN',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  'ünï-⊕-漢',
  '😀',
  '\u202e',
  'a\nb',
  'a\tb',
  '\u0000',
  "it's",
  '"',
  '$(x)',
  '%s%n',
  '\\',
  '*',
  'x'.repeat(300),
  'x'.repeat(10_000),
  '../../../etc/passwd',
  'file:///etc/passwd',
  'http://localhost/',
  'C:\\x',
];
/** Boards' own networks and those of the project take seconds: lines name a network of their own. */
const words = (text: string) => [...new Set(text.match(/[\w./,-]*\w/g) ?? [])];

/** A value that may well be legal: for files of the world, else of the words that --help has for it. */
function likely(random: Random, name: string, option: Options, world: World): string {
  const help = words(String(option.describe));
  const place = world.values.get(name);
  if (place && (name !== 'network' || help.includes('file'))) return pick(random, place);
  if (name === 'out' || name === 'wave') return world.fresh();
  if (option.type === 'number')
    return pick(random, random() < 0.7 ? ['1', '2', '4', '8', '72', '100', '200'] : numbers);
  const usual = help.filter((word) => ['on', 'off', 'auto', 'max'].includes(word));
  const own = [...usual, ...(option.default === undefined ? [] : [String(option.default)])];
  return pick(random, own.length > 0 && random() < 0.8 ? own : [...help, '1', '1000']);
}

function randomValue(random: Random, name: string, option: Options, world: World): string {
  if (random() < 0.93) return likely(random, name, option, world);
  return pick(random, random() < 0.4 ? numbers : random() < 0.5 ? texts : world.strange);
}

const changes: readonly ((random: Random, line: string[]) => void)[] = [
  // A word is lost, doubled, cut, spoilt, moved, or comes from nowhere.
  (random, line) => void line.splice(1 + Math.floor(random() * line.length), 1),
  (random, line) => void line.push(...line.slice(1 + Math.floor(random() * (line.length - 1))).slice(0, 2)),
  (random, line) => {
    const at = Math.floor(random() * line.length);
    line[at] = line[at]!.slice(0, Math.floor(random() * line[at]!.length));
  },
  (random, line) => {
    const at = Math.floor(random() * line.length);
    const place = Math.floor(random() * (line[at]!.length + 1));
    line[at] =
      line[at]!.slice(0, place) +
      pick(random, ['x', '-', '=', ' ', 'é', '\u0000', '\n', '0', '.']) +
      line[at]!.slice(place);
  },
  (random, line) =>
    void line.splice(
      1 + Math.floor(random() * line.length),
      0,
      ...line.splice(1 + Math.floor(random() * line.length), 1),
    ),
  (random, line) => void line.splice(1 + Math.floor(random() * line.length), 0, pick(random, texts)),
  (random, line) =>
    void line.splice(
      1 + Math.floor(random() * line.length),
      0,
      pick(random, [
        '--no-json',
        '--json=false',
        '--json=x',
        '--json=',
        '--json',
        '--',
        '--help',
        '--version',
        '-h',
        '--board',
        '--out=',
        '--bramPrice',
        '--get-yargs-completions',
        '--$0',
        '--_',
        '--x.y=1',
        '--__proto__.x',
      ]),
    ),
];

/** A command line; most of them end before anything is built. */
export function randomLine(random: Random, world: World): string[] {
  const name = pick(random, [...commands.keys()]);
  const options: string[][] = [];
  for (const [option, spec] of Object.entries<Options>({ ...commands.get(name)!.options, ...common })) {
    const always = spec.demandOption === true || option === 'network' || option === 'out';
    if (!always && random() >= 0.12) continue;
    if (spec.type === 'boolean')
      options.push([random() < 0.8 ? `--${option}` : `--${option}=${pick(random, ['true', 'false'])}`]);
    else {
      const value = randomValue(random, option, spec, world);
      options.push(random() < 0.5 ? [`--${option}=${value}`] : [`--${option}`, value]);
    }
  }
  for (let i = options.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [options[i], options[j]] = [options[j]!, options[i]!];
  }
  const line = [name, ...options.flat()];
  const times = random() < 0.7 ? 0 : 1 + Math.floor(random() * 2);
  for (let i = 0; i < times; i++) pick(random, changes)(random, line);
  return line;
}
