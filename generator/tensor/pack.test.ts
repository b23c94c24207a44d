// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { bipolar, bitsOf, int, isSigned, type TensorType } from '../ir/types.ts';
import { integerIn, oneOf, randomElements, tensorType } from '../layer-kind/lone-node.fixture.ts';
import { beatsPerFrame, type HardwareStream } from '../hardware/hardware.ts';
import { randomFrom } from '../passes/random.ts';
import { fromBeat, positionOf, toBeats } from './pack.ts';
import { elementAt, fromElements } from './tensor.ts';

function streamOf(type: TensorType, lanes: number, pixels = 1): HardwareStream {
  return { name: 's', lanes, pixels, elementBits: bitsOf(type.element), type };
}

describe('a frame as beats', () => {
  test('lane 0 in the low bits, channels innermost, two’s complement', () => {
    const type = tensorType(1, 2, 4, int(-8, 7));
    const frame = fromElements(type, [1, 2, 3, -1, -8, 7, 0, 5]);
    expect(toBeats(frame, streamOf(type, 2))).toEqual(['21', 'f3', '78', '50']);
    expect(toBeats(frame, streamOf(type, 4))).toEqual(['f321', '5078']);
    expect(toBeats(frame, streamOf(type, 4, 2))).toEqual(['5078f321']);
  });

  test('bits: lane i is bit i, hex digits rounded up', () => {
    const type = tensorType(1, 1, 6, bipolar);
    const frame = fromElements(type, [1, 0, 0, 0, 1, 1]);
    expect(toBeats(frame, streamOf(type, 6))).toEqual(['31']);
    expect(toBeats(frame, streamOf(type, 3))).toEqual(['1', '6']);
  });

  test('fields and their positions give every element back, on random streams', () => {
    const random = randomFrom('pack');
    for (let i = 0; i < 200; i++) {
      const lanes = oneOf(random, [1, 2, 3, 8, 33]);
      const element = oneOf(random, [
        bipolar,
        int(0, 255),
        int(-100, 9),
        int(0, 1000, 2, -1000),
        int(-(2 ** 31), 2 ** 31 - 1),
      ]);
      const pixels = integerIn(random, 1, 3);
      const type = tensorType(
        integerIn(random, 1, 3),
        pixels * integerIn(random, 1, 2),
        lanes * integerIn(random, 1, 3),
        element,
      );
      // Several pixels a beat come with all of their channels.
      const stream = pixels === 1 ? streamOf(type, lanes) : streamOf(type, type.channels, pixels);
      const tensor = fromElements(type, randomElements(random, type));
      const beats = toBeats(tensor, stream);
      expect(beats.length).toBe(beatsPerFrame(stream));
      let seen = 0;
      beats.forEach((beat, b) =>
        fromBeat(beat, stream, isSigned(element)).forEach((value, field) => {
          const { y, x, channel } = positionOf(stream, b, field);
          expect(value).toBe(elementAt(tensor, y, x, channel));
          seen++;
        }),
      );
      expect(seen).toBe(type.height * type.width * type.channels);
    }
  });
});
