/** Pointer and keys on the painted rows: a click takes the price that was drawn when the pointer went down. */
import type { Price } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';
import { drawnPrice, type Ladder } from './ladder.ts';

export interface LadderInputNeeds {
  readonly host: HTMLElement;
  readonly bids: Ladder;
  readonly asks: Ladder;
  /** `clicked`: the side of the book, where it was a pointer and no key. */
  onPick(price: Price, clicked: Side | undefined): void;
  /** The arrow keys went on past the last row that is drawn: `rows` further away from the spread. */
  onPastEnd(side: Side, rows: number): void;
}

interface Press {
  readonly row: HTMLElement;
  readonly price: Price;
}

function rowOf(target: EventTarget | null): HTMLButtonElement | undefined {
  return target instanceof Element ? (target.closest('button') ?? undefined) : undefined;
}

/** Answers how to stop listening. */
export function listenToLadder({ host, bids, asks, onPick, onPastEnd }: LadderInputNeeds): () => void {
  let press: Press | undefined;
  const listening = new AbortController();
  const { signal } = listening;

  /** Top to bottom, as drawn. */
  const visibleRows = () => [...asks.rows().toReversed(), ...bids.rows()].filter((row) => !row.hidden);

  const onPointerDown = (event: PointerEvent) => {
    const row = rowOf(event.target);
    const price = row && drawnPrice(row);
    press = row !== undefined && price !== undefined ? { row, price } : undefined;
  };
  const onClick = (event: MouseEvent) => {
    const row = rowOf(event.target);
    if (row === undefined) return;
    // The row may have been repainted while the button was held down; keys have no such moment.
    const isPointer = press?.row === row;
    const price = isPointer ? press?.price : drawnPrice(row);
    const side = bids.rows().includes(row) ? 'Buy' : 'Sell';
    press = undefined;
    if (price !== undefined) onPick(price, isPointer ? side : undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1, PageUp: -5, PageDown: 5 }[event.key];
    if (step === undefined) return;
    const rows = visibleRows();
    const at = rows.findIndex((row) => row.matches(':focus'));
    const wanted = at + step;
    const next = Math.min(rows.length - 1, Math.max(0, wanted));
    event.preventDefault();
    if (wanted !== next) onPastEnd(step < 0 ? 'Sell' : 'Buy', Math.abs(wanted - next));
    rows[next]?.focus();
  };
  // One stop for the Tab key in the whole ladder: the row that was last in use, or the best bid.
  const onFocusIn = (event: FocusEvent) => {
    for (const row of visibleRows()) row.tabIndex = row === event.target ? 0 : -1;
  };
  host.addEventListener('pointerdown', onPointerDown, { signal });
  host.addEventListener('click', onClick, { signal });
  host.addEventListener('keydown', onKeyDown, { signal });
  host.addEventListener('focusin', onFocusIn, { signal });
  return () => listening.abort();
}

/** Makes sure that Tab can reach the ladder: some visible row must be a stop. */
export function ensureTabStop(bids: Ladder, asks: Ladder): void {
  const rows = [...bids.rows(), ...asks.rows()];
  if (rows.some((row) => row.tabIndex === 0 && !row.hidden)) return;
  const first = rows.find((row) => !row.hidden);
  if (first !== undefined) first.tabIndex = 0;
}
