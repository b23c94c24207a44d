// SPDX-License-Identifier: Apache-2.0
/**
 * The sparse engine's contracts: words of its streams, its registers and codes, and clocks that the cycle model knows.
 * The cells have them from here (`npm run contracts`).
 */
import { layout, numbers } from '../../../contracts/contract.ts';

const check = (word: string) => ({ at: 0, bits: 16, says: `all 16-bit fields of the descriptor, xored, give ${word}` });

export const mapDescriptor = layout({
  title: 'Descriptor of a layer of maps',
  says: 'The beat in front of a layer in maps.bin; its rows stand behind it.',
  bits: 256,
  fields: {
    check: check('0xb100'),
    operation: {
      at: 16,
      bits: 4,
      says: 'what the layer does',
      values: { convolution: 1, pool: 2, handover: 3, output: 4, end: 5 },
    },
    xSigned: { at: 20, bits: 1, says: 'bytes that are read have a sign' },
    halve: { at: 21, bits: 1, says: 'pool: every other column' },
    kernel: { at: 22, bits: 2, says: 'pool: columns of a window' },
    vacates: { at: 24, bits: 1, says: 'the lines that the frame came in are not needed behind it' },
    shift: { at: 25, bits: 5, says: 'right shift of requantised sums' },
    rows: { at: 32, bits: 16, says: 'rows of the rings behind the descriptor' },
    words: { at: 48, bits: 16, says: "words of a group's list, or of each line of a vector" },
    steps: { at: 64, bits: 16, says: 'reads of a round' },
    rounds: { at: 80, bits: 16, says: 'times that the reads are made' },
    stride: { at: 96, bits: 16, says: 'lines from round to round' },
    lines: { at: 112, bits: 16, says: 'lines of a map; those outside are zeros' },
    width: { at: 128, bits: 10, says: 'columns of the map that comes out' },
    pitch: { at: 144, bits: 10, says: 'its bytes from row to row' },
    height: { at: 160, bits: 10, says: 'its rows' },
    slots: { at: 176, bits: 6, says: 'output channels of a group' },
    least: { at: 192, bits: 9, signed: true, says: 'lower clamp' },
    most: { at: 208, bits: 9, signed: true, says: 'upper clamp' },
    to: { at: 224, bits: 16, says: 'line where a pool begins to write' },
    tableWords: { at: 240, bits: 5, says: "words of the table in a group's list" },
  },
});

export const vectorDescriptor = layout({
  title: 'Descriptor of a layer of vectors',
  says: 'The beat in front of a layer in vectors.bin; its beats of entries stand behind it.',
  bits: 256,
  fields: {
    check: check('0xb200'),
    operation: { at: 16, bits: 4, says: 'what the layer does', values: { dense: 1, output: 2, end: 3 } },
    xSigned: { at: 20, bits: 1, says: 'bytes of the vector have a sign' },
    own: { at: 21, bits: 1, says: 'the vector is one that a layer left' },
    rounded: { at: 22, bits: 1, says: 'a wide result is requantised bytes' },
    wide: { at: 24, bits: 1, says: 'results of 32 bits go to memory' },
    shift: { at: 25, bits: 5, says: 'right shift of requantised sums' },
    sets: { at: 32, bits: 16, says: 'sets of results, or lines of the result' },
    bytes: { at: 48, bits: 16, says: 'bytes of the vector' },
    least: { at: 64, bits: 9, signed: true, says: 'lower clamp' },
    most: { at: 80, bits: 9, signed: true, says: 'upper clamp' },
    from: { at: 96, bits: 16, says: 'word where an own vector begins, behind both banks' },
    to: { at: 112, bits: 16, says: 'word where byte results go, behind both banks' },
    beats: { at: 128, bits: 32, says: 'beats of entries behind the descriptor' },
    classes: { at: 160, bits: 7, says: 'lines of the table in front of them' },
  },
});

export const step = layout({
  title: 'Read of the activation memory',
  says: 'A word of the step rings, two in a row; of convolutions its low half, four in a row.',
  bits: 64,
  fields: {
    line: { at: 0, bits: 16, says: 'line of the first byte in the first round' },
    row: { at: 16, bits: 8, signed: true, says: "the same from the channel's first line" },
    shift: { at: 24, bits: 6, says: 'first byte in its line' },
    first: { at: 32, bits: 1, says: 'begins a window' },
    last: { at: 33, bits: 1, says: 'ends a window' },
    flush: { at: 34, bits: 1, says: 'ends the line that is written' },
    take: { at: 40, bits: 7, says: 'results that count' },
    count: { at: 48, bits: 7, says: 'bytes that are written' },
  },
});

export const parameter = layout({
  title: 'Parameters of an output channel',
  says: 'A word of the parameter ring, for each slot of each group.',
  bits: 64,
  fields: {
    a: { at: 0, bits: 16, signed: true, says: 'factor' },
    b: { at: 16, bits: 32, signed: true, says: 'term' },
    to: { at: 48, bits: 15, says: 'line where the channel begins' },
    used: { at: 63, bits: 1, says: 'the slot holds a channel' },
  },
});

export const entryClass = layout({
  title: 'Class of coded entries',
  says: 'A line of the table that a list of weights begins with.',
  bits: 27,
  fields: {
    index: { at: 0, bits: 8, says: 'least index' },
    indexBits: { at: 8, bits: 3, says: 'bits of the index above it' },
    magnitude: { at: 11, bits: 8, signed: true, says: 'least magnitude - 1; -1 for a weight of 0' },
    weightBits: { at: 19, bits: 3, says: 'bits of the magnitude above it' },
    length: { at: 22, bits: 4, says: 'bits of an entry - 1' },
    ends: { at: 26, bits: 1, says: 'the list ends with the entry' },
  },
});

