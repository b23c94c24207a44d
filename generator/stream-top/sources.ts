// SPDX-License-Identifier: Apache-2.0
/** Files of a design with AXI4-Stream ends, and what the bits of its memory images are. */
import { topName, type Request, type Sources } from '../design/architecture.ts';
import type { Stands, WhatStands } from '../hardware/hardware.ts';
import type { ChannelOrders } from '../layer-kind/layer-kind.ts';
import type { Report } from '../report/report.ts';
import type { StreamDesign } from './design.ts';
import { estimateReport } from './estimate-report.ts';
import { verilogTop } from './verilog-top.ts';

const cellsOf = ({ placement: { engines } }: StreamDesign) => engines.flatMap(({ cells }) => cells);

/** @param calibration the frames that clocks are expected by · @param others reports of the architecture's own */
export function streamSources(
  design: StreamDesign,
  request: Request,
  header: readonly string[],
  calibration: Report['calibration'] = null,
  others: Sources['others'] = new Map(),
): Sources {
  // The top asks for the words of images: after it, what needs the plans of cells is at hand.
  const top = verilogTop(design, header);
  const made = cellsOf(design).flatMap((cell) => [...(cell.modules?.() ?? [])]);
  const images = cellsOf(design).flatMap((cell) => cell.images);
  return {
    rtl: new Map([...made, [`${topName(design)}.v`, top]]),
    memories: new Map(images.map(({ file, words }) => [file, `${words.join('\n')}\n`])),
    initialises: true,
    others,
    estimate: estimateReport(design, request, { generated: true, calibration }),
  };
}

/** Channels as the network counts them, where early decision has put them in another order. */
function asCounted({ of, at }: Stands, { input, output }: ChannelOrders): Stands {
  const { filter, channel, tap } = at;
  const among = input?.length ?? 1;
  return {
    of,
    at: {
      ...at,
      ...(filter !== undefined && output ? { filter: output[filter]! } : {}),
      ...(channel !== undefined && input ? { channel: input[channel]! } : {}),
      ...(tap !== undefined && input ? { tap: tap - (tap % among) + input[tap % among]! } : {}),
    },
  };
}

/** What every bit of the design's memory images is, by path below the folder. */
export function streamImages({ placement: { engines }, channelOrders }: StreamDesign): Map<string, WhatStands> {
  const images = new Map<string, WhatStands>();
  for (const { name, cells } of engines)
    for (const { file, width, stands } of cells.flatMap((cell) => cell.images))
      images.set(`mem/${file}`, (word, bit) => {
        const found = bit < width ? stands(word, bit) : undefined;
        return found && asCounted(found, channelOrders.get(name) ?? {});
      });
  return images;
}
