// SPDX-License-Identifier: Apache-2.0
/** gen and check of the sparse architecture. */
import { resolve } from 'node:path';
import { boardNamed } from '../../generator/boards/index.ts';
import { findInput, withInputs } from '../../generator/emit/inputs.ts';
import { folderName } from '../../generator/emit/plan.ts';
import { generate } from '../../generator/emit/write.ts';
import { compile, layersOf } from '../../generator/architectures/sparse/compile/compile.ts';
import { engineSize, modelledClocks, type SparseDesign } from '../../generator/architectures/sparse/design.ts';
import { betweenCells } from '../../generator/architectures/sparse/instances.ts';
import { planSparse } from '../../generator/architectures/sparse/folder.ts';
import { mapBytes, vectorBytes, type ImageBytes } from '../../generator/architectures/sparse/image-bytes.ts';
import { lyingOptions } from '../../generator/architectures/sparse/open-folder.ts';
import { fail, type Issue } from '../../generator/errors/errors.ts';
import { loadNetwork, type NetworkModule } from '../../generator/network-file/load-network.ts';
import { fitWords, usage } from '../../generator/hardware/fit.ts';
import { typecheck } from '../../generator/pipeline.ts';
import type { Report } from '../../generator/report/report.ts';
import { mostFramesPerSecond } from '../../generator/hardware/rate.ts';
import { percent, table } from '../../generator/report/tables.ts';
import { warnOfForeign, type GenOptions } from './gen-options.ts';
import { chosenNetwork, primitivesOf, rate, requirePrintable, type DesignOptions } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';

export interface PreparedSparse {
  readonly design: SparseDesign;
  readonly module: NetworkModule;
  /** Frames per second that were asked for. */
  readonly fps: number | undefined;
}

/** Options that say how layers of other architectures are mapped: there is nothing to map here. */
function requireNone(options: DesignOptions): void {
  const { reuse, early, gate, calibration, calibrationLimit, bramPrice, units, taps, split, unshared } = options;
  const asked = { '--reuse': reuse, '--early': early, '--gate': gate };
  const others = {
    '--calibration': calibration,
    '--calibration-limit': calibrationLimit,
    '--bram-price': bramPrice,
    '--units': units,
    '--taps': taps,
    '--split': split,
    '--unshared': unshared || undefined,
  };
  const given = Object.entries({ ...asked, ...others }).find(
    ([option, value]) => value !== undefined && !(option in asked && (value === 'off' || value === 'auto')),
  );
  if (given)
    fail({
      code: 'NN001',
      where: given[0],
      got: `${given[1]} with --arch sparse`,
      legal: 'without it',
      fix: '--arch dataflow or --arch shared',
    });
}

/**
 * Every fault of the input is thrown.
 * @param lying what is not said is taken from the design that lies in the output folder
 */
export async function prepareSparse(
  given: DesignOptions,
  out: Console,
  { lying = false } = {},
): Promise<PreparedSparse> {
  requirePrintable(given);
  requireNone(given);
  const board = boardNamed(given.board);
  if (board.family !== 'xcup')
    fail({
      code: 'NN001',
      where: '--arch',
      got: `sparse on ${board.name}`,
      legal: 'a board with URAM: zcu104',
      fix: '--board zcu104',
    });
  const network = chosenNetwork(given);
  const module = await loadNetwork(network);
  const folder = resolve(given.out, folderName(module.graph.name, board.name, 'sparse'));
  const there = lying ? lyingOptions(folder) : undefined;
  const found = given.weights === undefined && there?.weights !== undefined;
  const weights = found ? findInput(folder, 'weights', there.weights!) : given.weights;
  const clockMhz = given.clock ?? there?.clock ?? board.clockMhz;
  if (!(clockMhz >= 1 && clockMhz <= 1000))
    fail({ code: 'NN001', where: '--clock', got: String(clockMhz), legal: '1..1000 (MHz)' });
  const wanted = rate(given.fps ?? 'max');
  const fps = wanted === 'max' ? undefined : wanted;
  const primitives = primitivesOf(given.primitives ?? there?.primitives, board);
  const graph = typecheck(module.graph, weights);
  if (graph.weights.source === 'synthetic') out.warn(`${graph.name}: synthetic weights; no accuracy is implied`);
  return {
    design: { graph, compiled: compile(graph, engineSize), board, clockMhz, primitives, network, weights },
    module,
    fps,
  };
}