export const listIndex = layout({
  title: "Index of a group's entry",
  says: 'What the index of an entry says in a convolution.',
  bits: 8,
  fields: {
    last: { at: 0, bits: 1, says: 'last one of its vector' },
    slots: { at: 1, bits: 6, says: 'slots since the entry before, 1 for the first slot' },
  },
});

export const setOrder = numbers({
  title: 'Beats of a fully connected layer',
  says: "Order of a set's beats behind the table of classes; `words` stands for as many as `count` says.",
  numbers: {
    classes: { value: 0, says: 'a line of the table' },
    count: { value: 1, says: 'beats of words, at least 1' },
    words: { value: 2, says: "16 bits of each lane's entries" },
    factors: { value: 3, says: 'a' },
    termsLow: { value: 4, says: 'b, low half' },
    termsHigh: { value: 5, says: 'b, high half' },
  },
});

export const registers = numbers({
  title: 'Registers',
  says: 'Byte addresses on AXI4-Lite. Addresses in memory are multiples of 4096.',
  bits: 6,
  numbers: {
    control: { value: 0x00, says: 'start a frame; is there room' },
    status: { value: 0x04, says: 'the oldest frame that has ended; forget it' },
    interrupt: { value: 0x08, says: 'irq while a frame has ended' },
    clocks: { value: 0x0c, says: 'clocks of that frame, from its start' },
    frameLow: { value: 0x10, says: 'address of the frame' },
    frameHigh: { value: 0x14, says: 'its upper half' },
    mapsLow: { value: 0x18, says: 'address of maps.bin' },
    mapsHigh: { value: 0x1c, says: 'its upper half' },
    resultLow: { value: 0x20, says: 'address of the result' },
    resultHigh: { value: 0x24, says: 'its upper half' },
    frameBeats: { value: 0x28, says: 'beats of the frame' },
    mapsBeats: { value: 0x2c, says: 'beats of maps.bin' },
    vectorsLow: { value: 0x30, says: 'address of vectors.bin' },
    vectorsHigh: { value: 0x34, says: 'its upper half' },
    vectorsBeats: { value: 0x38, says: 'beats of vectors.bin' },
  },
});

export const controlWrite = layout({
  title: 'Control, written',
  says: 'Register 0x00.',
  bits: 32,
  fields: { start: { at: 0, bits: 1, says: 'start a frame, as soon as there is room' } },
});

export const controlRead = layout({
  title: 'Control, read',
  says: 'Register 0x00.',
  bits: 32,
  fields: {
    busy: { at: 0, bits: 1, says: 'a frame is under way, or waits for its start' },
    room: { at: 1, bits: 1, says: 'a frame can be started' },
  },
});

export const statusWrite = layout({
  title: 'Status, written',
  says: 'Register 0x04.',
  bits: 32,
  fields: { forget: { at: 0, bits: 1, says: 'forget the frame that shows; the next one shows, if it has ended' } },
});

export const statusRead = layout({
  title: 'Status, read',
  says: 'Register 0x04.',
  bits: 32,
  fields: {
    ended: { at: 0, bits: 1, says: 'a frame has ended and was not forgotten' },
    code: { at: 4, bits: 4, says: 'its code' },
  },
});

export const interrupt = layout({
  title: 'Interrupt',
  says: 'Register 0x08.',
  bits: 32,
  fields: { enable: { at: 0, bits: 1, says: 'irq while a frame has ended' } },
});

export const codes = numbers({
  title: 'Codes',
  says: 'How a frame ended; docs/streams.md says what a driver does about it.',
  bits: 4,
  numbers: {
    good: { value: 0, says: 'the result is in memory' },
    readFailed: { value: 1, says: 'a read was answered with an error' },
    writeFailed: { value: 2, says: 'a write was answered with an error' },
    noDescriptor: { value: 3, says: 'a beat that must be a descriptor is none' },
    endsEarly: { value: 4, says: 'a stream ends before its layers do' },
    goesOn: { value: 5, says: 'a stream has beats behind its end' },
    badList: { value: 6, says: 'the list of a convolution is wrong' },
    badRows: { value: 7, says: 'rows of a fully connected layer are wrong' },
    disagree: { value: 8, says: 'maps hand over something else' },
    aborted: { value: 9, says: 'a frame beside it failed' },
  },
});

export const engine = numbers({
  title: 'Numbers of the engine',
  says: 'Check words, widths of codes, depths of queues and pipelines in clocks.',
  numbers: {
    mapCheck: { value: 0xb100, bits: 16, says: 'all fields of a map descriptor, xored' },
    vectorCheck: { value: 0xb200, bits: 16, says: 'all fields of a vector descriptor, xored' },
    listPrefix: { value: 5, says: "bits of a class in a group's list" },
    rowPrefix: { value: 6, says: 'bits of a class in a row' },
    entryMost: { value: 16, says: 'bits of an entry, at most' },
    framesMost: { value: 4, says: 'frames under way, or ended and not forgotten' },
    vectorsMost: { value: 32, says: 'vectors that wait in a group' },
    vectorsSlack: { value: 3, says: 'of them, on their way when room ends' },
    settleClocks: { value: 31, bits: 5, says: 'clocks for pipelines to run empty behind a layer' },
    requantiseClocks: { value: 7, says: 'clocks from a sum to its byte' },
  },
});

export const sparseContracts = {
  mapDescriptor,
  vectorDescriptor,
  step,
  parameter,
  entryClass,
  listIndex,
  setOrder,
  registers,
  controlWrite,
  controlRead,
  statusWrite,
  statusRead,
  interrupt,
  codes,
  engine,
};
