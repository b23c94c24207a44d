/** gen and check of the sparse architecture. */
import { boardNamed } from '../boards/index.ts';
import { compile } from '../engine/compile.ts';
import { modelledClocks, planSparse, type SparseRequest } from '../engine/folder.ts';
import { writePlan } from '../emit/write.ts';
import { fail } from '../errors.ts';
import { loadNetwork } from '../load-network.ts';
import { typecheck } from '../pipeline.ts';
import { percent, table } from '../report/tables.ts';
import { kindOf } from '../layers/index.ts';
import type { DesignOptions } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';

/** Sized for XCZU7EV: 1,120 multipliers for convolutions, 32 for fully connected layers. */
const engine = { lanes: 56, groups: 20, slots: 32, ringWords: 4096, vectorWords: 2048, ports: 4 };

async function prepare({ board: boardName, network, weights, clock }: DesignOptions, out: Console): Promise<SparseRequest> {
  const board = boardNamed(boardName);
  if (board.family !== 'xcup') fail({ code: 'NN001', where: '--arch', got: `sparse on ${board.name}`, legal: 'a board with URAM: zcu104', fix: '--board zcu104' });
  const name = network ?? board.defaultNetwork;
  const { graph } = await loadNetwork(name);
  const typed = typecheck(graph, weights);
  if (typed.weights.source === 'synthetic') out.warn(`${typed.name}: synthetic weights; no accuracy is implied`);
  const clockMhz = clock ?? board.clockMhz;
  if (!(clockMhz >= 1 && clockMhz <= 1000)) fail({ code: 'NN001', where: '--clock', got: String(clock), legal: '1..1000 (MHz)' });
  const rebuild = `npm run gen -- --board ${board.name} --network ${name} --arch sparse --clock ${clockMhz}${weights ? ` --weights ${weights}` : ''}`;
  return { graph: typed, compiled: compile(typed, engine), board, clockMhz, rebuild };
}

function summary({ graph, compiled, board, clockMhz }: SparseRequest): string {
  const { layers, total } = modelledClocks(compiled);
  const rows = compiled.layers.map(({ layer, node }, i) => [layer.name, layer.descriptor.operation, node, layers[i]!.waits, layers[i]!.clocks]);
  const macs = graph.nodes.reduce((sum, node) => sum + (kindOf(node).work?.(node).macs ?? 0), 0);
  return [
    table(['layer', 'operation', 'node', 'waits for its weights', 'clocks (model)'], rows),
    `${graph.name} on ${board.title}, sparse, ${clockMhz} MHz; weights: ${graph.weights.source}; ${macs} MAC, zeros counted`,
    `modelled: ${total} clocks a frame, ${Math.round((clockMhz * 1e6) / total)} frames/s; activations take ${compiled.layout.lines} of ${compiled.shape.lines} lines (${percent(compiled.layout.lines / compiled.shape.lines)})`,
  ].join('\n');
}

export async function genSparse(options: DesignOptions, out: Console): Promise<CommandResult> {
  const request = await prepare(options, out);
  const folder = writePlan(planSparse(request), options.out, `${request.graph.name}-${request.board.name}-sparse`);
  return { json: { folder, clocks: modelledClocks(request.compiled) }, text: `${summary(request)}\nwritten: ${folder}`, exitCode: 0 };
}

export async function checkSparse(options: DesignOptions, out: Console): Promise<CommandResult> {
  const request = await prepare(options, out);
  return { json: { clocks: modelledClocks(request.compiled) }, text: summary(request), exitCode: 0 };
}
