/** What the shared array takes: an estimate before synthesis, part by part, by arithmetic; not yet fitted to Yosys. */
import type { Cost, Primitives } from '../layers/layer-kind.ts';
import { countBits, lutRamLuts } from '../map/fabric.ts';
import type { MemoryImage } from '../map/hardware.ts';
import { blockRomCost } from '../synth/block-rom.ts';
import type { OutputStage } from './constants.ts';
import { resultOf } from './images.ts';
import type { SharedPlan } from './plan.ts';

export function estimateShared(plan: SharedPlan, stage: OutputStage, images: readonly MemoryImage[], primitives: Primitives | undefined): Cost {
  const { units, group } = plan.shape;
  const leaves = group / 4;
  const { accBits, factorBits, sumBits, wideBits, valueBits } = stage;
  const leaf = primitives ? { lut: 0.84 * 36 + 3, ff: 1.15 * 36 + 5 } : { lut: 1.34 * 36 + 3, ff: 0.5 * 36 + 5 };
  const unit = { lut: leaves * leaf.lut + leaves * 8 + accBits, ff: leaves * (leaf.ff + 8) + 2 * accBits };
  const lane = valueBits > 0
    ? { lut: wideBits + 2.5 * valueBits + 2, ff: wideBits + 2 * valueBits + 6 }
    : { lut: sumBits + 1, ff: sumBits + 1 };
  const results = resultOf(plan) === 'bits' ? units : units * (2 * sumBits);
  const banksInLuts = plan.bankDepth <= 64;
  const banks = banksInLuts ? { lut: 9 * lutRamLuts(group, plan.bankDepth), bram36: 0 } : { lut: 0, bram36: 9 * blockRomCost(group, plan.bankDepth).bram36 };
  const address = countBits(plan.bankDepth);
  const control = 250 + 45 * address;
  const values = valueBits > 0 ? blockRomCost(units * valueBits, plan.valueDepth).bram36 : 0;
  return {
    lut: Math.round(units * (unit.lut + lane.lut) + results + 18 * group + banks.lut + control),
    lutRam: banks.lut,
    ff: Math.round(units * (unit.ff + lane.ff + 9 * group) + 9 * (group + address) + 20 * group + 600),
    bram36: images.reduce((sum, image) => sum + (image.bram36 ?? 0), banks.bram36 + values),
    uram: 0,
    dsp: factorBits > 0 ? units : 0,
  };
}
