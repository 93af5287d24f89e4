/** The wheel over a side of the book scrolls it away from the spread; one button brings both sides back. */
import type { Side } from '#contract/vocabulary.ts';
import type { DepthScroll } from './depth-scroll.ts';

export interface DepthScrollElements {
  readonly asks: HTMLElement;
  readonly bids: HTMLElement;
  /** Shown while levels next to the spread are out of sight. */
  readonly toBest: HTMLElement;
}

export interface DepthScrollInput {
  /** As the wheel would. */
  scroll(side: Side, deltaPx: number): void;
  stop(): void;
}

/** A line of a wheel that counts in lines, in pixels. */
const LINE_PX = 20;

const wheelPx = ({ deltaY, deltaMode }: WheelEvent): number =>
  deltaMode === WheelEvent.DOM_DELTA_LINE ? deltaY * LINE_PX : deltaY;

export function listenToDepthScroll(
  { asks, bids, toBest }: DepthScrollElements,
  depth: DepthScroll,
  onMoved: () => void,
): DepthScrollInput {
  const listening = new AbortController();
  const passively = { signal: listening.signal, passive: true };
  const showMoved = () => {
    const { Buy, Sell } = depth.skipped();
    toBest.hidden = Buy + Sell === 0;
    onMoved();
  };
  const scroll = (side: Side, deltaPx: number) => {
    if (depth.scroll(side, deltaPx)) showMoved();
  };
  bids.addEventListener('wheel', (event) => scroll('Buy', wheelPx(event)), passively);
  asks.addEventListener('wheel', (event) => scroll('Sell', -wheelPx(event)), passively);
  toBest.addEventListener(
    'click',
    () => {
      depth.reset();
      showMoved();
    },
    passively,
  );
  return {
    scroll,
    stop: () => {
      listening.abort();
      toBest.hidden = true;
    },
  };
}
