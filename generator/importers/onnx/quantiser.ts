// SPDX-License-Identifier: Apache-2.0
/**
 * QONNX's quantisers (fastmachinelearning/qonnx, docs/qonnx-custom-ops): q = round(clip(x/scale + zero, low, high)),
 * clip before round.
 */
const away = (round: (magnitude: number) => number) => (x: number) => Math.sign(x) * round(Math.abs(x));

function halfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** By `rounding_mode`, in capitals. */
export const roundings: ReadonlyMap<string, (x: number) => number> = new Map([
  ['ROUND', halfEven],
  ['HALF_EVEN', halfEven],
  ['CEIL', Math.ceil],
  ['FLOOR', Math.floor],
  ['UP', away(Math.ceil)],
  ['DOWN', away(Math.floor)],
  ['ROUND_TO_ZERO', away(Math.floor)],
  ['HALF_UP', away((x) => Math.floor(x + 0.5))],
  ['HALF_DOWN', away((x) => Math.ceil(x - 0.5))],
]);

export interface Quantiser {
  readonly bits: number;
  /** Results are −1 and +1: 0 and −0 give +1. */
  readonly isBipolar: boolean;
  readonly low: number;
  readonly high: number;
  readonly signed: boolean;
  readonly narrow: boolean;
  readonly zero: number;
  round(x: number): number;
}

export const bipolarQuantiser: Quantiser = {
  bits: 1,
  isBipolar: true,
  low: -1,
  high: 1,
  signed: true,
  narrow: false,
  zero: 0,
  round: (x) => (x >= 0 ? 1 : -1),
};

export function quantiser(
  bits: number,
  signed: boolean,
  narrow: boolean,
  zero: number,
  round: (x: number) => number,
): Quantiser {
  if (bits === 1 && signed) return { ...bipolarQuantiser, zero };
  const half = 2 ** (bits - 1);
  const [low, high] = signed ? [-half + Number(narrow), half - 1] : [0, 2 ** bits - 1 - Number(narrow)];
  return { bits, isBipolar: false, low, high, signed, narrow, zero, round };
}

/** The integer that x/scale becomes; x = −0 is 0. */
export function levelOf({ isBipolar, low, high, zero, round }: Quantiser, x: number, scale: number): number {
  const shifted = x / scale + zero;
  return (isBipolar ? round(shifted) : round(Math.max(low, Math.min(high, shifted)))) + 0;
}
