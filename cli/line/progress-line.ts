// SPDX-License-Identifier: Apache-2.0
/**
 * The line on a terminal that says what is being done, with a bar where it is known how much is left; nothing where
 * stderr is no terminal.
 */
import { SingleBar } from 'cli-progress';

/** So many of so many. */
export interface Part {
  readonly done: number;
  readonly total: number;
}

export function progressLine(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }): {
  show(text: string, part?: Part): void;
  clear(): void;
} {
  const live = stream.isTTY === true;
  let shown = false;
  let bar: SingleBar | undefined;
  const clear = () => {
    bar?.stop();
    bar = undefined;
    if (shown) stream.write('\r\x1b[K');
    shown = false;
  };
  return {
    clear,
    show(text, part) {
      if (!live) return;
      if (!part) {
        clear();
        stream.write(`${text} …`);
        shown = true;
        return;
      }
      if (!bar) {
        clear();
        bar = new SingleBar({
          format: '[{bar}] {percentage} % · {eta_formatted} left · {text}',
          stream,
          barsize: 24,
          clearOnComplete: true,
          hideCursor: true,
          etaBuffer: 50,
        });
        bar.start(part.total, part.done, { text });
      }
      bar.setTotal(part.total);
      bar.update(part.done, { text });
    },
  };
}
