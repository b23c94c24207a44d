// SPDX-License-Identifier: Apache-2.0
/** What is said of a memory image that is not the plan's, line by line. */
import { describe, expect, test } from 'vitest';
import { memoryFaults } from './memory-faults.ts';

describe('lines of an image', () => {
  const stands = (word: number, bit: number) => ({ of: "fc0's weights", at: { filter: word, tap: bit } });
  const planned = ['0a', '1b', '2c', '3d', '4e'];
  const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
  const found = (lying: string) =>
    memoryFaults('mem/a.mem', text(planned), Buffer.from(lying), stands).map((fault) => fault.text);
  test.each([
    ['as planned', text(planned), []],
    [
      'a bit',
      text(['0a', '1b', '2d', '3d', '4e']),
      ["mem/a.mem line 3 bit 0: 1 in place of 0 (fc0's weights: filter 2, tap 0)"],
    ],
    [
      'two bits',
      text(['8a', '1b', '2c', '3d', '4f']),
      [
        "mem/a.mem line 1 bit 7: 1 in place of 0 (fc0's weights: filter 0, tap 7)",
        "mem/a.mem line 5 bit 0: 1 in place of 0 (fc0's weights: filter 4, tap 0)",
      ],
    ],
    [
      'a word too many in the middle',
      text(['0a', '1b', 'ff', '2c', '3d', '4e']),
      ['mem/a.mem line 3: 1 surplus word (nothing of the network)'],
    ],
    [
      'words too many at the end',
      text([...planned, '00', '00']),
      ['mem/a.mem line 6: 2 surplus words (nothing of the network)'],
    ],
    ['a word missing at the start', text(planned.slice(1)), ["mem/a.mem line 1: 1 missing word (fc0's weights)"]],
    ['a word missing at the end', text(planned.slice(0, -1)), ["mem/a.mem line 5: 1 missing word (fc0's weights)"]],
    [
      'a word missing, another wrong',
      text(['0b', '1b', '2c', '3d']),
      [
        "mem/a.mem line 5: 1 missing word (fc0's weights)",
        "mem/a.mem line 1 bit 0: 1 in place of 0 (fc0's weights: filter 0, tap 0)",
      ],
    ],
    [
      'an empty line',
      text(['0a', '', '2c', '3d', '4e']),
      ['mem/a.mem line 2: "" in place of 2 hex digits (fc0\'s weights)'],
    ],
    [
      'an unknown bit',
      text(['0a', '1x', '2c', '3d', '4e']),
      ['mem/a.mem line 2: "1x" in place of 2 hex digits (fc0\'s weights)'],
    ],
    ['capitals', text(['0A', '1b', '2c', '3d', '4e']), ["mem/a.mem line 1: capitals (fc0's weights)"]],
    ['no end', text(planned).trimEnd(), ['mem/a.mem line 5: no end of the line (nothing of the network)']],
    [
      'nothing',
      '',
      [
        "mem/a.mem line 2: 4 missing words (fc0's weights)",
        'mem/a.mem line 1: "" in place of 2 hex digits (fc0\'s weights)',
        'mem/a.mem line 1: no end of the line (nothing of the network)',
      ],
    ],
  ])('%s', (_, lying, said) => expect(found(lying)).toEqual(said));

  test('many are counted', () => {
    const faults = found(text(planned.map(() => 'ff')));
    expect(faults).toHaveLength(9);
    expect(faults[8]).toMatch(/^mem\/a\.mem: and \d+ more$/);
  });
});
