/** The second word before a large order is sent, where the first one was given. */
import { useEffect, useRef } from 'react';
import type { Product } from '#contract/model.ts';
import { formatMoney, formatPrice, formatQty } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { useSecondPress } from '../../ui/second-press.ts';
import styles from './order-ticket.module.css';
import type { Asking } from './use-sending.ts';

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
  useEffect(() => confirm.current?.focus(), []);
  const second = useSecondPress({ isAsked: true, forMs: ASKED_MS, onTakeBack });
  return (
    // biome-ignore lint/a11y/useSemanticElements: it stands inside the form that it asks about.
    <div role="group" className={styles.confirm} aria-label="Confirm the order" onKeyDown={second.onKeyDown}>
      <p className={styles.confirmText} title={asking.why}>
        {orderText(asking, product)}
      </p>
      <Button kind="quiet" onClick={onTakeBack}>
        Back
      </Button>
      <button
        ref={confirm}
        type="button"
        className={styles.submit}
        data-side={asking.plan.side}
        aria-disabled={!second.isOpen}
        onClick={() => {
          if (second.isOpen) onConfirm();
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
