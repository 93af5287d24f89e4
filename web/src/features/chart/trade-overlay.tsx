/**
 * Trading on the chart: labels on the lines of positions, orders and the ticket's draft. A label is dragged to amend
 * and carries the button that cancels or closes; everything it does is also in the tables below, for the keyboard.
 * Loaded with the chart library. Lines and labels move in the chart's own frame, not in React's.
 */
import { useEffect, useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { toNumberLossy } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import { useAccountFeed } from '../../account/account-feed.ts';
import { useOpenOrders, usePositions } from '../../account/account-store.ts';
import { orderRequestStore } from '../../account/order-actions.ts';
import { useTakerFeeRate } from '../../account/use-fee-rates.ts';
import { formatPrice } from '../../lib/format.ts';
import { tickerNow } from '../../market/ticker-store.ts';
import { draftOrderStore } from '../../workspace/draft-order.ts';
import { placeLabels } from './label-places.ts';
import { LineLabel } from './line-label.tsx';
import type { LinePlane, LineTone, PlaneLayout, PlaneLine } from './line-plane.ts';
import { PriceMenu } from './price-menu.tsx';
import { linesOf, type TradeLine } from './trade-lines.ts';
import styles from './trade-overlay.module.css';
import { useLineDrag } from './use-line-drag.ts';

/** With more lines than this, prices of orders on the axis would hide the axis. */
const AXIS_LABELS_MAX = 16;
/** More would not find room, and each costs a measurement in every frame of the chart. */
const LABELS_MAX = 40;
/** As `.label` is high. */
const LABEL_HEIGHT = 20;
/** Labels leave the rest of the pane's width to the newest candles, unless a position's would find no room. */
const LABELS_SHARE = 0.7;
const LABELS_WIDTH_MIN = 280;

function toneOf(line: TradeLine): LineTone {
  switch (line.kind) {
    case 'position':
      return line.position.side === 'Buy' ? 'up' : 'down';
    case 'order':
      return line.order.side === 'Buy' ? 'up' : 'down';
    case 'break-even':
      return 'muted';
    case 'liquidation':
      return 'warn';
    case 'draft':
    case 'protection':
      return 'accent';
  }
}

function planeLineOf(line: TradeLine, product: Product, isCrowded: boolean): PlaneLine {
  const isFixed = line.kind === 'position';
  const hasAxisText = !isCrowded || line.kind !== 'order';
  return {
    key: line.key,
    price: toNumberLossy(line.price),
    tone: toneOf(line),
    look: isFixed ? 'solid' : line.kind === 'break-even' ? 'dotted' : 'dashed',
    ...(hasAxisText ? { axisText: formatPrice(line.price, product.tickSize) } : {}),
  };
}

interface Shown {
  /** Of which the width is. */
  readonly text: string;
  readonly width: number;
  /** Where it stands; absent: nowhere. */
  place: string | undefined;
}

/** What was measured and written last: the chart draws many times a second, and its labels seldom change. */
const shownLabels = new WeakMap<HTMLElement, Shown>();

function measured(element: HTMLElement): Shown {
  // In another font it has another width.
  const text = `${element.textContent} ${document.fonts.status}`;
  const known = shownLabels.get(element);
  if (known?.text === text) return known;
  const shown: Shown = { text, width: element.offsetWidth, place: known?.place };
  shownLabels.set(element, shown);
  return shown;
}

function show(
  element: HTMLElement,
  shown: Shown,
  at: { readonly place: string; readonly shift: number } | undefined,
): void {
  if (shown.place === at?.place) return;
  shown.place = at?.place;
  element.style.visibility = at === undefined ? '' : 'visible';
  if (at === undefined) return;
  element.style.transform = at.place;
  // Whoever takes it takes its line, wherever the label stands.
  element.dataset.shift = String(at.shift);
}

/** Puts each label on its line; one that has no place, or whose line is out of view, is not shown. */
function placeInPane(host: HTMLElement, { width, height, y }: PlaneLayout): void {
  // Read before anything is written, so that the browser lays out once.
  const labels = [...host.querySelectorAll<HTMLElement>('[data-line]')].map((element) => {
    const shown = measured(element);
    const at = y.get(element.dataset.line ?? '') ?? Number.NEGATIVE_INFINITY;
    const isFirst = element.dataset.kind !== 'order';
    return { element, shown, y: at, width: shown.width, isFirst };
  });
  setSize(host, width, height);
  const inView = labels.filter((label) => label.y >= 0 && label.y <= height);
  const room = Math.max(width * LABELS_SHARE, Math.min(width, LABELS_WIDTH_MIN));
  const places = placeLabels(inView, { width: room, height, labelHeight: LABEL_HEIGHT, gap: 4 });
  const placeOf = new Map(inView.map((label, index) => [label.element, places[index]]));
  for (const label of labels) {
    const place = placeOf.get(label.element);
    if (place === undefined) {
      show(label.element, label.shown, undefined);
      continue;
    }
    const { left, shift } = place;
    const top = Math.round(label.y + shift - LABEL_HEIGHT / 2);
    show(label.element, label.shown, { place: `translate(${Math.round(left)}px, ${top}px)`, shift });
  }
}

function setSize({ style }: HTMLElement, width: number, height: number): void {
  if (style.width !== `${width}px`) style.width = `${width}px`;
  if (style.height !== `${height}px`) style.height = `${height}px`;
}

/** The lines that get a label: of many orders those nearest to the market, the others being out of view or in a crowd. */
function labelled(lines: readonly TradeLine[], { symbol }: Product): readonly TradeLine[] {
  if (lines.length <= LABELS_MAX) return lines;
  const last = toNumberLossy(tickerNow(symbol)?.last ?? lines[0]?.price ?? ('0' as TradeLine['price']));
  const away = (line: TradeLine) =>
    line.kind === 'order' ? Math.abs(toNumberLossy(line.price) - last) : Number.NEGATIVE_INFINITY;
  return [...lines].sort((a, b) => away(a) - away(b)).slice(0, LABELS_MAX);
}

export function TradeOverlay({ plane, product }: { readonly plane: LinePlane; readonly product: Product }) {
  const host = useRef<HTMLDivElement>(null);
  const positions = usePositions();
  const openOrders = useOpenOrders();
  const requests = useStore(orderRequestStore);
  const draft = useStore(draftOrderStore, (state) => state.draft);
  const feed = useAccountFeed();
  const drag = useLineDrag({ plane, product, host });
  const takerFeeRate = useTakerFeeRate(product.symbol);
  const lines = linesOf({
    product,
    takerFeeRate,
    positions: positions.values(),
    openOrders: openOrders.values(),
    requests,
    draft,
    held: drag.held,
  });

  useEffect(
    () => plane.onLayout((layout) => host.current !== null && placeInPane(host.current, layout)),
    [plane],
  );
  useLayoutEffect(() => {
    const isCrowded = lines.length > AXIS_LABELS_MAX;
    plane.setLines(lines.map((line) => planeLineOf(line, product, isCrowded)));
  });

  return (
    <div ref={host} className={styles.pane} data-feed={feed.state}>
      {labelled(lines, product).map((line) => (
        <LineLabel
          key={line.key}
          line={line}
          product={product}
          isHeld={drag.held?.key === line.key}
          onGrab={drag.grab}
        />
      ))}
      <PriceMenu plane={plane} product={product} host={host} />
    </div>
  );
}
