// SPDX-License-Identifier: Apache-2.0
/**
 * The page of a design's options, from their definitions.
 *
 *     node --import tsx bench/options-page.ts > docs/options.md
 */
import { architectures } from '../generator/architectures/index.ts';
import type { DesignOption } from '../generator/options/option.ts';
import { clock } from '../generator/options/target.ts';

const having = new Map<DesignOption, string[]>([[clock, []]]);
for (const { name, options } of architectures)
  for (const option of options) having.set(option, [...(having.get(option) ?? []), name]);

const rows = [...having].map(([{ name, usual, help }, names]) => {
  const who = names.length === 0 || names.length === architectures.length ? 'all' : names.join(', ');
  return (
    `| \`--${name}\` | ${who} | ${usual === undefined ? '' : `\`${String(usual)}\``} | ` +
    `${help.replaceAll('|', '\\|')} |`
  );
});
const page = `# Options of a design

gen, check, verify, synth, energy and report take these, beside \`--board\`, \`--network\`, \`--weights\`, \`--arch\`
and \`--out\` ([commands](commands.md)). Each is defined once in the code; this page is made of the definitions.

| option | architectures | default | what it does |
|---|---|---|---|
${rows.join('\n')}
`;
process.stdout.write(page);
