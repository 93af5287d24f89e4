/** What became of the order last sent from the ticket, in one line. */
import { useStore } from 'zustand';
import { pricePer, sign, snapToStep } from '#contract/decimal.ts';
import type { Order, Product } from '#contract/model.ts';
import { refusalSentence } from '#contract/wire/error-codes.ts';
import type { AccountFeed } from '../../account/account-feed.ts';
import { accountStore, orderNow } from '../../account/account-store.ts';
import type { Placement } from '../../account/placement.ts';
import { formatPrice, formatQty } from '../../lib/format.ts';
import { StaleSince } from '../../ui/stale-since.tsx';
import styles from './order-ticket.module.css';

interface Line {
  readonly tone: 'plain' | 'good' | 'problem' | 'pending';
  readonly text: string;
}

function filledText(order: Order, product: Product): string {
  const qty = formatQty(order.cumQty, product.qtyStep);
  if (sign(order.cumValue) <= 0) return `${qty} ${product.base}`;
  const average = snapToStep(pricePer(order.cumValue, order.cumQty), product.tickSize, 'nearest');
  return `${qty} ${product.base} at ${formatPrice(average, product.tickSize)}`;
}

function orderLine(order: Order, product: Product): Line {
  const isFilled = sign(order.cumQty) > 0;
  switch (order.ordStatus) {
    case 'Filled':
      return { tone: 'good', text: `Filled ${filledText(order, product)}` };
    case 'Canceled':
    case 'Rejected':
    case 'Deactivated': {
      if (isFilled) return { tone: 'plain', text: `Filled ${filledText(order, product)}, the rest canceled` };
      const { rejection } = order;
      if (rejection === undefined) return { tone: 'plain', text: 'Canceled' };
      return {
        tone: 'problem',
        text: `${refusalSentence(rejection.code, rejection.message)} (${rejection.code})`,
      };
    }
    case 'PartiallyFilled':
      return { tone: 'good', text: `Filled ${filledText(order, product)}, the rest working` };
    case 'Untriggered': {
      const at =
        order.trigger === undefined ? '' : ` at ${formatPrice(order.trigger.price, product.tickSize)}`;
      return { tone: 'plain', text: `Waiting for its trigger${at}` };
    }
    case 'Created':
    case 'Init':
    case 'Triggered':
    case 'New':
      return { tone: 'plain', text: `Working: ${formatQty(order.qty, product.qtyStep)} ${product.base}` };
  }
}

function placementLine(placement: Placement, order: Order | undefined, product: Product | undefined): Line {
  switch (placement.at) {
    case 'idle':
      return { tone: 'plain', text: '' };
    case 'sending':
      return { tone: 'pending', text: 'Sending…' };
    case 'taken':
      if (order === undefined || product === undefined) return { tone: 'plain', text: 'Sent' };
      return orderLine(order, product);
    case 'refused': {
      const code = placement.code === undefined ? '' : ` (${placement.code})`;
      return { tone: 'problem', text: `${placement.sentence}${code}` };
    }
    // The question stands where this line does.
    case 'question':
      return { tone: 'plain', text: '' };
    case 'unknown':
      return { tone: 'pending', text: 'Outcome unknown: checking with the exchange' };
    case 'never-arrived':
      return { tone: 'problem', text: 'The order never reached the exchange: nothing was placed' };
  }
}

export function PlacementOutcome(props: {
  readonly placement: Placement;
  readonly product: Product | undefined;
  readonly feed: AccountFeed;
}) {
  const { placement, product, feed } = props;
  const clOrdID = 'clOrdID' in placement ? placement.clOrdID : undefined;
  const order = useStore(accountStore, (account) =>
    clOrdID === undefined ? undefined : orderNow(account, clOrdID),
  );
  const { tone, text } = placementLine(placement, order, product);
  return (
    <div className={styles.outcome}>
      <p data-tone={tone} data-testid="placement" aria-live="polite" title={text}>
        {text}
      </p>
      <StaleSince feed={feed} />
    </div>
  );
}
