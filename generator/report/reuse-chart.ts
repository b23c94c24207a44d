// SPDX-License-Identifier: Apache-2.0
/** The spanning tree of a layer's kernels as SVG: who is computed from whom. The same tree gives the same bytes. */
import type { LayerReuse } from '../architectures/dataflow/analysis/reuse.ts';
import { svgOf } from './svg.ts';

interface Branch {
  readonly name: string;
  readonly children: Branch[];
  readonly itemStyle: { readonly color: string };
}

const colours = { root: '#b3541e', direct: '#1f5fa8', complement: '#9bb7d4' };

/** Edges come with every parent before its children. */
function branches({ edges }: LayerReuse): Branch {
  const root: Branch = { name: 'from scratch', children: [], itemStyle: { color: colours.root } };
  const known = new Map<number | null, Branch>([[null, root]]);
  for (const { kernel, parent, taps, complement } of edges) {
    const branch: Branch = {
      name: `${kernel}: ${taps}`,
      children: [],
      itemStyle: { color: complement ? colours.complement : colours.direct },
    };
    known.set(kernel, branch);
    known.get(parent)!.children.push(branch);
  }
  return root;
}

export function reuseSvg(network: string, layer: LayerReuse): string {
  const size = Math.max(900, Math.min(4000, 12 * layer.filters));
  return svgOf(
    { width: size, height: size },
    {
      title: {
        text: `${network} ${layer.layer}: ${layer.filters} kernels of ${layer.taps} taps`,
        subtext: "kernel: taps evaluated; dark from its parent, light from its parent's complement",
        left: 'center',
      },
      series: [
        {
          type: 'tree',
          data: [branches(layer)],
          layout: 'radial',
          silent: true,
          initialTreeDepth: -1,
          symbolSize: 5,
          symbol: 'circle',
          top: 90,
          bottom: 40,
          left: 40,
          right: 40,
          label: { fontSize: 9 },
          lineStyle: { width: 1 },
        },
      ],
    },
  );
}
