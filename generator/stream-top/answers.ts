// SPDX-License-Identifier: Apache-2.0
/** What every architecture with AXI4-Stream ends answers alike. */
import type { Architecture } from '../design/architecture.ts';
import type { StreamDesign } from './design.ts';
import { describeStream } from './describe.ts';
import { estimateReport } from './estimate-report.ts';
import { instancesOf } from './instances.ts';
import { worstEngines } from './placed-cost.ts';
import { synthesisTable } from './synthesis-table.ts';
import { streamImages, streamSources } from './sources.ts';

type Answers = Pick<
  Architecture,
  'interface' | 'worst' | 'sources' | 'images' | 'instances' | 'report' | 'describe' | 'synthesisTable'
>;

export const streamAnswers: Answers = {
  interface: 'stream',
  worst: ({ placement }: StreamDesign, resource) => worstEngines(placement, resource),
  sources: (design: StreamDesign, request, header) => streamSources(design, request, header),
  images: (design: StreamDesign) => streamImages(design),
  instances: (design: StreamDesign) => ({ instances: instancesOf(design), between: [] }),
  report: (design: StreamDesign, request) => estimateReport(design, request),
  describe: (design: StreamDesign) => describeStream(design),
  synthesisTable: (design: StreamDesign, synthesised) => synthesisTable(design, synthesised),
};
