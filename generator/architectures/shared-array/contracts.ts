// SPDX-License-Identifier: Apache-2.0
/**
 * The shared array's contracts: the fields of its layer table, and the clocks of its pipelines. The cells have them
 * from here (`npm run contracts`).
 */
import { numbers, table } from '../../contracts/contract.ts';

/** Of a coordinate, y or x: where its first window starts, and how far the next one is (nn_shared_reach). */
const axis = (unit: string) => ({
  third: { width: 2, says: 'third that the first window starts in' },
  addr: { width: 'ADDR_W', says: 'its address there' },
  unit: { width: 'ADDR_W', says: unit },
  hop: { width: 2, says: 'thirds to the next window' },
  same: { width: 'ADDR_W', says: 'what the address gains with it' },
  next: { width: 'ADDR_W', says: 'the same where a third overflows' },
  first: { width: 'POSITION_W', says: 'coordinate of the first window' },
  stride: { width: 'POSITION_W', says: 'coordinates to the next one' },
});

const [y, x] = [axis('words of three rows of the map'), axis('words of three pixels')];

export const layerTable = table({
  title: 'Layer of the shared array',
  says: 'A line of the table that nn_shared runs, the first field in the high bits. Lengths are less one.',
  fields: {
    finalLayer: { width: 1, says: 'the last one of the network' },
    waitsInput: { width: 1, says: 'begins when a frame has come in' },
    freesInput: { width: 1, says: 'the frame is not needed behind it' },
    givesResult: { width: 1, says: 'gives the result of the network' },
    dense: { width: 1, says: 'fully connected: a sum ends with its round' },
    split: { width: 1, says: 'two filters share the last step of a pass' },
    planes: { width: 1, says: 'works on bit planes of pixels' },
    point: { width: 1, says: 'kernel of one pixel, or fully connected' },
    ofValues: { width: 1, says: 'has values of the residual stream' },
    adds: { width: 1, says: 'adds what was kept of them' },
    writes: { width: 1, says: 'writes bits to the banks' },
    fill: { width: 1, says: 'bit of channels that a word has and the map has not' },
    twice: { width: 1, says: 'half a group is written twice' },
    rounds: { width: 'COUNT_W', says: 'rounds' },
    rows: { width: 'COUNT_W', says: 'rows of a round' },
    columns: { width: 'COUNT_W', says: 'columns of a row' },
    passes: { width: 'COUNT_W', says: 'filters of a unit' },
    window: { width: 2, says: 'rows and columns of a pool' },
    windowStride: { width: 1, says: 'pixels of a pool are two apart' },
    steps: { width: 'STEP_W', says: 'words of weights of a pass' },
    firstWeight: { width: 'WEIGHT_W', says: 'the first of them' },
    firstParam: { width: 'PARAM_W', says: 'constants of the first pass' },
    kernel: { width: 2, says: 'taps a side that count' },
    surplus: { width: 9, says: 'taps of the last step that do not count' },
    pad: { width: 8, says: 'padding, plane by plane' },
    yThird: y.third,
    yAddr: y.addr,
    yUnit: y.unit,
    yHop: y.hop,
    ySame: y.same,
    yNext: y.next,
    yFirst: y.first,
    yStride: y.stride,
    height: { width: 'POSITION_W', says: 'rows of the map that is read' },
    xThird: x.third,
    xAddr: x.addr,
    xUnit: x.unit,
    xHop: x.hop,
    xSame: x.same,
    xNext: x.next,
    xFirst: x.first,
    xStride: x.stride,
    width: { width: 'POSITION_W', says: 'its columns' },
    outBase: { width: 'ADDR_W', says: 'address of the map that is written' },
    outPitch: { width: 'ADDR_W', says: 'its words of three rows' },
    outGroups: { width: 'ADDR_W', says: 'its words of a pixel' },
    outRows: { width: 'COUNT_W', says: 'its rows' },
    outColumns: { width: 'COUNT_W', says: 'its columns' },
    valueBase: { width: 'PLACE_W', says: 'place of the values that it keeps' },
  },
});

export const arrayClocks = numbers({
  title: 'Pipelines of the shared array',
  says: 'Clocks from stage to stage; LEVELS = log2(GROUP / 4) come on top in a unit.',
  numbers: {
    xClocks: { value: 9, says: 'from a step in the sequence to its bits' },
    weightClocks: { value: 2, says: 'from the address of weights to the weights' },
    unitClocks: { value: 5, says: 'from bits to their sum, LEVELS apart' },
    affineClocks: { value: 3, says: 'from a sum to p, with factors' },
    plainClocks: { value: 1, says: 'from a sum to p, without' },
    valueClocks: { value: 4, says: 'from what is added to its bit, with values' },
    bitClocks: { value: 1, says: 'from p to its bit, without' },
    wordClocks: { value: 6, says: 'from a bit to its word in the banks, and one to spare' },
    layerClocks: { value: 2, says: 'from then to the next layer, at least' },
  },
});

export const sharedContracts = { layerTable, arrayClocks };
