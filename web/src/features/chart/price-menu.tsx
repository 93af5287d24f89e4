/**
 * A price of the chart into the ticket: a right click anywhere, or the plus that goes along with the crosshair, opens
 * the two sides at that price. Nothing is sent.
 */
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { Price } from '#contract/brand.ts';
import type { Product } from '#contract/model.ts';
import { SIDES, type Side } from '#contract/vocabulary.ts';
import { formatPrice } from '../../lib/format.ts';
import { bestBidAsk } from '../../market/book-store.ts';
import { pickPrice } from '../../workspace/price-pick.ts';
import type { LinePlane } from './line-plane.ts';
import { crossingOf } from './trade-lines.ts';
import styles from './trade-overlay.module.css';
import { tickAt } from './use-line-drag.ts';

interface PriceMenuProps {
  readonly plane: LinePlane;
  readonly product: Product;
  readonly host: RefObject<HTMLElement | null>;
}

interface OpenMenu {
  readonly price: Price;
  readonly x: number;
  readonly y: number;
}

/** As `.menu` is wide and high. */
const MENU_WIDTH = 168;
const MENU_HEIGHT = 92;

export function PriceMenu({ plane, product, host }: PriceMenuProps) {
  const [open, setOpen] = useState<OpenMenu>();
  const plus = useRef<HTMLButtonElement>(null);

  useEffect(
    () =>
      plane.onCrosshair((y) => {
        const button = plus.current;
        // The crosshair goes when the pointer comes to the button, which must stay.
        if (button === null || (y === undefined && button.matches(':hover'))) return;
        button.dataset.shown = String(y !== undefined);
        if (y !== undefined) button.style.transform = `translateY(${Math.round(y) - 10}px)`;
        if (y !== undefined) button.dataset.y = String(y);
      }),
    [plane],
  );
  useEffect(() => {
    const panel = host.current?.parentElement;
    if (panel == null) return;
    const onContextMenu = (event: MouseEvent) => {
      const box = host.current?.getBoundingClientRect();
      if (box === undefined || event.clientY > box.bottom || event.clientX > box.right) return;
      const price = tickAt(plane, product, event.clientY - box.top);
      if (price === undefined) return;
      event.preventDefault();
      setOpen({ price, x: event.clientX - box.left, y: event.clientY - box.top });
    };
    panel.addEventListener('contextmenu', onContextMenu);
    return () => panel.removeEventListener('contextmenu', onContextMenu);
  }, [plane, product, host]);

  const openAtPlus = () => {
    const y = Number(plus.current?.dataset.y);
    const price = tickAt(plane, product, y);
    if (price !== undefined) setOpen({ price, x: host.current?.clientWidth ?? 0, y });
  };
  return (
    <>
      <button
        ref={plus}
        type="button"
        tabIndex={-1}
        className={styles.plus}
        aria-label="Order at this price"
        title="Order at this price"
        onClick={openAtPlus}
      >
        +
      </button>
      {open !== undefined && (
        <Menu open={open} product={product} host={host} onClose={() => setOpen(undefined)} />
      )}
    </>
  );
}

function Menu(props: {
  readonly open: OpenMenu;
  readonly product: Product;
  readonly host: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}) {
  const { open, product, host, onClose } = props;
  const { price, x, y } = open;
  const menu = useRef<HTMLDivElement>(null);
  const closing = useRef(onClose);
  closing.current = onClose;
  useEffect(() => {
    menu.current?.querySelector('button')?.focus();
    const onPointerDown = ({ target }: Event) => {
      if (target instanceof Node && menu.current?.contains(target)) return;
      closing.current();
    };
    window.addEventListener('pointerdown', onPointerDown, true);
    return () => window.removeEventListener('pointerdown', onPointerDown, true);
  }, []);
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') onClose();
    if (key !== 'ArrowDown' && key !== 'ArrowUp') return;
    const items = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = items.findIndex((item) => item.matches(':focus'));
    items[(at + (key === 'ArrowDown' ? 1 : -1) + items.length) % items.length]?.focus();
  };
  const choose = (side: Side) => {
    pickPrice({ symbol: product.symbol, price, side, as: 'limit-order' });
    onClose();
  };
  const shown = formatPrice(price, product.tickSize);
  const left = Math.max(0, Math.min(x, (host.current?.clientWidth ?? x) - MENU_WIDTH));
  const top = Math.max(0, Math.min(y, (host.current?.clientHeight ?? y) - MENU_HEIGHT));
  return (
    <div
      ref={menu}
      role="menu"
      tabIndex={-1}
      aria-label={`Order at ${shown}`}
      className={styles.menu}
      style={{ transform: `translate(${Math.round(left)}px, ${Math.round(top)}px)` }}
      onKeyDown={onKeyDown}
    >
      <span className={styles.menuPrice}>{shown}</span>
      {SIDES.map((side) => (
        <button
          key={side}
          type="button"
          role="menuitem"
          data-side={side}
          title="Fills in the ticket; nothing is sent yet"
          onClick={() => choose(side)}
        >
          {side} limit
          {crossingOf(side, price, bestBidAsk(product.symbol)) && (
            <span className={styles.note}>trades at once</span>
          )}
        </button>
      ))}
    </div>
  );
}
