// SPDX-License-Identifier: Apache-2.0
/**
 * A part of the sweep in one bench: small layers at rotating foldings, some random networks. `make sweep` runs it all.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interpreter } from '../generator/golden/interpret.ts';
import { hashGraph } from '../generator/ir/print.ts';
import type { TypedGraph } from '../generator/ir/graph.ts';
import { prepareBatch, removeBatch, runBatch, type Batch, type Verdict } from '../sim/sweep/batch.ts';
import { designOf, framesOf, showCase, type Case } from '../sim/sweep/case.ts';
import { cornerThresholds } from '../sim/sweep/corners.ts';
import { randomCase } from '../sim/sweep/random-cases.ts';
import { smallCases } from '../sim/sweep/small-cases.ts';

const seed = 2024;
const small = smallCases();
/** One network at all its foldings; of the others every 43rd, so that kernels meet changing foldings. */
const family = small.filter(({ id }) => id.startsWith('k2s1p1p_'));
const short = (item: Case) => designOf(item).placement.interval <= 400;
const sample = small.filter((item, i) => i % 43 === 4 && !family.includes(item) && short(item));
const random = Array.from({ length: 10 }, (_, i) => randomCase(seed, i)).filter(short);
const cases = [...family, ...sample, ...random];

let batch: Batch;
let verdicts: Verdict[];

beforeAll(async () => {
  batch = await prepareBatch(cases, 6);
  verdicts = await runBatch(batch, [0, 30, 80]);
}, 600_000);

afterAll(() => removeBatch(batch));

/** File of the batch → its lines, damaged. */
type Damage = Readonly<Record<string, (lines: string[]) => string[]>>;

/** Judges again, without stalls, while files of the batch are damaged. */
async function damaged(damage: Damage): Promise<Verdict[]> {
  const texts = Object.keys(damage).map((path) => [path, readFileSync(path, 'utf8')] as const);
  try {
    for (const [path, text] of texts) writeFileSync(path, `${damage[path]!(text.trimEnd().split('\n')).join('\n')}\n`);
    return await runBatch(batch, [0]);
  } finally {
    for (const [path, text] of texts) writeFileSync(path, text);
  }
}

const edgeFile = (index: number) => join(batch.dataFolder, `edge_${index}.txt`);
const failing = (all: readonly Verdict[]) => all.filter((v) => !v.passed).map((v) => v.case.id);

describe('layers at small foldings', () => {
  for (const [i, item] of cases.entries())
    it(item.id, () => {
      const { passed, faults } = verdicts[i]!;
      expect(faults, showCase(item, designOf(item))).toEqual([]);
      expect(passed).toBe(true);
    });

  it('every folding of one network is asked for the same bits', () => {
    expect(
      new Set(
        family.map((item) =>
          Object.values(item.pins)
            .map(({ pe, simd, pixels }) => `${pe} x ${simd} x ${pixels}`)
            .join(),
        ),
      ).size,
    ).toBe(24);
    const results = family.map((_, i) => readFileSync(edgeFile(batch.duts[i]!.edges.at(-1)!.index), 'utf8'));
    expect(new Set(results).size).toBe(1);
  });

  it('run at the modelled interval, to the clock, where no lane decides early', () => {
    const lockstep = verdicts.filter(({ case: item }) =>
      designOf(item).placement.engines.every(({ fold }) => fold.form !== 'early'),
    );
    expect(lockstep.length).toBeGreaterThan(30);
    for (const { intervalMeasured, intervalModelled, case: item } of lockstep)
      expect(intervalMeasured, item.id).toBe(intervalModelled);
  });
});

describe('a difference in one case', () => {
  // Each in a case of its own, so that one run shows all four, and that no other case takes harm.
  const [weight, bit, surplus, missing] = [0, 1, 2, 3];
  const edgesOf = (index: number) => batch.duts[index]!.edges;
  const convOf = (index: number) =>
    edgesOf(index).find(({ engine }) => engine === `${batch.duts[index]!.design.name}_conv`)!;
  const lastOf = (index: number) => edgeFile(edgesOf(index).at(-1)!.index);
  const flip = (line: string) => (parseInt(line, 16) ^ 1).toString(16);
  let all: Verdict[];

  beforeAll(async () => {
    all = await damaged({
      [join(batch.memoryFolder, `${family[weight]!.id}_conv_weights.mem`)]: ([first, ...rest]) => [
        first === '0' ? '1' : '0',
        ...rest,
      ],
      [edgeFile(convOf(bit).index)]: ([first, second, ...rest]) => [first!, flip(second!), ...rest],
      [lastOf(surplus)]: (lines) => lines.slice(0, -1),
      [lastOf(missing)]: (lines) => [...lines, lines[0]!],
    });
  });

  it('shows there and nowhere else', () => {
    expect(failing(all)).toEqual([weight, bit, surplus, missing].map((index) => family[index]!.id));
  });

  it('of a weight bit shows there and nowhere else', () => {
    const { id } = family[weight]!;
    expect(all[weight]!.first?.layer).toBe(`${id}_conv`);
    expect(all[weight]!.faults.join()).not.toMatch(/SURPLUS|beats came out/);
  });

  it('of an expected bit shows, with its place', () => {
    expect(all[bit]!.first).toMatchObject({ frame: 0, layer: convOf(bit).engine, y: 0 });
    expect(all[bit]!.faults).toHaveLength(1);
  });

  it('of a beat too many or too few shows', () => {
    expect(all[surplus]!.faults.join()).toContain('SURPLUS');
    expect(all[missing]!.faults.join()).toContain('beats came out of m_axis');
  });
});

describe('the cases', () => {
  it('have ids of their own', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    expect(new Set(small.map(({ id }) => id)).size).toBe(small.length);
  });

  it('come back from seed and number', () => {
    const hash = (s: number, i: number) => hashGraph(designOf(randomCase(s, i)).typed);
    expect(hash(seed, 3)).toBe(hash(seed, 3));
    expect(hash(seed + 1, 3)).not.toBe(hash(seed, 3));
    expect(randomCase(seed, 3).pins).toEqual(randomCase(seed, 3).pins);
    expect(showCase(random[0]!, designOf(random[0]!))).toContain(`npm run sweep -- ${random[0]!.replay}`);
  });

  it('thresholds beyond the sums decide as they stand in the file', () => {
    for (const [name, raw] of Object.entries(cornerThresholds)) {
      const item = small.find(({ id }) => id.startsWith(`corner_${name}_`))!;
      const design = designOf(item);
      const asStored: TypedGraph = {
        ...design.typed,
        nodes: design.typed.nodes.map((node) =>
          node.parameters['theta']
            ? {
                ...node,
                parameters: { ...node.parameters, theta: { shape: [raw.length], data: Int32Array.from(raw) } },
              }
            : node,
        ),
      };
      for (const frame of framesOf(item, design, 20))
        expect(interpreter(design.typed).run(frame).data).toEqual(interpreter(asStored).run(frame).data);
    }
  });
});
