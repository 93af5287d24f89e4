/** Dragging a line's label: the line follows the pointer on ticks; letting go asks for one atomic replace. */
import { type PointerEvent as ReactPointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { Price } from '#contract/brand.ts';
import { canonicalNumber, max, min } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { snapPrice } from '#contract/product.ts';
import { amendmentOf } from '../../account/amendment.ts';
import { amendOpenOrder } from '../../account/order-actions.ts';
import { kindOf } from '../../account/order-words.ts';
import { protect } from '../../account/protect.ts';
import { protectionProblem, purposeAt } from '../../account/protection.ts';
import { tickerNow } from '../../market/ticker-store.ts';
import { notify } from '../../workspace/notices.ts';
import { pickPrice } from '../../workspace/price-pick.ts';
import type { LinePlane } from './line-plane.ts';
import type { HeldLine, TradeLine } from './trade-lines.ts';

/** A press that moves less than this, in pixels, is a click. */
const DRAG_PX_MIN = 3;

/** The tick at a height of the pane, within what the exchange accepts. */
export function tickAt(plane: LinePlane, product: Product, y: number): Price | undefined {
  const text = canonicalNumber(plane.priceAt(y) ?? Number.NaN);
  if (text === undefined) return undefined;
  return max(product.priceMin, min(product.priceMax, snapPrice(product, text as Price)));
}

export const isDraggable = (line: TradeLine): boolean =>
  line.kind === 'draft' || line.kind === 'position' || (line.kind === 'order' && line.request === undefined);

/** A stop-loss or a take-profit, by the side of mark that the line was let go on; answers why neither, if so. */
function protectAt(position: Position, product: Product, price: Price): string | undefined {
  const mark = tickerNow(position.symbol)?.markPrice;
  if (mark === undefined) return 'The mark price is not known';
  const purpose = purposeAt(position, price, mark);
  if (purpose === undefined) return 'That is the mark price itself';
  const reference = { price: mark, name: 'mark' };
  const problem = protectionProblem(position, product, { purpose, price, reference });
  if (problem === undefined) void protect(position, [{ purpose, do: 'set', price }]);
  return problem;
}

function drop(line: TradeLine, price: Price, product: Product): void {
  if (line.kind === 'draft') pickPrice({ symbol: product.symbol, price, as: line.part });
  if (line.kind === 'position') {
    const problem = protectAt(line.position, product, price);
    if (problem !== undefined) {
      notify({ tone: 'problem', title: `${product.symbol}: nothing set`, text: problem });
    }
  }
  if (line.kind !== 'order') return;
  const { order } = line;
  const moved = kindOf(order) === 'conditional' ? { trigger: price } : { price };
  const amendment = amendmentOf(order, product, moved);
  if (amendment.ok) void amendOpenOrder(order, amendment.request);
  else if (!amendment.isSame) {
    notify({ tone: 'problem', title: `${order.symbol} not amended`, text: amendment.error });
  }
}

interface Grip {
  readonly key: string;
  readonly pointerId: number;
  readonly startY: number;
  /** From the pointer to the middle of the line, so that it does not jump when it is taken. */
  readonly offsetY: number;
  isMoving: boolean;
}

export interface LineDragNeeds {
  readonly plane: LinePlane;
  readonly product: Product;
  readonly host: RefObject<HTMLElement | null>;
}

export function useLineDrag({ plane, product, host }: LineDragNeeds) {
  const [held, setHeld] = useState<HeldLine>();
  const grip = useRef<Grip>(undefined);

  useEffect(() => {
    if (held === undefined) return;
    const letGo = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape') return;
      grip.current = undefined;
      setHeld(undefined);
    };
    window.addEventListener('keydown', letGo);
    return () => window.removeEventListener('keydown', letGo);
  }, [held]);

  const grab = (event: ReactPointerEvent<HTMLElement>, line: TradeLine) => {
    const label = event.currentTarget;
    const isOnButton = event.target instanceof Element && event.target.closest('button') !== null;
    if (event.button !== 0 || isOnButton || !isDraggable(line)) return;
    event.preventDefault();
    const box = label.getBoundingClientRect();
    grip.current = {
      key: line.key,
      pointerId: event.pointerId,
      startY: event.clientY,
      offsetY: box.top + box.height / 2 - Number(label.dataset.shift ?? 0) - event.clientY,
      isMoving: false,
    };
    label.setPointerCapture(event.pointerId);
    let price: Price | undefined;
    const move = ({ clientY, pointerId }: PointerEvent) => {
      const taken = grip.current;
      const top = host.current?.getBoundingClientRect().top;
      if (taken?.pointerId !== pointerId || top === undefined) return;
      if (!taken.isMoving && Math.abs(clientY - taken.startY) < DRAG_PX_MIN) return;
      taken.isMoving = true;
      price = tickAt(plane, product, clientY + taken.offsetY - top) ?? price;
      if (price !== undefined) setHeld({ key: line.key, price });
    };
    const end = ({ type }: Event) => {
      label.removeEventListener('pointermove', move);
      label.removeEventListener('pointerup', end);
      label.removeEventListener('lostpointercapture', end);
      // Gone by Escape: what is let go of now was let go before.
      const isHeld = grip.current?.key === line.key;
      grip.current = undefined;
      setHeld(undefined);
      if (isHeld && type === 'pointerup' && price !== undefined) drop(line, price, product);
    };
    label.addEventListener('pointermove', move);
    label.addEventListener('pointerup', end);
    label.addEventListener('lostpointercapture', end);
  };
  return { held, grab };
}
