/**
 * A figure that follows the market: written straight into the page on the screen's beat. Thirty rows of such figures
 * would keep React busy with nothing but text.
 */
import { type HTMLAttributes, useLayoutEffect, useRef } from 'react';
import type { Direction } from '../../lib/format.ts';
import { onShownTickers } from '../../market/ticker-store.ts';

export interface Figure {
  readonly text: string;
  readonly direction?: Direction | undefined;
}

type LiveFigureProps = Omit<HTMLAttributes<HTMLElement>, 'children'> & {
  readonly figure: () => Figure;
  readonly 'data-label'?: string;
  readonly 'data-hide'?: string;
  readonly 'data-testid'?: string;
};

/** Keeps what `figure` says in the element, from before it is painted first. */
function useLive<E extends HTMLElement>(figure: () => Figure) {
  const element = useRef<E>(null);
  useLayoutEffect(() => {
    const write = () => {
      const { current } = element;
      if (current === null) return;
      const { text, direction } = figure();
      if (current.textContent !== text) current.textContent = text;
      if (direction !== undefined && current.dataset.direction !== direction) {
        current.dataset.direction = direction;
      }
    };
    write();
    return onShownTickers(write);
  }, [figure]);
  return element;
}

export function LiveCell({ figure, ...rest }: LiveFigureProps) {
  return <td ref={useLive<HTMLTableCellElement>(figure)} {...rest} />;
}

export function LiveText({ figure, ...rest }: LiveFigureProps) {
  return <span ref={useLive<HTMLSpanElement>(figure)} {...rest} />;
}
