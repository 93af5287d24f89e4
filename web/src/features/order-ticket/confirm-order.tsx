/** The second word before a large order is sent, where the first one was given. A held key or a double click is none. */
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { Product } from '#contract/model.ts';
import { formatMoney, formatPrice, formatQty } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import styles from './order-ticket.module.css';
import type { Asking } from './use-sending.ts';

/** A press this soon after the question is the rest of the press before it. */
const DOUBLE_PRESS_MS = 400;
/** A question that nobody answers takes itself back: the market has moved on. */
const ASKED_MS = 15_000;

export interface ConfirmOrderProps {
  readonly asking: Asking;
  readonly product: Product;
  readonly onConfirm: () => void;
  readonly onTakeBack: () => void;
}

export function ConfirmOrder({ asking, product, onConfirm, onTakeBack }: ConfirmOrderProps) {
  const confirm = useRef<HTMLButtonElement>(null);
  const askedAtMs = useRef(0);
  useEffect(() => {
    askedAtMs.current = performance.now();
    confirm.current?.focus();
  }, []);
  const takeBack = useRef(onTakeBack);
  useEffect(() => {
    takeBack.current = onTakeBack;
  });
  useEffect(() => {
    const timer = setTimeout(() => takeBack.current(), ASKED_MS);
    return () => clearTimeout(timer);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onTakeBack();
    // A key that is held down presses the button again and again.
    if (event.repeat) event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: it stands inside the form that it asks about.
    <div role="group" className={styles.confirm} aria-label="Confirm the order" onKeyDown={onKeyDown}>
      <p className={styles.confirmText}>{orderText(asking, product)}</p>
      <Button kind="quiet" onClick={onTakeBack}>
        Back
      </Button>
      <button
        ref={confirm}
        type="button"
        className={styles.submit}
        data-side={asking.plan.side}
        onClick={() => {
          if (performance.now() - askedAtMs.current > DOUBLE_PRESS_MS) onConfirm();
        }}
      >
        Send order
      </button>
    </div>
  );
}

/** "Buy 0.0500 BTC at 78,600.0: 3,930 USDT". */
function orderText({ plan, outcome }: Asking, { base, quote, qtyStep, tickSize }: Product): string {
  const price = plan.price ?? plan.trigger?.price;
  const at = price === undefined ? 'at market' : `at ${formatPrice(price, tickSize)}`;
  const worth = outcome === undefined ? '' : `: ${formatMoney(outcome.value, 0)} ${quote}`;
  return `${plan.side} ${formatQty(plan.qty, qtyStep)} ${base} ${at}${worth}`;
}
