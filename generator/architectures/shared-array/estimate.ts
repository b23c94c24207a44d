// SPDX-License-Identifier: Apache-2.0
/**
 * What the shared array takes: an estimate before synthesis, part by part. Shares of leaves, lanes, groups and control
 * are fitted to
 * Yosys' count of tb-dnn at four sizes and two widths of its stream (docs/estimates.md); portable leaves and arrays
 * without values are arithmetic.
 */
import type { Cost, Primitives } from '../../hardware/cost.ts';
import { countBits, lutRamLuts } from '../../hardware/fabric.ts';
import type { MemoryImage } from '../../hardware/hardware.ts';
import { blockRomCost } from '../../hardware/block-rom.ts';
import type { OutputStage } from './constants.ts';
import { resultOf } from './images.ts';
import { ownPlan } from './own-plan.ts';
import { datapaths } from './array-shape.ts';
import type { SharedPlan } from './plan.ts';

const deepestRam = 4096;

/** Units, their output lanes, and what multiplexes weights of more words than a block RAM of their width has. */
function datapathCost(
  plan: SharedPlan,
  { accBits, sumBits, wideBits, valueBits }: OutputStage,
  primitives: Primitives | undefined,
): { lut: number; ff: number } {
  const { units, group } = plan.shape;
  const leaf = primitives
    ? { lut: 0.84 * 36 + 15.3, ff: 1.15 * 36 + 13 }
    : { lut: 1.34 * 36 + 15.3, ff: 0.5 * 36 + 13 };
  const lane =
    valueBits > 0
      ? { lut: 4.65 * (wideBits + valueBits) - 73, ff: wideBits + 2 * valueBits + 6 }
      : { lut: accBits + sumBits + 1, ff: sumBits + 1 };
  return {
    lut: units * ((group / 4) * leaf.lut + lane.lut) + blockRomCost(units * 9 * group, plan.weightDepth).lut,
    ff: units * ((group / 4) * leaf.ff + 2 * accBits + lane.ff + 9 * group),
  };
}

export function estimateShared(
  plan: SharedPlan,
  stage: OutputStage,
  images: readonly MemoryImage[],
  primitives: Primitives | undefined,
): Cost {
  const { units, group, own } = plan.shape;
  const { factorBits, sumBits, valueBits } = stage;
  const parts = own
    ? datapaths.filter((datapath) => own[datapath] > 0).map((datapath) => ownPlan(plan, datapath))
    : [plan];
  const costs = parts.map((part) => datapathCost(part, stage, primitives));
  const sum = (key: 'lut' | 'ff') => costs.reduce((total, cost) => total + cost[key], 0);
  const results = { bits: 1, sums: 2 * sumBits, mean: 1.5 * sumBits }[resultOf(plan)];
  const banksInLuts = plan.bankDepth <= 64;
  const banks = banksInLuts
    ? { lut: 9 * lutRamLuts(group, plan.bankDepth), bram36: 0 }
    : { lut: 0, bram36: 9 * blockRomCost(group, plan.bankDepth).bram36 };
  const address = countBits(plan.bankDepth);
  const valueWidth = units * valueBits;
  const values =
    valueBits > 0
      ? {
          bram36: Math.ceil(blockRomCost(valueWidth, plan.valueDepth).bram36),
          lut: plan.valueDepth > deepestRam ? valueWidth : 0,
        }
      : { bram36: 0, lut: 0 };
  const allUnits = parts.reduce((total, { shape }) => total + shape.units, 0);
  return {
    lut: Math.round(sum('lut') + units * results + 23.2 * group + banks.lut + values.lut + 271 + 60 * address),
    lutRam: banks.lut,
    ff: Math.round(sum('ff') + 9 * (group + address) + 20 * group + 600),
    bram36: images.reduce((total, image) => total + (image.bram36 ?? 0), banks.bram36 + values.bram36),
    uram: 0,
    dsp: factorBits > 0 ? allUnits : 0,
  };
}