/** NN015 where the rate is out of reach. */
function rateIssues({ design: { graph, compiled, clockMhz }, fps }: PreparedSparse): Issue[] {
  const { interval } = modelledClocks(compiled);
  const most = mostFramesPerSecond(clockMhz, interval);
  if (fps === undefined || fps * interval <= clockMhz * 1e6) return [];
  return [
    {
      code: 'NN015',
      where: `${graph.name} at ${clockMhz} MHz`,
      got: `${fps} frames/s leave ${Math.floor((clockMhz * 1e6) / fps)} clocks a frame; the sparse engine takes ${interval}`,
      legal: `up to ${most} frames/s`,
      fix: `--fps ${most} or less, or a faster --clock`,
    },
  ];
}

/** NN016 for every resource of which the estimate exceeds the board. */
function fitIssues({ graph, board, primitives }: SparseDesign, { totals }: Report): Issue[] {
  const { exceeded, percent: shares, limitPercent } = usage(totals, board);
  return exceeded.map((resource) => ({
    code: 'NN016',
    where: `${graph.name} on ${board.name}`,
    got: `${resource} ${shares[resource]!.toFixed(1)} % of ${board.resources[resource]} (estimate)`,
    legal: `${limitPercent} %`,
    fix: primitives ? 'a larger --board, or a smaller network' : '--primitives on, or a larger --board',
  }));
}

function summary({ graph, compiled, board, clockMhz }: SparseDesign, { layers, totals, weights }: Report): string {
  const parts = layersOf(compiled).map((part) =>
    part.machine === 'maps' ? mapBytes(part.layer, compiled.shape) : vectorBytes(part.layer, compiled.shape),
  );
  const bytes = parts.map(({ total, weights, others, empty }, i) => [
    layers[i + 1]!.name,
    total,
    weights || '-',
    others || '-',
    empty,
  ]);
  const sum = (of: (part: ImageBytes) => number) => parts.reduce((all, part) => all + of(part), 0);
  const all = [
    'all',
    sum(({ total }) => total),
    sum(({ weights }) => weights),
    sum(({ others }) => others),
    sum(({ empty }) => empty),
  ];
  const rows = layers
    .slice(1)
    .map((layer) => [
      layer.name,
      layer.kind,
      layer.operations || '-',
      layer.lanes || '-',
      layer.waitsModelled!,
      layer.cyclesModelled,
    ]);
  const { lines } = compiled.shape;
  const used = usage(totals, board);
  const shares = Object.entries(used.percent).map(([name, value]) => `${name} ${value.toFixed(1)} %`);
  return [
    table(['layer', 'kind', 'MACs, zeros counted', 'multipliers', 'waits for weights', 'clocks (model)'], rows),
    table(['layer', 'bytes of the stream', 'coded weights', 'reads, parameters', 'empty'], [...bytes, all]),
    `${graph.name} on ${board.title}, sparse, ${clockMhz} MHz; weights: ${graph.weights.source}, ${weights.compressionRatio.toFixed(1)} times smaller than 32-bit floats`,
    `modelled: a frame every ${totals.initiationIntervalCycles} clocks, ${Math.floor(totals.framesPerSecond)} frames/s, the memory at 70 % of 19.2 GB/s; activations take ${compiled.layout.lines} of ${lines} lines (${percent(compiled.layout.lines / lines)})`,
    `estimate of the device, without what is between the cells in ${betweenCells.join(', ')}: ${shares.join(', ')}; ${fitWords(used)}`,
  ].join('\n');
}

const estimateIn = (plan: ReadonlyMap<string, string | Uint8Array>) =>
  JSON.parse(plan.get('report/estimate.json') as string) as Report;

export async function genSparse(options: GenOptions, out: Console): Promise<CommandResult> {
  const prepared = await prepareSparse(options, out);
  const [issue] = rateIssues(prepared);
  if (issue) fail(issue);
  const { design } = prepared;
  const plan = planSparse(design);
  const name = folderName(design.graph.name, design.board.name, 'sparse');
  const written = generate(withInputs(plan, resolve(options.out, name), design), options.out, name, options);
  warnOfForeign(written, out);
  const report = estimateIn(plan);
  return {
    json: { folder: written.path, foreign: written.foreign, report },
    text: `${summary(design, report)}\nwritten: ${written.path}`,
    exitCode: 0,
  };
}

export async function checkSparse(options: DesignOptions, out: Console): Promise<CommandResult> {
  const prepared = await prepareSparse(options, out);
  const [issue] = rateIssues(prepared);
  if (issue) fail(issue);
  const { design } = prepared;
  const report = estimateIn(planSparse(design));
  const issues = fitIssues(design, report);
  return { json: { report, issues }, text: summary(design, report), issues, exitCode: issues.length > 0 ? 1 : 0 };
}
